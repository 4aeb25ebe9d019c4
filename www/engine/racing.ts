/** The worker's side of a race: trains its part of the runs, and judges those of all workers. */
import type { RaceJudged, RaceOrder, RacePicture, RaceRuns, RaceTrial } from './messages';
import { Race, Session, standings, verdict } from './pkg/engine.js';
import type { Experiment } from './types';

/** What a step costs: the median of so many rounds, each long enough for a clock that ticks coarsely. */
const ROUNDS = 25;
const ROUND_MS = 1;
const WARM_UP = 10;

export class Racing {
  #race: Race | null = null;
  #columns = 0;

  constructor(private readonly filesOf: (experiment: Experiment) => Promise<Uint8Array[]>) {}

  async start({ racers, seeds, first, end, isPlane, rows }: RaceOrder): Promise<void> {
    const [one] = racers;
    const files = one ? await this.filesOf(one) : [];
    this.#race?.free();
    this.#race = null;
    this.#race = new Race([...racers], seeds, first, end, files);
    this.#columns = isPlane ? 4 * rows : 0;
  }

  /** Trains every run so many epochs on; whether none can go on. */
  advance(epochs: number): boolean {
    this.#opened.advance(epochs);
    return this.#opened.stands();
  }

  runs(): RaceRuns {
    return { epoch: this.#opened.epoch(), runs: this.#opened.runs() };
  }

  judge({ runs, goal, by, names }: RaceTrial): RaceJudged {
    const order = standings(runs, goal, by);
    const [best, ...others] = order;
    const name = (racer: number) => names[racer] ?? '';
    return {
      standings: order,
      verdicts: others.map(({ racer }) => {
        const ahead = best?.racer ?? 0;
        return verdict(runs, ahead, racer, name(ahead), name(racer), by);
      }),
    };
  }

  /** What a run answers over the plane, and the data it has. */
  picture({ run, size }: { readonly run: number; readonly size: number }): RacePicture {
    const picture = { map: new Float32Array(size * size), points: new Float32Array(this.#columns) };
    this.#opened.output_map(run, size, picture.map);
    this.#opened.points(run, picture.points);
    return picture;
  }

  /** Microseconds for an update, here and now. */
  async cost(experiment: Experiment): Promise<number> {
    const session = new Session(experiment, await this.filesOf(experiment));
    try {
      session.advance('batch', WARM_UP);
      const times = Array.from({ length: ROUNDS }, () => microseconds(session)).sort((a, b) => a - b);
      return times[Math.floor(ROUNDS / 2)] ?? Number.NaN;
    } finally {
      session.free();
    }
  }

  get #opened(): Race {
    if (!this.#race) throw new Error('no race is on');
    return this.#race;
  }
}

function microseconds(session: Session): number {
  const start = performance.now();
  let steps = 0;
  let spent = 0;
  while (spent < ROUND_MS) {
    session.advance('batch', 1);
    steps += 1;
    spent = performance.now() - start;
  }
  return (1e3 * spent) / steps;
}
