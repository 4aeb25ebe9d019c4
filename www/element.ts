/**
 * `<activation-playground>`: a network that trains before your eyes, and everything that can be changed about it.
 *
 * Attribute `hash` keeps the experiment in the page's address; `theme` is `auto`, `light` or `dark`.
 * Properties: `ready`, `progress`, `experiment`. Methods: `play`, `pause`, `step`, `run`, `reset`, `rewind`, `branch`, `save`, `load`,
 * `useTable`, `fingerprint`.
 * CSS variables: those of `theme/tokens.css`.
 */
import { html, LitElement, type PropertyValues } from 'lit';
import { completed, expectBlob, expectCount, expectObject, expectStride } from './caller';
import { toClipboard } from './clipboard';
import { DepthDesk } from './depth-desk';
import { download } from './download';
import { EngineError } from './engine/client';
import {
  activationsOf,
  cardOf,
  chosenActivation,
  faceOf,
  onlyParamsDiffer,
  onlyTrainingDiffers,
  sameButActivation,
  withActivation,
  withData,
  withNewSeed,
  withNumber,
} from './engine/experiment';
import type { CodeOrder } from './engine/messages';
import type {
  Catalogue,
  Choice,
  Experiment,
  Framework,
  FromLink,
  Problem,
  Progress,
  RaceSpec,
  StackSpec,
  Stride,
} from './engine/types';
import { Keys } from './keys';
import { AddressBar } from './link';
import { MicroDesk, PHASES } from './micro-desk';
import { OutputDesk } from './output-desk';
import { png, svg } from './pictures';
import { Player, SPEEDS } from './player';
import { RaceDesk } from './race-desk';
import { styles } from './theme/styles';
import { ThemeSwitch } from './theme/switch';
import { accentOf, readTheme, type Theme } from './theme/theme';
import { type Setting, Undo } from './undo';
import { Answers } from './view/answers';
import { bar } from './view/bar';
import { Curves } from './view/curves';
import { dataPicker } from './view/data';
import { depth } from './view/depth';
import { describe } from './view/describe';
import { gallery } from './view/gallery';
import { help } from './view/help';
import { BINS, lens } from './view/lens';
import { menusOf } from './view/menus';
import { microscope } from './view/microscope';
import { type Actions, type Model, SCREENS, type Screen, type Toast } from './view/model';
import { network } from './view/network';
import { output } from './view/output';
import { outputLab } from './view/output-lab';
import { toggled } from './view/picks';
import { race } from './view/race';
import { raceCsv } from './view/race-csv';
import { raceStrip } from './view/race-strip';
import { recipe } from './view/recipe';
import { type FileKind, lossesCsv } from './view/save';
import { misunderstood, starting, toast } from './view/states';
import { strip } from './view/strip';
import { timeline } from './view/timeline';
import { Views } from './views';
import { Watch } from './watch';

/** Cells along a side of the output map. */
const MAP_SIZE = 96;
/** How far it trains unseen where less motion is asked for. */
const CALM_EPOCHS = 200;
/** While it plays, the state is spoken at most so often. */
const SPEAK_EVERY_MS = 10_000;
/** A screen that is not there. */
const VIEW: Problem = {
  field: 'view',
  value: '',
  accepted: `one of ${SCREENS.map(({ id }) => id).join(', ')}`,
  used: null,
};
const REFUSED = 'The engine did not accept this.';
const PASSING_MS = 5_000;
/** Bytes of a table that are handed over. */
const LONGEST_TABLE = 6_000_000;

export class ActivationPlayground extends LitElement {
  static override styles = styles;
  static override properties = { hash: { type: Boolean }, theme: {}, revision: { state: true } };

  /** Whether the address of the page follows the experiment. */
  hash = false;
  /** `auto` follows the system. */
  theme = 'auto';
  /** Settles when the first frame is there. */
  readonly ready: Promise<void>;

  private revision = 0;
  #isReady: () => void = () => {};
  #catalogue: Catalogue | null = null;
  #experiment: Experiment | null = null;
  /** The last description that the engine took. */
  #accepted: Experiment | null = null;
  /** One that was set before there was an engine to ask. */
  #pending: Experiment | null = null;
  #stopped: string | null = null;
  #toast: Toast | null = null;
  /** What the caller set last, until it is taken up, and the change under way. */
  #proposal: Promise<void> = Promise.resolve();
  #changing: Promise<void> = Promise.resolve();
  readonly #undo = new Undo();
  #screen: Screen = 'stage';
  /** Whether the run goes on when the stage is shown again. */
  #goesOn = false;
  /** The user's own table, as it was handed over. */
  #table: Uint8Array | null = null;
  /** How many there have been. */
  #tables = 0;
  #rowsShown: 'train' | 'test' = 'test';
  #editing = false;
  #menus: { readonly version: number; readonly entries: Model['menus'] } | null = null;
  #palette: { readonly key: string; readonly theme: Theme } | null = null;
  #spoken = { text: '', at: 0 };
  readonly #shapes = new Map<string, Float32Array>();
  readonly #calm = window.matchMedia('(prefers-reduced-motion: reduce)');
  readonly #watch = new Watch(this, () => this.#onSeen());
  readonly #address = new AddressBar(() => void this.#load());
  readonly #theme = new ThemeSwitch(this, () => (this.hash && this.#address.page('theme')) || this.theme);
  readonly #keys = new Keys(this, {
    actions: () => this.#actions,
    experiment: () => this.#experiment,
    catalogue: () => this.#catalogue,
    speak: () => this.#speak(),
    phase: (by) => {
      if (this.#screen !== 'microscope') return false;
      this.#micro.look({ phase: this.#micro.phase + by });
      return true;
    },
    tiles: () =>
      this.#screen === 'stage' && this.#actions.watch({ tiles: this.#views.net.tiles === 'maps' ? 'curves' : 'maps' }),
  });
  readonly #player = new Player({
    wanted: () => this.#wanted(),
    changed: () => this.#redraw(),
    stopped: (message) => this.#onStopped(message),
    refused: (error) => this.#onRefused(error),
    settled: (experiment) => this.#onSettled(experiment),
  });
  readonly #engine = () => this.#player.engine;
  readonly #changed = () => this.#redraw();
  readonly #curves = new Curves(this.#engine, this.#changed);
  readonly #answers = new Answers(this.#engine, this.#changed);
  readonly #views = new Views(this.#changed);
  readonly #desk = new RaceDesk(
    () => ({
      catalogue: this.#catalogue,
      experiment: this.#accepted,
      opened: this.#player.opened,
      table: this.#table,
      tables: this.#tables,
    }),
    this.#changed,
  );

  readonly #lab = new DepthDesk(
    this.#engine,
    () => ({ catalogue: this.#catalogue, seed: this.#experiment?.seed ?? 0 }),
    this.#changed,
  );

  readonly #head = new OutputDesk(this.#engine, () => this.#catalogue, this.#changed);
  readonly #micro = new MicroDesk(this.#engine, this.#changed);

  constructor() {
    super();
    this.ready = new Promise((resolve) => {
      this.#isReady = resolve;
    });
  }

  /** Where the run is; `null` before it is ready. */
  get progress(): Progress | null {
    return this.#player.progress;
  }

  /**
   * The description in force. Setting it starts over, unless only activations differ: then it replays to the same step. What
   * the engine does not accept is reported and changes nothing.
   */
  get experiment(): Experiment | null {
    return this.#experiment;
  }
  set experiment(experiment: Experiment) {
    expectObject(experiment);
    if (this.#catalogue) this.#proposal = this.#propose(experiment);
    else this.#pending = experiment;
  }

  play(): void {
    this.#player.play();
  }
  pause(): void {
    this.#player.pause();
  }
  /** So many strides on, exactly. */
  async step(count = 1, unit: Stride = 'batch'): Promise<Progress | null> {
    expectCount('count', count);
    expectStride(unit);
    await this.#settled();
    await this.#player.step(count, unit);
    return this.progress;
  }
  /** Trains as fast as it can for so many epochs, or until the condition holds. */
  async run({
    epochs = 100,
    until,
  }: {
    epochs?: number;
    until?: (progress: Progress) => boolean;
  } = {}): Promise<Progress | null> {
    expectCount('epochs', epochs);
    await this.#settled();
    await this.#player.run(epochs, until);
    return this.progress;
  }
  /** Back to the same initial weights. */
  async reset(): Promise<void> {
    await this.#settled();
    await this.#player.reset();
  }
  /** To the moment after an update, back or ahead, as far as the run has been; description and all else are as they were then. */
  async rewind(step: number): Promise<Progress | null> {
    expectCount('step', step);
    await this.#settled();
    this.#follow(await this.#player.rewind(step));
    return this.progress;
  }
  /**
   * Goes on from here by another description of the same data and seed: weights are taken over by name and shape. The names of
   * the parameters that start anew. Rejects, and changes nothing, if that cannot be.
   */
  async branch(experiment: Experiment): Promise<readonly string[]> {
    expectObject(experiment);
    await this.#settled();
    const whole = await completed(this.#player.engine, experiment);
    const fresh = await this.#player.branch(whole);
    this.#follow(whole);
    return fresh;
  }
  /** The run as a file: its description and its whole state. */
  async save(): Promise<Blob> {
    await this.#settled();
    const saved = await this.#player.engine.call('save', null);
    return new Blob([saved as Uint8Array<ArrayBuffer>], { type: 'application/octet-stream' });
  }
  /** Goes on with a run that was saved, paused. Rejects with what is wrong if it is none, and changes nothing then. */
  async load(saved: Blob): Promise<void> {
    expectBlob('saved', saved, 'that was saved here');
    await this.#settled();
    const { experiment, table } = await this.#player.load(new Uint8Array(await saved.arrayBuffer()));
    if (table.length) this.#tableIs(table);
    this.#follow(experiment);
  }
  /** Learns a table of one's own: CSV with a header or without, the last column being the target. What is wrong with it is said. */
  async useTable(table: Blob): Promise<void> {
    expectBlob('table', table, 'of CSV');
    await this.#settled();
    const before = this.#experiment;
    if (!before || !this.#catalogue) return;
    // A little more than the engine takes is enough for it to say so.
    const contents = new Uint8Array(await table.slice(0, LONGEST_TABLE).arrayBuffer());
    await this.#player.engine.call('table', contents);
    this.#tableIs(contents);
    if (this.#experiment !== before) return;
    const next = withData(before, 'own', this.#catalogue);
    // Under the description there is, other rows are a new session all the same.
    if (JSON.stringify(before) === JSON.stringify(next)) this.#changing = this.#player.open(next, false);
    else this.#change(next);
    await this.#changing;
    const { notes = [] } = this.#player.opened?.info ?? {};
    if (this.#experiment === next && this.#accepted === next && notes.length)
      this.#say({ title: `Your table: ${notes.join('; ')}.`, problems: [] });
  }
  #tableIs(table: Uint8Array): void {
    this.#table = table;
    this.#tables += 1;
  }
  /** A hash of every bit of every weight: equal for equal runs. */
  async fingerprint(): Promise<string> {
    await this.#settled();
    return this.#player.engine.call('fingerprint', null);
  }

  override connectedCallback(): void {
    super.connectedCallback();
    if (this.hash) this.#address.connect();
    if (!this.#catalogue) void this.#load();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#address.disconnect();
    this.#player.pause();
    this.#desk.track.close();
  }

  override willUpdate(changed: PropertyValues): void {
    if (changed.has('theme')) this.#theme.apply();
  }

  override render(): unknown {
    const model = this.#model();
    if (!model) return starting(this.#stopped, this.#actions.restart);
    const act = this.#actions;
    const common = chosenActivation(model.experiment);
    const accent = common === null ? 1 : accentOf(faceOf(model.catalogue, common));
    const screens = {
      stage: () => html`${strip(model, act)}
        <div class="main">
          <div class="stage">${recipe(model, act)}<div class="floor">${dataPicker(model, act)}${network(model, act)}${output(model, act)}</div></div>
          ${lens(model, act)}
        </div>
        ${timeline(model, act)}`,
      race: () => html`${raceStrip(model, act)}${race(model, act)}`,
      depth: () => depth(model, act),
      output: () => outputLab(model, act),
      microscope: () => html`${strip(model, act)}${microscope(model, act)}`,
    };
    const playing = model.screen === 'race' ? this.#desk.track.busy : model.playing;
    return html`<div class="app" data-accent=${accent} data-playing=${playing}>
      ${bar(model, act)} ${screens[model.screen]()}
      ${toast(
        this.#toast,
        () => this.#say(null),
        (problem, meant) => this.#use(problem, meant),
      )}
      <p class="unseen" role="status" data-status>${this.#spoken.text}</p>
      ${gallery(model, act)}
      ${help(this.#keys.on, (on) => this.#keys.switch(on))}
    </div>`;
  }

  override updated(): void {
    const app = this.renderRoot.querySelector('.app:not(.loading)');
    if (!app) return;
    this.#watch.look();
    if (this.#screen === 'race') this.#desk.ready();
    if (this.#screen === 'microscope') void this.#micro.ready(this.#player.frame);
    if (this.#screen === 'output') void this.#head.ready();
    if (this.#screen === 'depth') void this.#lab.ready();
    const key = `${this.dataset.theme} ${app.getAttribute('data-accent')}`;
    if (this.#palette?.key === key) return;
    this.#palette = { key, theme: readTheme(app) };
    this.#redraw();
  }

  #model(): Model | null {
    const { opened, frame, history, ahead, ghost, playing, speed, replay, building } = this.#player;
    const { spec, track, look } = this.#desk;
    const { spec: stack, profiles, problems, look: depthLook } = this.#lab;
    const { spec: head, reading, problems: headProblems } = this.#head;
    if (!this.#catalogue || !this.#experiment || !spec || !stack || !head) return null;
    if (this.#menus?.version !== this.#curves.version)
      this.#menus = { version: this.#curves.version, entries: menusOf(this.#catalogue, this.#curves) };
    return {
      ...this.#views.settled(this.#answers),
      screen: this.#screen,
      output: { spec: head, reading, problems: headProblems },
      micro: this.#micro,
      depth: { spec: stack, profiles, problems, look: depthLook },
      race: { spec, track, look, name: (value) => this.#desk.name(value) },
      answers: this.#answers,
      catalogue: this.#catalogue,
      experiment: this.#experiment,
      opened,
      frame,
      history,
      ahead,
      ghost,
      playing,
      speed,
      replay,
      building,
      theme: this.#palette?.theme ?? readTheme(this),
      dark: this.#theme.dark,
      networkSize: this.#watch.networkSize,
      curves: this.#curves,
      menus: this.#menus.entries,
      shapes: this.#shapes,
      rowsShown: this.#rowsShown,
      editing: this.#editing,
      stopped: this.#stopped,
      canUndo: this.#undo.canUndo,
      canRedo: this.#undo.canRedo,
    };
  }

  readonly #actions: Actions = {
    go: (screen) => this.#go(screen),
    choose: (activation) => this.#choose(activation),
    race: (spec) => this.#race(spec),
    magnify: (what) => {
      if (what.row !== undefined && this.#screen === 'stage') this.#go('microscope');
      this.#micro.look(what);
    },
    output: (spec) => {
      this.#remember({ output: spec });
      this.#head.change(spec);
      void this.#writeScreen();
    },
    stack: (spec) => this.#stack(spec),
    lookAtStack: this.#lab.view,
    lookAtRace: this.#desk.view,
    raceAgain: () => this.#desk.again(),
    cancelRace: () => void this.#desk.track.cancel(),
    saveRace: (as) => void this.#saveRace(as),
    takeRacer: (racer) => void this.#takeRacer(racer),
    change: (experiment) => {
      this.#change(experiment);
      // Labs set up a network to be seen.
      if (this.#screen === 'output') {
        this.#goesOn = true;
        this.#go('stage');
      }
    },
    look: this.#views.look,
    watch: (change) => {
      this.#views.watch(change);
      // What is looked at is drawn as large as the output, which a run that rests has to be asked for.
      if (!this.#player.playing && ('hover' in change || 'pinned' in change || 'tiles' in change))
        void this.#player.refresh();
    },
    setWeight: (which, value) => void this.#player.setWeight({ ...which, value }),
    browse: this.#views.browse,
    write: this.#views.write,
    toggle: () => this.#toggle(),
    step: (stride) => {
      if (this.#screen === 'stage' || this.#screen === 'microscope')
        void this.#player.step(1, stride).then(() => this.#speak());
    },
    reset: () => {
      if (this.#screen === 'race') this.#desk.again();
      else if (this.#screen === 'stage' || this.#screen === 'microscope')
        void this.#player.reset().then(() => this.#speak());
    },
    newSeed: () => this.#newSeed(),
    setSpeed: (id) => {
      this.#player.speed = SPEEDS.find((speed) => speed.id === id) ?? SPEEDS[1];
      this.#redraw();
    },
    showRows: (set) => {
      this.#rowsShown = set;
      void this.#player.refresh();
    },
    edit: () => {
      this.#editing = !this.#editing;
      this.#redraw();
    },
    takeDefaults: (framework) => void this.#takeDefaults(framework),
    readModules: (text) => this.#readModules(text),
    useTable: (table) => void this.useTable(table),
    goOn: (path) => void this.#goOn(path),
    scrub: (epoch) => void this.#scrub(epoch),
    rewindAt: (rate) => void this.#rewindAt(rate),
    restart: () => {
      this.#renew();
      void this.#load(this.#experiment);
    },
    stopReplay: () => this.#player.stopReplay(),
    save: (kind) => void this.#save(kind),
    openRun: (file) => void this.#openRun(file),
    undo: () => this.#travel('undo'),
    redo: () => this.#travel('redo'),
    share: () => void this.#share(),
    copyCode: (order, values) => void this.#copyCode(order, values),
    toggleTheme: () => this.#theme.toggle(),
    help: () => this.renderRoot.querySelector<HTMLDialogElement>('dialog.help')?.showModal(),
  };

  /** A fresh engine after the old one broke, which is not asked again what may have broken it. */
  #renew(): void {
    this.#stopped = null;
    this.#player.restart();
    this.#curves.restart();
    this.#answers.restart();
    const catalogue = this.#catalogue;
    if (catalogue) this.#views.distrust((activation) => cardOf(catalogue, activation) !== undefined);
  }

  /** Starts the engine if it has to, and opens what the address or the caller describes. */
  async #load(wanted: Experiment | null = null): Promise<void> {
    if (this.#stopped !== null) this.#renew();
    try {
      this.#catalogue ??= await this.#player.engine.call('start', null);
      const fromLink = wanted || !this.hash ? null : await this.#readLink();
      const problems = [...(fromLink?.problems ?? []), ...(fromLink ? await this.#readScreen() : [])];
      if (problems.length) this.#say({ title: misunderstood(problems), problems });
      const pending = this.#pending && (await this.#complete(this.#pending));
      this.#pending = null;
      if (this.#toast && fromLink && !problems.length) this.#say(null);
      this.#experiment = wanted ?? pending ?? fromLink?.experiment ?? this.#experiment ?? this.#catalogue.standard;
      this.#player.ghost = null;
      this.#redraw();
      await this.#player.open(this.#experiment, false);
      if (!this.#player.opened) await this.#openInstead(this.#catalogue, this.#experiment);
      await this.#begin();
      this.#isReady();
      await this.#loadShapes();
    } catch (error) {
      // A broken engine has been reported by itself.
      if (this.#stopped === null) this.#onStopped(error instanceof Error ? error.message : String(error));
    }
  }

  /** Which screen the address asks for, and which race; what of it was not understood. */
  async #readScreen(): Promise<readonly Problem[]> {
    const asked = this.#address.page('view');
    this.#screen = SCREENS.find(({ id }) => id === asked)?.id ?? 'stage';
    this.#desk.show(false);
    const ofRace = await this.#desk.read(this.#player.engine, this.#address.race);
    const ofStack = await this.#lab.read(this.#address.stack);
    const problems = [...ofRace, ...ofStack, ...(await this.#head.read(this.#address.output))];
    return asked === null || asked === this.#screen ? problems : [{ ...VIEW, value: asked }, ...problems];
  }

  /** What the address describes; nothing, and why, if the engine broke over it. */
  async #readLink(): Promise<FromLink | null> {
    try {
      return await this.#address.read(this.#player.engine);
    } catch (error) {
      if (!(error instanceof EngineError)) throw error;
      if (error.fatal) this.#renew();
      const instead = this.#experiment ? 'the experiment is as it was' : 'this is the standard experiment';
      this.#say({ title: `The link could not be read; ${instead}. ${error.message}`, problems: [] });
      return null;
    }
  }

  /** It opens already training; where less motion is asked for, already trained. */
  async #begin(): Promise<void> {
    this.#player.calm = this.#calm.matches;
    if (this.#screen !== 'stage') {
      this.#goesOn = true;
      await this.#player.refresh();
      this.#desk.show(true);
      return;
    }
    if (this.#player.calm) await this.#player.run(CALM_EPOCHS);
    else this.#player.play();
  }

  /** A first description that does not fit together gives way to one that does, for the same data. */
  async #openInstead(catalogue: Catalogue, { data, seed }: Experiment): Promise<void> {
    const refusal = this.#toast;
    this.#experiment = withData({ ...catalogue.standard, seed }, data.name, catalogue);
    await this.#player.open(this.#experiment, false);
    if (!this.#player.opened) {
      this.#experiment = catalogue.standard;
      await this.#player.open(this.#experiment, false);
    }
    if (refusal)
      this.#say({ ...refusal, title: 'This does not fit together; a network that suits the data runs instead.' });
  }

  async #loadShapes(): Promise<void> {
    for (const { id, kind } of this.#catalogue?.data ?? []) {
      if (kind === 'shape' && !this.#shapes.has(id)) this.#shapes.set(id, await this.#player.engine.call('shape', id));
    }
    this.#redraw();
  }

  /** What was set or chosen before is in force now, or refused. */
  async #settled(): Promise<void> {
    await this.#proposal;
    await this.#changing;
  }

  /** Takes up a description of the caller's, if the engine accepts it. */
  async #propose(experiment: Experiment): Promise<void> {
    const whole = await this.#complete(experiment);
    if (whole) this.#change(whole);
  }

  async #complete(experiment: Experiment): Promise<Experiment | null> {
    try {
      return await completed(this.#player.engine, experiment);
    } catch (error) {
      if (!(error instanceof EngineError)) throw error;
      this.#onRefused(error);
      return null;
    }
  }

  /** What was opened, or nothing if the engine refused: then what was in force before still is. */
  #onSettled(experiment: Experiment | null): void {
    if (experiment) this.#accept(experiment);
    else if (this.#accepted) {
      this.#undo.forget(this.#accepted);
      this.#experiment = this.#accepted;
      if (this.hash) this.#address.write(this.#player.engine, this.#accepted);
    }
  }

  #accept(experiment: Experiment): void {
    this.#accepted = experiment;
    // What was refused before no longer matters.
    if (this.#toast?.refusal) this.#say(null);
  }

  #change(next: Experiment): void {
    const before = this.#experiment;
    if (!before || JSON.stringify(before) === JSON.stringify(next)) return;
    this.#remember({ experiment: next });
    this.#put(before, next);
  }

  #put(before: Experiment, next: Experiment): void {
    if (this.#toast?.passing) this.#say(null);
    // What was being drawn is in the data, or those are others now.
    if (this.#views.net.strokes && before.data !== next.data) this.#views.watch({ strokes: null });
    this.#experiment = next;
    if (this.hash) this.#address.write(this.#player.engine, next);
    this.#redraw();
    if (onlyTrainingDiffers(before, next)) this.#changing = this.#retune(before, next);
    else if (this.#views.lens.keepWeights) this.#changing = this.#goOnBy(before, next);
    else if (sameButActivation(before, next) && onlyParamsDiffer(before, next))
      this.#changing = this.#swap(before, next);
    else this.#changing = this.#open(before, next);
  }

  get #setting(): Setting | null {
    return (
      this.#experiment && {
        experiment: this.#experiment,
        race: this.#desk.spec,
        stack: this.#lab.spec,
        output: this.#head.spec,
      }
    );
  }

  /** Before something is changed. */
  #remember(change: Partial<Setting>): void {
    const now = this.#setting;
    if (now) this.#undo.remember(now, { ...now, ...change });
  }

  /** Back to what was set before, or ahead again. */
  #travel(way: 'undo' | 'redo'): void {
    const now = this.#setting;
    const there = now && this.#undo[way](now);
    if (!there) return;
    if (JSON.stringify(there.experiment) !== JSON.stringify(now.experiment))
      this.#put(now.experiment, there.experiment);
    if (there.race && JSON.stringify(there.race) !== JSON.stringify(now.race)) {
      this.#go('race');
      this.#desk.change(there.race);
      void this.#writeScreen();
    }
    if (there.output && JSON.stringify(there.output) !== JSON.stringify(now.output)) {
      this.#go('output');
      this.#head.change(there.output);
      void this.#writeScreen();
    }
    if (there.stack && JSON.stringify(there.stack) !== JSON.stringify(now.stack)) {
      // A stack has the seed of the experiment: with that alone it was not what was changed.
      if (JSON.stringify({ ...there.stack, seed: 0 }) !== JSON.stringify({ ...now.stack, seed: 0 })) this.#go('depth');
      this.#lab.change(there.stack);
      void this.#writeScreen();
    }
    this.#redraw();
  }

  /** Shows the description of a run that came with its own. */
  #follow(experiment: Experiment): void {
    this.#remember({ experiment });
    this.#accepted = experiment;
    this.#experiment = experiment;
    if (this.hash) this.#address.write(this.#player.engine, experiment);
    this.#redraw();
  }

  /** Other numbers of the training under the weights as they are. */
  async #retune(before: Experiment, next: Experiment): Promise<void> {
    const done = await this.#player.retune(next);
    if (this.#experiment !== next) return;
    if (done) this.#accept(next);
    else await this.#open(before, next);
  }

  /** Other activations or parameters under the weights as they are; a new session where the shapes differ. */
  async #swap(before: Experiment, next: Experiment): Promise<void> {
    const done = await this.#player.swap(next);
    // Something else was wanted in the meantime.
    if (this.#experiment !== next) return;
    if (done) this.#accept(next);
    if (!done) await this.#open(before, next);
    else if (!onlyParamsDiffer(before, next)) this.#speak();
  }

  /** Another description from here on, with the weights there are; a new session where that cannot be. */
  async #goOnBy(before: Experiment, next: Experiment): Promise<void> {
    const swapped = sameButActivation(before, next) && (await this.#player.swap(next));
    const fresh = swapped ? [] : await this.#player.branch(next).catch(refusedAsNull);
    // Something else was wanted in the meantime.
    if (this.#experiment !== next) return;
    if (!fresh) {
      await this.#open(before, next);
      return;
    }
    this.#accept(next);
    if (fresh.length) this.#say({ title: `It goes on from here; ${startAnew(fresh)}.`, problems: [], passing: true });
    this.#speak();
  }

  async #scrub(epoch: number): Promise<void> {
    const experiment = await this.#player.scrub(epoch);
    if (experiment) this.#follow(experiment);
  }

  async #open(before: Experiment, next: Experiment): Promise<void> {
    const replay = sameButActivation(before, next);
    this.#player.leaveGhost(replay ? activationsOf(before) : null, activationsOf(next));
    await this.#player.open(next, replay);
    this.#speak();
  }

  #newSeed(): void {
    if (this.#experiment && this.#catalogue) this.#change(withNewSeed(this.#experiment, this.#catalogue));
  }

  /** Takes over the defaults of a framework, and says what that changed. */
  async #takeDefaults(framework: Choice<Framework>): Promise<void> {
    const before = this.#experiment;
    if (!before) return;
    const wanted = { experiment: before, framework: framework.value };
    const { experiment, changes } = await this.#player.engine.call('preset', wanted);
    if (this.#experiment !== before) return;
    const said = changes.map(({ field, from, to }) => `${field} ${to} (was ${from})`);
    this.#say({ title: `Defaults of ${framework.label}: ${said.join(', ') || 'nothing to change'}.`, problems: [] });
    this.#change(experiment);
  }

  /** Takes over modules as somebody wrote them, or says what is wrong with them. */
  async #readModules(text: string): Promise<boolean> {
    const before = this.#experiment;
    if (!before) return false;
    const link = `modules=${encodeURIComponent(text)}`;
    const { experiment, problems } = await this.#player.engine.call('fromLink', link);
    if (problems.length) this.#say({ title: REFUSED, problems, refusal: true });
    else if (this.#experiment === before) this.#change({ ...before, modules: experiment.modules, frozen: [] });
    return problems.length === 0;
  }

  /** To another screen; training rests while the stage is not shown. */
  #go(screen: Screen): void {
    if (screen === this.#screen) return;
    if (this.#screen === 'stage') {
      this.#goesOn = this.#player.playing;
      this.#player.pause();
    }
    this.#screen = screen;
    this.#desk.show(screen === 'race');
    if (screen === 'stage' && this.#goesOn) this.#player.play();
    void this.#writeScreen();
    this.#redraw();
  }

  async #writeScreen(): Promise<void> {
    const { engine } = this.#player;
    const [race, stack, head] = [this.#desk.spec, this.#lab.spec, this.#head.spec];
    if (!this.hash || !race || !stack || !head) return;
    const parts = await Promise.all([
      engine.call('raceToLink', race),
      engine.call('stackToLink', stack),
      engine.call('outputToLink', head),
    ]);
    this.#address.show(this.#screen, ...parts);
  }

  #race(spec: RaceSpec): void {
    this.#remember({ race: spec });
    this.#desk.change(spec);
    void this.#writeScreen();
  }

  #stack(spec: StackSpec): void {
    this.#remember({ stack: spec });
    this.#lab.change(spec);
    void this.#writeScreen();
  }

  /** An activation that was picked, for the screen that is shown. */
  #choose(activation: string): void {
    const { spec } = this.#desk;
    const stack = this.#lab.spec;
    if (this.#screen === 'depth' && stack)
      this.#stack({ ...stack, activations: toggled(stack.activations, activation) });
    else if (this.#screen === 'race' && spec) {
      const values = spec.vary === 'activation' ? spec.values : (this.#catalogue?.race.values ?? []);
      this.#race({ ...spec, vary: 'activation', values: toggled(values, activation) });
    } else if (this.#experiment) this.#change(withActivation(this.#experiment, activation));
  }

  async #saveRace(as: 'csv' | 'png'): Promise<void> {
    if (as === 'csv') {
      download(new Blob([raceCsv(this.#desk.track)], { type: 'text/csv' }), 'race.csv');
      return;
    }
    await this.#savePicture('ap-race-chart canvas', 'race');
  }

  async #savePicture(selector: string, name: string): Promise<void> {
    const canvas = this.renderRoot.querySelector<HTMLCanvasElement>(selector);
    const image = canvas && (await png(canvas, (this.#palette?.theme ?? readTheme(this)).surface));
    if (image) download(image, `${name}.png`);
    else
      this.#say({
        title: `There is no picture of this ${name}: it is not a map or a chart.`,
        problems: [],
        passing: true,
      });
  }

  async #save(kind: FileKind): Promise<void> {
    const pictures = { map: '.answer canvas', lens: 'ap-lens-chart canvas', chart: 'ap-loss-chart canvas' } as const;
    if (kind === 'run') download(await this.save(), 'run.activation-playground');
    else if (kind === 'losses')
      download(new Blob([lossesCsv(this.#player.history)], { type: 'text/csv' }), 'losses.csv');
    else if (kind === 'network') {
      const drawing = this.renderRoot.querySelector<SVGSVGElement>('svg.units');
      const canvas = this.renderRoot.querySelector<HTMLCanvasElement>('canvas.net');
      if (drawing) download(svg(drawing, (this.#palette?.theme ?? readTheme(this)).bg, canvas), 'network.svg');
    } else if (kind !== 'open') await this.#savePicture(pictures[kind], kind === 'map' ? 'output' : kind);
  }

  async #openRun(file: Blob): Promise<void> {
    try {
      await this.load(file);
    } catch (error) {
      if (!(error instanceof EngineError)) throw error;
      if (!error.fatal) this.#onRefused(error);
    }
  }

  /** A racer onto the stage, from the start. */
  async #takeRacer(racer: number): Promise<void> {
    const experiment = this.#desk.track.racers[racer];
    if (!experiment) return;
    this.#goesOn = false;
    this.#go('stage');
    this.#change(experiment);
    await this.#changing;
    await this.#player.reset();
    this.#player.play();
  }

  /** Takes a stop condition away and trains on. */
  async #goOn(path: string): Promise<void> {
    if (!this.#experiment) return;
    const next = withNumber(this.#experiment, path, 0);
    this.#change(next);
    await this.#changing;
    this.#player.play();
  }

  async #rewindAt(rate: number): Promise<void> {
    if (!this.#experiment) return;
    this.#change(withNumber(this.#experiment, 'learningRate', rate));
    await this.#player.reset();
    this.#player.play();
  }

  #toggle(): void {
    if (this.#screen === 'race') this.#desk.toggle();
    else if (this.#screen === 'microscope') this.#micro.look({ phase: (this.#micro.phase + 1) % PHASES });
    else if (this.#screen !== 'stage') return;
    else if (this.#player.playing) this.#player.pause();
    else this.#player.play();
    this.#speak();
  }

  async #share(): Promise<void> {
    if (!this.#experiment) return;
    const { name, drawn } = this.#experiment.data;
    const said = await this.#address.share(this.#player.engine, this.#experiment);
    const isTable = name === 'own' && !drawn.length;
    this.#say(
      isTable
        ? {
            ...said,
            title: `${said.title} Your table is not part of it: save the run to pass that on.`,
            passing: false,
          }
        : said,
    );
  }

  async #copyCode(order: CodeOrder, values = ''): Promise<void> {
    try {
      const text = await this.#player.engine.call('code', order);
      const target = this.#catalogue?.targets.find(({ value }) => value === order.target)?.label ?? order.target;
      const from = values && `, ${values}`;
      if (await toClipboard(text))
        this.#say({ title: `The ${target} code is copied${from}.`, problems: [], passing: true });
      else this.#say({ title: `The ${target} code${from}, to be copied by hand:`, problems: [], text });
    } catch (error) {
      if (!(error instanceof EngineError)) throw error;
      if (!error.fatal) this.#onRefused(error);
    }
  }

  #wanted() {
    const { watch, layers } = { watch: this.#watch, layers: this.#player.opened?.info.layers ?? [] };
    const { tiles, hover, pinned } = this.#views.net;
    return {
      mapSize: watch.sees('map') ? MAP_SIZE : 0,
      units: tiles === 'maps' && watch.sees('network'),
      weights: watch.sees('network'),
      unit: hover ?? pinned,
      histograms: layers
        .map((_, at) => at)
        .filter(
          (at) => watch.sees(`histogram-${at}`) || (watch.sees('lens') && this.#views.looksAt(at, layers.length)),
        ),
      bins: BINS,
      confusion: watch.sees('confusion') ? this.#rowsShown : null,
      predictions: watch.sees('predictions') ? this.#rowsShown : null,
    };
  }

  /** Something came into view or left it. */
  #onSeen(): void {
    this.#player.visible = this.#watch.visible;
    this.#player.wake();
    if (!this.#player.playing && this.#player.opened && this.#stopped === null) void this.#player.refresh();
    this.#redraw();
  }

  #onStopped(message: string): void {
    this.#stopped = message;
    this.#redraw();
  }

  #onRefused({ message, problems }: EngineError): void {
    this.#say({ title: problems.length ? REFUSED : message, problems, refusal: true });
  }

  /** Puts the activation that was meant in the place of one that was not understood. */
  #use({ field, value }: Problem, meant: string): void {
    this.#say(null);
    if (this.hash && this.#address.correct(field, value, meant)) return;
    const at = /^layers\[(\d+)\]/.exec(field)?.[1];
    if (this.#experiment) this.#change(withActivation(this.#experiment, meant, at === undefined ? null : Number(at)));
  }

  #say(message: Toast | null): void {
    this.#toast = message;
    // What asks for nothing goes by itself.
    if (message?.passing)
      setTimeout(() => {
        if (this.#toast === message) this.#say(null);
      }, PASSING_MS);
    this.#redraw();
  }

  /** Says where the run stands, for those who listen. */
  #speak(): void {
    const model = this.#model();
    if (model) this.#spoken = { text: describe(model), at: performance.now() };
    this.revision += 1;
  }

  #redraw(): void {
    if (this.#player.playing && performance.now() - this.#spoken.at > SPEAK_EVERY_MS && this.progress) this.#speak();
    this.revision += 1;
  }
}

/** Nothing where the engine refused. */
function refusedAsNull(error: unknown): null {
  if (error instanceof EngineError && !error.fatal) return null;
  throw error;
}

/** "layers.2.weight and layers.2.bias start anew" */
function startAnew(names: readonly string[]): string {
  const [one = '', two = ''] = names;
  if (names.length > 2) return `${one} and ${names.length - 1} more parameters start anew`;
  return names.length === 2 ? `${one} and ${two} start anew` : `${one} starts anew`;
}

declare global {
  interface HTMLElementTagNameMap {
    'activation-playground': ActivationPlayground;
  }
}
