/** What is raced and how it is looked at; starts the race anew when either the race or the experiment changes. */

import type { Engine } from './engine/client';
import { cardOf, faceOf } from './engine/experiment';
import type { Opened } from './engine/messages';
import type { Catalogue, Experiment, Measure, Problem, RaceSpec } from './engine/types';
import { RaceTrack } from './race';

/** A race that takes longer is not started by every change, only by the play button. */
const SHORT_MS = 6_000;

/** How a race is looked at. */
export interface RaceLook {
  readonly by: Measure;
  /** The racer that is looked at. */
  readonly focus: number | null;
  /** The column the table is sorted by; empty for the order of the race. */
  readonly sort: string;
  readonly down: boolean;
}

/** What a race is run on. */
interface Ground {
  readonly catalogue: Catalogue | null;
  readonly experiment: Experiment | null;
  readonly opened: Opened | null;
  readonly table: Uint8Array | null;
  /** How many tables there have been: of another one there is another race. */
  readonly tables: number;
}

export class RaceDesk {
  readonly track: RaceTrack;
  look: RaceLook = { by: 'loss', focus: null, sort: '', down: false };
  #spec: RaceSpec | null = null;
  /** What the race on the track was started from. */
  #from = '';
  #shown = false;
  /** Whether it was running when the screen was left. */
  #left = false;

  constructor(
    private readonly ground: () => Ground,
    private readonly changed: () => void,
  ) {
    this.track = new RaceTrack(changed);
  }

  get spec(): RaceSpec | null {
    return this.#spec ?? this.ground().catalogue?.race ?? null;
  }

  /** Reads what a link says about a race; what of it was not understood. */
  async read(engine: Engine, link: string): Promise<readonly Problem[]> {
    const { race, problems } = await engine.call('raceFromLink', link);
    this.#spec = race;
    this.ready();
    return problems;
  }

  /** Another race: it starts at once, unless it would take long. */
  change(spec: RaceSpec): void {
    this.#spec = spec;
    this.look = { ...this.look, focus: null };
    this.ready();
    this.changed();
  }

  readonly view = (look: Partial<RaceLook>): void => {
    this.look = { ...this.look, ...look };
    if (look.by) void this.track.judgeBy(look.by);
    this.changed();
  };

  /** Whether the race is on screen. */
  show(shown: boolean): void {
    this.#shown = shown;
    if (!shown) {
      this.#left = this.track.state === 'running';
      this.track.pause();
      return;
    }
    this.ready();
    // It was only left, not paused.
    if (this.#left) void this.track.resume();
    this.#left = false;
  }

  /** The experiment is there, or another one: the race that was run is no longer about it. */
  ready(): void {
    if (!this.#shown || this.#key() === this.#from) return;
    const { track } = this;
    const long = track.elapsedMs > SHORT_MS;
    if (long && track.state !== 'idle') {
      track.close();
      track.state = 'idle';
      this.changed();
    } else void this.#start();
  }

  /** Starts, pauses or goes on. */
  toggle(): void {
    const { track } = this;
    if (track.state === 'running') track.pause();
    else if (track.state === 'paused') void track.resume();
    else if (!track.busy) void this.#start();
  }

  /** The same race from the start. */
  again(): void {
    void this.#start();
  }

  /** What a racer is called. */
  name(value: string): string {
    const { catalogue } = this.ground();
    const vary = this.spec?.vary;
    if (!catalogue) return value;
    if (vary === 'activation') return faceOf(catalogue, value).name;
    const card = catalogue.varies.find((one) => one.vary.value === vary);
    return card?.values.find((racer) => racer.value === value)?.label ?? card?.named.replace('%', value) ?? value;
  }

  async #start(): Promise<void> {
    const { experiment, opened, table } = this.ground();
    const { spec } = this;
    if (!experiment || !opened || !spec) return;
    this.#from = this.#key();
    const names = spec.values.map((value) => this.name(value));
    const isOwn = experiment.data.name === 'own' && !experiment.data.drawn.length;
    const by = opened.info.classes.length ? this.look.by : 'loss';
    await this.track.start({ experiment, spec, names, by, info: opened.info, table: isOwn ? table : null });
  }

  /** Changes with whatever the race depends on. */
  #key(): string {
    const { experiment, opened, tables } = this.ground();
    const rows = opened && [opened.info.trainRows, opened.info.testRows, experiment?.data.name === 'own' ? tables : 0];
    return experiment && opened ? JSON.stringify([experiment, this.spec, rows]) : '';
  }
}

/** What a value of a race looks like, for its colour: activations have their own. */
export function faceOfRacer(catalogue: Catalogue, vary: RaceSpec['vary'], value: string) {
  const strip = vary === 'activation' ? (cardOf(catalogue, value)?.strip ?? null) : null;
  return { id: value, strip };
}
