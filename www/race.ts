/**
 * A race as the page sees it: shares the runs out among workers, drives them in lock-step, and keeps what they have shown
 * so far. It knows nothing of the screen.
 */
import { Engine, EngineError } from './engine/client';
import type { RaceJudged, RacePicture } from './engine/messages';
import type { Experiment, Info, Measure, Problem, RaceRun, RaceSpec } from './engine/types';

/** Workers at most: each holds an engine of its own. */
const MOST_WORKERS = 8;
/** A slice of the race is about so long: then it can be paused. */
const SLICE_MS = 80;
/** What the page learns of a race takes at most this share of the time. */
const TOLD_SHARE = 0.25;
const FIRST_TOLD_MS = 150;
/** Cells along a side of a racer's map. */
const MAP_SIZE = 64;

/** What it is about to run. */
export interface Entry {
  readonly experiment: Experiment;
  readonly spec: RaceSpec;
  /** What the racers are called. */
  readonly names: readonly string[];
  /** What they are ordered and compared by. */
  readonly by: Measure;
  readonly info: Info;
  /** A table of the user's own, for the data set `own`. */
  readonly table: Uint8Array | null;
}

export type RaceState = 'idle' | 'starting' | 'running' | 'paused' | 'stopped' | 'done' | 'refused' | 'broken';

export class RaceTrack {
  state: RaceState = 'idle';
  entry: Entry | null = null;
  runs: readonly RaceRun[] = [];
  judged: RaceJudged = { standings: [], verdicts: [] };
  /** The map of each racer's middle run, once it is done. */
  pictures: ReadonlyMap<number, RacePicture> = new Map();
  /** Microseconds an update of each racer takes, once they are measured. */
  costs: ReadonlyMap<number, number> = new Map();
  epoch = 0;
  /** How long it has been running. */
  elapsedMs = 0;
  workers = 0;
  /** Why it is not running. */
  message = '';
  problems: readonly Problem[] = [];

  /** Each with the first and the end of its runs. */
  #pool: { readonly engine: Engine; first: number; end: number }[] = [];
  /** The descriptions that race. */
  racers: readonly Experiment[] = [];
  #working: Promise<void> = Promise.resolve();
  /** Grows whenever something else is wanted: what was under way then ends. */
  #errand = 0;

  constructor(private readonly changed: () => void) {}

  /** Whether it works at the moment. */
  get busy(): boolean {
    return this.state === 'running' || this.state === 'starting';
  }

  /** Orders and compares by another measure. */
  async judgeBy(by: Measure): Promise<void> {
    if (!this.entry || this.entry.by === by) return;
    this.entry = { ...this.entry, by };
    if (this.state !== 'done' && this.state !== 'stopped' && this.state !== 'paused') return;
    this.#errand += 1;
    const errand = this.#errand;
    try {
      await this.#tell(() => errand === this.#errand);
      if (this.state !== 'paused') await this.#look(() => errand === this.#errand);
    } catch (error) {
      this.#fail(error, errand);
    }
  }

  /** Begins anew. */
  async start(entry: Entry): Promise<void> {
    this.#errand += 1;
    const errand = this.#errand;
    Object.assign(this, { entry, runs: [], epoch: 0, elapsedMs: 0, message: '', problems: [] });
    this.judged = { standings: [], verdicts: [] };
    this.pictures = new Map();
    this.costs = new Map();
    this.#become('starting');
    try {
      await this.#shareOut(entry, errand);
      if (errand === this.#errand) await this.#work(errand);
    } catch (error) {
      this.#fail(error, errand);
    }
  }

  pause(): void {
    if (this.state !== 'running') return;
    this.#errand += 1;
    this.#become('paused');
  }

  /** Goes on after a pause. */
  async resume(): Promise<void> {
    if (this.state !== 'paused') return;
    this.#errand += 1;
    const errand = this.#errand;
    try {
      // The slice under way when it was paused.
      await this.#working;
      if (errand === this.#errand) await this.#work(errand);
    } catch (error) {
      this.#fail(error, errand);
    }
  }

  /** Stops for good; what it has shown stays. */
  async cancel(): Promise<void> {
    if (!this.busy && this.state !== 'paused') return;
    this.#errand += 1;
    const errand = this.#errand;
    this.#become('stopped');
    try {
      await this.#working;
      if (errand === this.#errand) await this.#look(() => errand === this.#errand);
    } catch (error) {
      this.#fail(error, errand);
    }
  }

  /** Lets the workers go. */
  close(): void {
    this.#errand += 1;
    for (const { engine } of this.#pool) engine.close();
    this.#pool = [];
    if (this.busy || this.state === 'paused') this.state = 'idle';
  }

  async #shareOut({ experiment, spec, info, table }: Entry, errand: number): Promise<void> {
    const runs = spec.seeds * spec.values.length;
    const count = Math.max(1, Math.min(runs, MOST_WORKERS, navigator.hardwareConcurrency || 2));
    while (this.#pool.length < count) this.#pool.push({ engine: this.#newEngine(), first: 0, end: 0 });
    const [referee] = this.#pool;
    if (!referee) return;
    this.racers = await referee.engine.call('racers', { race: spec, experiment });
    if (errand !== this.#errand) return;
    this.workers = count;
    const isPlane = info.hasMap && info.classes.length <= 2;
    await Promise.all(
      this.#pool.slice(0, count).map(async (part, at) => {
        part.first = Math.floor((at * runs) / count);
        part.end = Math.floor(((at + 1) * runs) / count);
        if (table) await part.engine.call('table', table);
        const { first, end } = part;
        const rows = info.trainRows + info.testRows;
        await part.engine.call('raceStart', { racers: this.racers, seeds: spec.seeds, first, end, isPlane, rows });
      }),
    );
  }

  #work(errand: number): Promise<void> {
    const running = this.#run(errand);
    this.#working = running.catch(() => {});
    return running;
  }

  async #run(errand: number): Promise<void> {
    const { spec } = this.entry as Entry;
    const wanted = () => errand === this.#errand;
    const parts = this.#pool.slice(0, this.workers);
    this.#become('running');
    await this.#tell(wanted);
    let [slice, told, telling] = [1, performance.now(), FIRST_TOLD_MS];
    let stands = false;
    while (wanted() && this.epoch < spec.epochs && !stands) {
      const epochs = Math.min(slice, spec.epochs - this.epoch);
      const start = performance.now();
      const standing = await Promise.all(parts.map(({ engine }) => engine.call('raceAdvance', epochs)));
      stands = standing.every(Boolean);
      const spent = performance.now() - start;
      this.epoch += epochs;
      this.elapsedMs += spent;
      slice = spent < SLICE_MS / 2 ? slice * 2 : spent > SLICE_MS * 2 ? Math.max(1, Math.floor(slice / 2)) : slice;
      if (wanted() && performance.now() - told > telling) {
        const before = performance.now();
        await this.#tell(wanted);
        told = performance.now();
        telling = Math.max(FIRST_TOLD_MS, (told - before) / TOLD_SHARE);
      } else if (wanted()) this.changed();
    }
    // Also after a pause: what is shown is where it stands.
    await this.#tell(() => true);
    if (!wanted()) return;
    this.#become('done');
    await this.#look(wanted);
  }

  /** What the runs have shown so far, judged. */
  async #tell(wanted: () => boolean): Promise<void> {
    const { spec, names, by, info } = this.entry as Entry;
    const [referee, ...others] = this.#pool.slice(0, this.workers);
    if (!referee) return;
    const parts = await Promise.all([referee, ...others].map(({ engine }) => engine.call('raceRuns', null)));
    const runs = parts.flatMap((part) => part.runs);
    const goal = info.classes.length
      ? ({ measure: 'accuracy', value: spec.accuracy } as const)
      : ({ measure: 'loss', value: spec.loss } as const);
    const judged = await referee.engine.call('raceJudge', { runs, goal, by, names });
    if (!wanted() || this.state === 'starting') return;
    this.runs = runs;
    this.judged = judged;
    this.changed();
  }

  /** When it is over: the maps, and what a step costs. */
  async #look(wanted: () => boolean): Promise<void> {
    const { spec, info } = this.entry as Entry;
    const pictures = new Map<number, RacePicture>();
    if (info.hasMap && info.classes.length <= 2) {
      for (const { racer, medianSeed } of this.judged.standings) {
        const run = medianSeed * spec.values.length + racer;
        const part = this.#pool.find(({ first, end }) => first <= run && run < end);
        if (!part || !wanted()) return;
        pictures.set(racer, await part.engine.call('racePicture', { run: run - part.first, size: MAP_SIZE }));
      }
      if (!wanted()) return;
      this.pictures = pictures;
      this.changed();
    }
    for (const [racer, experiment] of this.racers.entries()) {
      const engine = this.#pool[0]?.engine;
      if (!engine || !wanted()) return;
      const cost = await engine.call('raceCost', experiment);
      if (wanted()) this.costs = new Map([...this.costs, [racer, cost]]);
    }
    if (wanted()) this.changed();
  }

  #newEngine(): Engine {
    const engine = new Engine(
      () => {},
      (message) => {
        this.close();
        this.message = message;
        this.#become('broken');
      },
    );
    return engine;
  }

  #fail(error: unknown, errand: number): void {
    if (!(error instanceof EngineError)) throw error;
    // A broken engine has been reported by itself.
    if (error.fatal || errand !== this.#errand) return;
    this.message = error.message;
    this.problems = error.problems;
    this.#become('refused');
  }

  #become(state: RaceState): void {
    this.state = state;
    this.changed();
  }
}
