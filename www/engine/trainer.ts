/** The worker's side of the questions: holds the one session and asks the engine. */

import { costOf } from './cost';
import {
  type Branched,
  type Calls,
  type Curve,
  type Frame,
  type HistoryPart,
  type Loaded,
  type Opened,
  type Order,
  type Pace,
  type Rewound,
  TILE_CELLS,
  type Unit,
  type Want,
} from './messages';
import {
  card_mathml,
  catalogue,
  check,
  code,
  curve,
  from_link,
  map_extent,
  modules_text,
  output_from_link,
  output_to_link,
  preset,
  race_from_link,
  race_to_link,
  racers,
  read_formula,
  read_output,
  report,
  rounded_curve,
  Session,
  saved_experiment,
  saved_table,
  shape_points,
  stack_from_link,
  stack_profiles,
  stack_to_link,
  to_link,
} from './pkg/engine.js';
import { Racing } from './racing';
import type { DataCard, Experiment, Info } from './types';

/** How long a replay works before it looks for messages. */
const REPLAY_SLICE_MS = 24;

const NOTHING = new Uint8Array(0);

/** The page waits no longer than this for a frame on account of what was looked at in the last one. */
const LONGEST_FRAME_MS = 400;

/** Where the data lie: the address of every file of `data/` beside the page, by its path there. */
const DATA = Object.fromEntries(
  Object.entries(
    import.meta.glob<string>('../../data/**/*.{csv,gz,tsv,txt}', { query: '?url', import: 'default', eager: true }),
  ).map(([path, url]) => [path.slice('../../data/'.length), url]),
);

/** Asynchronous answers are allowed on this side. */
type Handlers = {
  [K in keyof Calls]: (argument: Parameters<Calls[K]>[0]) => ReturnType<Calls[K]> | Promise<ReturnType<Calls[K]>>;
};

export class Trainer implements Handlers {
  #session: Session | null = null;
  #classes = 0;
  #hasMap = false;
  #replayStopped = false;
  /** What looking at the session took for the last frame. */
  #lookMs = 0;
  /** What the catalogue says of the data: reading it out takes longer than looking into it. */
  #data: readonly DataCard[] | null = null;
  readonly #racing = new Racing((experiment) => this.#filesOf(experiment));
  readonly #files = new Map<string, Uint8Array>();
  /** The user's own table, and the last one that could be read. */
  #table: Uint8Array | null = null;
  #readable: Uint8Array | null = null;

  constructor(private readonly onReplay: (done: number, total: number) => void) {}

  start = () => catalogue();
  fromLink = (link: string) => from_link(link);
  modulesText = (experiment: Experiment) => modules_text(experiment);
  toLink = to_link;
  check = check;
  shape = (name: string) => shape_points(name);
  reset = () => this.#opened.reset();
  retune = (experiment: Experiment) => this.#opened.retune(experiment);
  preset = ({ experiment, framework }: Parameters<Calls['preset']>[0]) => preset(experiment, framework);
  fingerprint = () => this.#opened.fingerprint();
  save = () => this.#opened.save(this.#readable ?? NOTHING);

  setWeight = ({ layer, unit, input, value }: Parameters<Calls['setWeight']>[0]) =>
    this.#opened.set_weight(layer, unit, input, value);

  mathml = (id: string) => card_mathml(id) ?? null;
  reading = (text: string) => read_formula(text);
  report = ({ activation, params }: Parameters<Calls['report']>[0]) => report(activation, params);
  code = ({ activation, params, target }: Parameters<Calls['code']>[0]) => code(activation, params, target);
  cost = costOf;

  microscope = (row: number) => this.#opened.microscope(row);
  outputFromLink = (link: string) => output_from_link(link);
  outputToLink = output_to_link;
  readOutput = read_output;
  stackFromLink = (link: string) => stack_from_link(link);
  stackToLink = stack_to_link;
  stackProfiles = stack_profiles;

  raceFromLink = (link: string) => race_from_link(link);
  raceToLink = race_to_link;
  racers = ({ race, experiment }: Parameters<Calls['racers']>[0]) => racers(race, experiment);
  raceStart = (order: Parameters<Calls['raceStart']>[0]) => this.#racing.start(order);
  raceAdvance = (epochs: number) => this.#racing.advance(epochs);
  raceRuns = () => this.#racing.runs();
  raceJudge = (trial: Parameters<Calls['raceJudge']>[0]) => this.#racing.judge(trial);
  racePicture = (wanted: Parameters<Calls['racePicture']>[0]) => this.#racing.picture(wanted);
  raceCost = (experiment: Experiment) => this.#racing.cost(experiment);

  curve(request: Parameters<Calls['curve']>[0]): Curve {
    const { activation, params, low, high, count, bend = false, format = 'f32', units = [] } = request;
    const none = new Float32Array(0);
    const points = (wanted: boolean) => (wanted ? new Float32Array(count) : new Float32Array(0));
    const answer = {
      value: points(true),
      slope: points(true),
      bend: points(bend),
      rounded: points(format !== 'f32'),
      units: new Float32Array(count * units.length),
    };
    curve(activation, params, low, high, answer.value, answer.slope, answer.bend);
    if (answer.rounded.length) rounded_curve(activation, params, format, low, high, answer.rounded);
    units.forEach((own, at) => {
      curve(activation, own, low, high, answer.units.subarray(at * count, (at + 1) * count), none, none);
    });
    return answer;
  }

  swap(experiment: Experiment): Info | null {
    const session = this.#opened;
    if (!session.swap(experiment)) return null;
    return { ...session.info(), hasMap: this.#hasMap };
  }

  stopReplay(): void {
    this.#replayStopped = true;
  }

  async open({ experiment, replay }: Order): Promise<Opened> {
    this.#replayStopped = false;
    const session = this.#build(experiment, await this.#filesOf(experiment));
    const opened = this.#take(session);
    if (replay) await this.#replay(session, replay);
    return opened;
  }

  table(contents: Uint8Array): void {
    this.#table = contents;
  }

  /** A session; a table that cannot be read gives way to the one before. */
  #build(experiment: Experiment, files: Uint8Array[]): Session {
    try {
      const session = new Session(experiment, files);
      this.#readable = this.#table;
      return session;
    } catch (error) {
      this.#table = this.#readable;
      throw error;
    }
  }

  async load(saved: Uint8Array): Promise<Loaded> {
    const experiment = saved_experiment(saved);
    const table = saved_table(saved);
    if (table.length) [this.#table, this.#readable] = [table, table];
    return { ...this.#take(Session.load(saved, await this.#filesOf(experiment))), experiment, table: table.slice() };
  }

  rewind(step: number): Rewound {
    const session = this.#opened;
    session.rewind(step);
    return this.#place(session);
  }

  rewindTo(epoch: number): Rewound {
    const session = this.#opened;
    session.rewind_to_epoch(epoch);
    return this.#place(session);
  }

  branch(experiment: Experiment): Branched {
    const branch = this.#opened.branch(experiment);
    const fresh = branch.fresh();
    return { ...this.#take(branch), fresh };
  }

  #place(session: Session): Rewound {
    const info = { ...session.info(), hasMap: this.#hasMap };
    return { info, experiment: session.experiment(), ahead: session.ahead() };
  }

  /** Puts a session in the place of the one there was. */
  #take(session: Session): Opened {
    this.#session?.free();
    this.#session = session;
    const info = session.info();
    this.#classes = info.classes.length;
    this.#hasMap = info.hasMap && info.classes.length <= 2;
    const points = this.#hasMap ? new Float32Array(4 * (info.trainRows + info.testRows)) : null;
    if (points) session.points(points);
    const features = this.#hasMap ? session.feature_maps(TILE_CELLS) : new Float32Array(0);
    return { info: { ...info, hasMap: this.#hasMap }, points, extent: map_extent(), features };
  }

  frame({ pace, want }: Parameters<Calls['frame']>[0]): Frame {
    const session = this.#opened;
    if (pace) {
      // Looking at a large network takes a while; most of the time is to go into training.
      const budgetMs = Math.max(pace.budgetMs, Math.min(LONGEST_FRAME_MS, 2 * this.#lookMs));
      train(session, { ...pace, budgetMs });
      session.keep();
    }
    const start = performance.now();
    if (want.map && this.#hasMap) session.output_map(Math.round(Math.sqrt(want.map.length)), want.map);
    const confusion = want.confusion && this.#classes ? new Uint32Array(this.#classes ** 2) : null;
    if (confusion) session.confusion(want.confusion === 'test', confusion);
    const frame = {
      progress: session.progress(),
      map: this.#hasMap ? want.map : null,
      units: want.units && this.#hasMap ? session.unit_maps(TILE_CELLS) : null,
      weights: want.weights ? weightsOf(session) : null,
      unit: want.unit && want.map && this.#hasMap ? unitMap(session, want.unit, want.map.length) : null,
      histograms: want.histograms.map((layer) => ({ layer, histogram: session.histogram(layer, want.bins) })),
      confusion,
      predictions: want.predictions && !this.#classes ? session.predictions(want.predictions === 'test') : null,
      history: historySince(session, want.history),
    };
    this.#lookMs = performance.now() - start;
    return frame;
  }

  get #opened(): Session {
    if (!this.#session) throw new Error('nothing is open');
    return this.#session;
  }

  #filesOf(experiment: Experiment): Promise<Uint8Array[]> {
    this.#data ??= catalogue().data;
    const card = this.#data.find(({ id }) => id === experiment.data.name);
    if (card?.kind === 'own') return Promise.resolve(experiment.data.drawn.length || !this.#table ? [] : [this.#table]);
    const files = card?.files ?? [];
    return Promise.all(files.map((file) => this.#file(file)));
  }

  async #file(file: string): Promise<Uint8Array> {
    const known = this.#files.get(file);
    if (known) return known;
    const url = DATA[file];
    const response = url ? await fetch(url) : null;
    if (!response?.ok) throw new Error(`${file} did not load (${response?.status ?? 'not part of this page'})`);
    const bytes = await decompressed(file, new Uint8Array(await response.arrayBuffer()));
    this.#files.set(file, bytes);
    return bytes;
  }

  /** Trains to a place in slices, so that the page can stop it and sees how far it is. */
  async #replay(session: Session, place: Order['replay'] & object): Promise<void> {
    let sliceEnd = performance.now() + REPLAY_SLICE_MS;
    while (!this.#replayStopped && !session.stands() && session.step() < place.step) {
      session.advance(session.epoch() < place.epoch ? 'epoch' : 'batch', 1);
      if (performance.now() > sliceEnd) {
        this.onReplay(session.step(), place.step);
        await new Promise((resolve) => setTimeout(resolve));
        sliceEnd = performance.now() + REPLAY_SLICE_MS;
      }
    }
    const rest = place.sample - session.progress().sample;
    if (!this.#replayStopped && session.step() === place.step && rest > 0) session.advance('sample', rest);
  }
}

/** The contents of a file. Some servers decompress what ends in `.gz` on their own, so its first bytes decide. */
async function decompressed(file: string, bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  if (!file.endsWith('.gz') || bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
  try {
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'));
    return new Uint8Array(await new Response(stream).arrayBuffer());
  } catch {
    throw new Error(`${file} did not load whole: it cannot be decompressed`);
  }
}

/** Trains for a pace. Epochs are made of single updates, so that a slow one cannot outstay the budget. */
function train(session: Session, { stride, count, budgetMs }: Pace): void {
  const end = performance.now() + budgetMs;
  const goal = session.epoch() + count;
  for (let done = 0; !session.stands() && (stride === 'epoch' ? session.epoch() < goal : done < count); done++) {
    session.advance(stride === 'epoch' ? 'batch' : stride, 1);
    if (performance.now() >= end) return;
  }
}

function weightsOf(session: Session): Float32Array[] {
  const layers: Float32Array[] = [];
  for (let layer = 0; ; layer++) {
    const weights = session.layer_weights(layer);
    if (!weights.length) return layers;
    layers.push(weights);
  }
}

/** Nothing if there is no such unit any more: the page may ask for one that has just gone. */
function unitMap(session: Session, { layer, unit }: Unit, cells: number): Float32Array | null {
  try {
    return session.unit_map(layer, unit, Math.round(Math.sqrt(cells)));
  } catch {
    return null;
  }
}

function historySince(session: Session, known: Want['history']): HistoryPart {
  const revision = session.history_revision();
  const from = revision === known.revision ? known.length : 0;
  const count = session.history_length() - from;
  const part = {
    from,
    revision,
    epochs: new Float64Array(count),
    train: new Float64Array(count),
    test: new Float64Array(count),
  };
  session.history(from, part.epochs, part.train, part.test);
  return part;
}
