/**
 * A run as the page sees it: asks the worker for frames while it plays, and keeps what came last. It knows nothing of
 * the screen but what is wanted there.
 */
import { Engine, EngineError } from './engine/client';
import type { Frame, HistoryPart, Opened, Pace, Place, Rewound, Want, WeightAt } from './engine/messages';
import type { Experiment, Progress, Stride } from './engine/types';

/** How much training goes into a frame. Not the engine's business: a speed is a matter of looking. */
export interface Speed extends Pace {
  readonly id: string;
  readonly label: string;
  readonly help: string;
}

export const SPEEDS: readonly [Speed, Speed, ...Speed[]] = [
  { id: 'slow', label: 'slow', help: 'one batch a frame', stride: 'batch', count: 1, budgetMs: 12 },
  { id: '1', label: '1×', help: 'one epoch a frame', stride: 'epoch', count: 1, budgetMs: 12 },
  { id: '4', label: '4×', help: 'four epochs a frame', stride: 'epoch', count: 4, budgetMs: 12 },
  { id: 'max', label: 'max', help: 'as many epochs as a frame holds', stride: 'epoch', count: 1e9, budgetMs: 10 },
];

/** Losses over the epochs. */
export interface History {
  readonly epochs: Float64Array;
  readonly train: Float64Array;
  readonly test: Float64Array;
}

/** The loss of the run before this one. */
export interface Ghost {
  readonly activation: string;
  readonly epochs: Float64Array;
  readonly test: Float64Array;
}

const NO_LOSSES: History = {
  epochs: new Float64Array(0),
  train: new Float64Array(0),
  test: new Float64Array(0),
};
const NO_HISTORY: History & { revision: number } = { ...NO_LOSSES, revision: -1 };
/** Frame spacing for people who asked for less motion. */
const CALM_FRAME_MS = 250;
/** Between two pictures of all units. */
const TILES_MS = 60;
const SILENT_SLICE_MS = 40;
/** What takes longer is shown to be under way. */
const SLOW_MS = 300;
const ORIGIN: Place = { epoch: 0, step: 0, sample: 0 };

/** What the player asks of the element it plays for. */
export interface Stage {
  /** What is on screen; the map's buffer and the history are filled in by the player. */
  wanted(): Omit<Want, 'map' | 'history'> & { readonly mapSize: number };
  changed(): void;
  stopped(message: string): void;
  refused(error: EngineError): void;
  /** A description was opened, or refused. */
  settled(experiment: Experiment | null): void;
}

export class Player {
  opened: Opened | null = null;
  frame: Frame | null = null;
  history = NO_HISTORY;
  /** Where the run has been beyond the present moment, before it went back. */
  ahead = NO_LOSSES;
  ghost: Ghost | null = null;
  playing = false;
  visible = true;
  calm = false;
  speed: Speed = SPEEDS[1];
  /** A replay in progress that has taken long enough to be shown. */
  replay: { readonly done: number; readonly total: number } | null = null;
  /** Whether a network is being built, and that has taken long enough to be shown. */
  building = false;
  engine: Engine;

  #order: { experiment: Experiment; keep: boolean } | null = null;
  #opening: Promise<void> | null = null;
  #target: Place | null = null;
  #replaySince = 0;
  #tilesAt = 0;
  #spareMap: Float32Array | null = null;
  #looping = false;
  /** The epoch a finger is at, until it is gone to. */
  #scrubbed: number | null = null;
  #scrubbing = false;
  /** Grows whenever something else is wanted: what was under way then ends. */
  #errand = 0;

  constructor(private readonly stage: Stage) {
    this.engine = this.#newEngine();
  }

  get progress(): Progress | null {
    return this.frame?.progress ?? null;
  }

  /** Whether it cannot go on: the loss is no number, or a stop condition is met. */
  get stands(): boolean {
    return this.progress?.divergence != null || this.progress?.stopped != null;
  }

  play(): void {
    if (this.stands) return;
    this.#errand += 1;
    this.playing = true;
    this.stage.changed();
    this.wake();
  }

  pause(): void {
    this.#errand += 1;
    this.playing = false;
    this.stage.changed();
  }

  /** Goes on if it should: after a pause, when it is seen again, when a session was opened. */
  wake(): void {
    if (this.#moving && !this.#looping) void this.#loop();
  }

  /** Trains exactly so far, then shows it. */
  async step(count: number, stride: Stride): Promise<void> {
    this.pause();
    this.#errand += 1;
    const errand = this.#errand;
    await this.#opening;
    // In parts of a slice or so, so that something else may be wanted in between.
    let part = 1;
    for (let left = count; left >= 1 && errand === this.#errand && !this.stands; ) {
      const now = Math.min(left, part);
      const start = performance.now();
      left -= now;
      await this.#advance({ stride, count: now, budgetMs: Number.POSITIVE_INFINITY }, left >= 1);
      if (performance.now() - start < SILENT_SLICE_MS) part *= 2;
    }
    if (errand !== this.#errand) await this.refresh();
  }

  /** Trains without waiting for frames, until enough epochs are done or `until` says so. */
  async run(epochs: number, until?: (progress: Progress) => boolean): Promise<void> {
    this.pause();
    this.#errand += 1;
    const errand = this.#errand;
    await this.#opening;
    if (!this.progress) await this.refresh();
    const goal = (this.progress?.epoch ?? 0) + epochs;
    const wanted = () => errand === this.#errand && !this.stands;
    while (this.progress && this.progress.epoch < goal && wanted() && !until?.(this.progress)) {
      const count = until ? 1 : goal - this.progress.epoch;
      await this.#advance({ stride: 'epoch', count, budgetMs: SILENT_SLICE_MS }, true);
    }
    await this.refresh();
  }

  async reset(): Promise<void> {
    this.#errand += 1;
    await this.#opening;
    await this.#guard(this.engine.call('reset', null));
    this.ahead = NO_LOSSES;
    await this.refresh();
    this.wake();
  }

  /** Goes to the moment after an update, and stays there. Rejects if the run has not been there. */
  async rewind(step: number): Promise<Experiment> {
    this.pause();
    await this.#opening;
    return this.#arrive(await this.engine.call('rewind', step));
  }

  /** Follows a finger along the epochs: of moments that are asked for faster than they come, only the last one counts. */
  async scrub(epoch: number): Promise<Experiment | null> {
    this.pause();
    this.#scrubbed = epoch;
    if (this.#scrubbing) return null;
    this.#scrubbing = true;
    let experiment: Experiment | null = null;
    try {
      while (this.#scrubbed !== null) {
        const wanted: number = this.#scrubbed;
        this.#scrubbed = null;
        await this.#opening;
        const rewound = await this.#guard(this.engine.call('rewindTo', wanted));
        if (!rewound) break;
        experiment = await this.#arrive(rewound);
      }
    } finally {
      this.#scrubbing = false;
    }
    return experiment;
  }

  async #arrive({ info, experiment, ahead }: Rewound): Promise<Experiment> {
    if (this.opened) this.opened = { ...this.opened, info };
    const column = (at: number) => ahead.filter((_, index) => index % 3 === at);
    this.ahead = { epochs: column(0), train: column(1), test: column(2) };
    await this.refresh();
    return experiment;
  }

  /** Goes on from here by another description; the names of the parameters that start anew. Rejects if it cannot. */
  async branch(experiment: Experiment): Promise<readonly string[]> {
    await this.#opening;
    const { fresh, ...opened } = await this.engine.call('branch', experiment);
    this.#leaveBehind();
    this.#take(opened);
    if (!this.#looping) await this.refresh();
    return fresh;
  }

  /** What was before another description, its losses ahead included, is compared with what comes. */
  #leaveBehind(): void {
    const [past, ahead] = [this.history, this.ahead];
    const joined = (one: Float64Array, other: Float64Array) => Float64Array.from([...one, ...other]);
    if (past.epochs.length + ahead.epochs.length > 1)
      this.ghost = { activation: '', epochs: joined(past.epochs, ahead.epochs), test: joined(past.test, ahead.test) };
    this.ahead = NO_LOSSES;
  }

  /** Goes on with a session that was saved, without playing. Rejects, and changes nothing, if it is none. */
  async load(saved: Uint8Array): Promise<{ experiment: Experiment; table: Uint8Array }> {
    this.pause();
    await this.#opening;
    const loading = this.engine.call('load', saved);
    // What is wanted in the meantime waits until it is there.
    this.#opening = loading
      .then(({ experiment, table: _, ...opened }) => this.#loaded(opened, experiment))
      .catch(() => {})
      .then(() => this.#openAll())
      .finally(() => {
        this.#opening = null;
      });
    const { experiment, table } = await loading;
    await this.#opening;
    return { experiment, table };
  }

  /** Puts another number in the place of a weight. */
  async setWeight(which: WeightAt & { readonly value: number }): Promise<void> {
    await this.#opening;
    await this.#guard(this.engine.call('setWeight', which));
    this.ahead = NO_LOSSES;
    if (!this.#looping) await this.refresh();
  }

  /** What is on screen, without training. */
  async refresh(): Promise<void> {
    await this.#opening;
    await this.#advance(null);
  }

  /**
   * Builds the network of a description. With `keep` it is trained to where the present one is. When several come in a
   * row, only the last one counts.
   */
  open(experiment: Experiment, keep: boolean): Promise<void> {
    this.#errand += 1;
    this.#order = { experiment, keep: keep && (this.#order?.keep ?? true) };
    if (this.#opening) this.engine.stopReplay();
    else
      this.#opening = this.#openAll().finally(() => {
        this.#opening = null;
      });
    return this.#opening.then(() => this.wake());
  }

  /** Other activations with the weights as they are; whether that could be done. */
  async swap(experiment: Experiment): Promise<boolean> {
    if (this.#opening) return false;
    const info = await this.#guard(this.engine.call('swap', experiment));
    if (!info || !this.opened) return false;
    if (this.ahead.epochs.length) this.#leaveBehind();
    this.opened = { ...this.opened, info };
    if (!this.#looping) await this.refresh();
    return true;
  }

  /** Other numbers of the training from the next update on; whether that could be done. */
  async retune(experiment: Experiment): Promise<boolean> {
    await this.#opening;
    const done = await this.#guard(this.engine.call('retune', experiment));
    if (done && this.ahead.epochs.length) this.#leaveBehind();
    if (done && !this.#looping) await this.refresh();
    return done ?? false;
  }

  /** Keeps the loss of the run that is being left, unless there is nothing to compare it with. */
  leaveGhost(activations: readonly string[] | null, next: readonly string[]): void {
    if (!activations) this.ghost = null;
    else if (activations.join() !== next.join() && this.history.epochs.length > 1)
      this.ghost = { activation: new Set(activations).size === 1 ? (activations[0] ?? '') : '', ...this.history };
  }

  /** Stays where the replay is now. */
  stopReplay(): void {
    this.engine.stopReplay();
  }

  /** A fresh engine after the old one broke. */
  restart(): void {
    this.engine.close();
    this.engine = this.#newEngine();
    this.frame = null;
    this.opened = null;
    this.history = NO_HISTORY;
    this.ahead = NO_LOSSES;
    this.#opening = null;
    this.#spareMap = null;
  }

  #newEngine(): Engine {
    return new Engine(
      (done, total) => {
        if (performance.now() - this.#replaySince < SLOW_MS) return;
        this.replay = { done, total };
        this.stage.changed();
      },
      (message) => {
        this.playing = false;
        this.stage.stopped(message);
      },
    );
  }

  async #openAll(): Promise<void> {
    while (this.#order) {
      const { experiment, keep } = this.#order;
      this.#order = null;
      if (!keep) this.#target = ORIGIN;
      else this.#target ??= this.progress;
      this.#replaySince = performance.now();
      const slow = setTimeout(() => this.#build(true), SLOW_MS);
      const opened = await this.#guard(this.engine.call('open', { experiment, replay: this.#target }));
      clearTimeout(slow);
      this.#build(false);
      // A later wish overtook this one: its replay goes on to the same target.
      if (this.#order) continue;
      this.#target = null;
      this.replay = null;
      this.stage.settled(opened && experiment);
      if (!opened) break;
      this.#take(opened);
      await this.#advance(null);
    }
    this.stage.changed();
  }

  /** Another session: nothing that was seen of the last one is about it. */
  #take(opened: Opened): void {
    this.opened = opened;
    this.history = NO_HISTORY;
    this.ahead = NO_LOSSES;
    if (this.frame) this.frame = { ...this.frame, units: null, weights: null, unit: null };
  }

  #build(building: boolean): void {
    if (this.building === building) return;
    this.building = building;
    this.stage.changed();
  }

  async #loaded(opened: Opened, experiment: Experiment): Promise<void> {
    this.#take(opened);
    this.ghost = null;
    this.stage.settled(experiment);
    await this.#advance(null);
  }

  get #moving(): boolean {
    return this.playing && this.visible && !this.stands && this.#opening === null && this.opened !== null;
  }

  async #loop(): Promise<void> {
    this.#looping = true;
    while (this.#moving) {
      const budgetMs = this.calm ? SILENT_SLICE_MS : this.speed.budgetMs;
      await Promise.all([this.#advance({ ...this.speed, budgetMs }), this.#nextFrame()]);
    }
    this.#looping = false;
    // What came into view during the last frame is still missing.
    if (this.opened && !this.#opening) await this.#advance(null);
  }

  #nextFrame(): Promise<unknown> {
    return new Promise((resolve) => {
      if (this.calm) setTimeout(resolve, CALM_FRAME_MS);
      else requestAnimationFrame(resolve);
    });
  }

  async #advance(pace: Pace | null, unseen = false): Promise<void> {
    const { mapSize, ...wanted } = this.stage.wanted();
    const map = unseen || !mapSize ? null : this.#takeMap(mapSize);
    const { length } = this.history.epochs;
    const want: Want = {
      ...wanted,
      ...(unseen && { histograms: [], confusion: null, predictions: null, units: false, weights: false, unit: null }),
      ...(!this.#tilesDue(pace !== null) && { units: false, weights: false }),
      map,
      history: { length, revision: this.history.revision },
    };
    const asked = pace && { stride: pace.stride, count: pace.count, budgetMs: pace.budgetMs };
    const frame = await this.#guard(this.engine.call('frame', { pace: asked, want }, map ? [map.buffer] : []));
    if (!frame) return;
    if (frame.map && this.frame?.map) this.#spareMap = this.frame.map;
    this.history = extended(this.history, frame.history);
    const { map: lastMap = null, units = null, weights = null } = this.frame ?? {};
    this.frame = {
      ...frame,
      map: frame.map ?? lastMap,
      units: frame.units ?? units,
      weights: frame.weights ?? weights,
    };
    if (this.stands) this.playing = false;
    this.stage.changed();
  }

  /** While it plays, what is in the tiles and on the links changes some times a second; that is enough to follow. */
  #tilesDue(playing: boolean): boolean {
    const now = performance.now();
    if (playing && now - this.#tilesAt < TILES_MS) return false;
    this.#tilesAt = now;
    return true;
  }

  #takeMap(size: number): Float32Array {
    const spare = this.#spareMap;
    this.#spareMap = null;
    return spare && spare.length === size * size ? spare : new Float32Array(size * size);
  }

  /** The answer, or nothing when it was refused; a broken engine has already been reported. */
  async #guard<T>(answer: Promise<T>): Promise<T | null> {
    try {
      return await answer;
    } catch (error) {
      if (!(error instanceof EngineError)) throw error;
      if (!error.fatal) this.stage.refused(error);
      return null;
    }
  }
}

function extended(history: typeof NO_HISTORY, part: HistoryPart): typeof NO_HISTORY {
  if (part.from === 0) return part;
  if (part.epochs.length === 0) return history;
  const joined = (old: Float64Array, fresh: Float64Array) => {
    const all = new Float64Array(part.from + fresh.length);
    all.set(old.subarray(0, part.from));
    all.set(fresh, part.from);
    return all;
  };
  return {
    epochs: joined(history.epochs, part.epochs),
    train: joined(history.train, part.train),
    test: joined(history.test, part.test),
    revision: part.revision,
  };
}
