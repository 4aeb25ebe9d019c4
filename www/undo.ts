/** What was set before, so that every change can be taken back. */
import type { Experiment, RaceSpec, StackSpec } from './engine/types';

/** All that can be set. */
export interface Setting {
  readonly experiment: Experiment;
  readonly race: RaceSpec | null;
  readonly stack: StackSpec | null;
}

/** Steps that are remembered. */
const MOST = 100;
/** Changes of the same thing in quick succession, as when a number is dragged, are one. */
const ONE_MS = 600;

export class Undo {
  readonly #past: Setting[] = [];
  #future: Setting[] = [];
  #last = { what: '', at: 0 };

  get canUndo(): boolean {
    return this.#past.length > 0;
  }

  get canRedo(): boolean {
    return this.#future.length > 0;
  }

  /** Before something is changed. */
  remember(before: Setting, after: Setting): void {
    const what = difference(before, after);
    if (!what) return;
    const now = performance.now();
    const same = what === this.#last.what && now - this.#last.at < ONE_MS;
    this.#last = { what, at: now };
    this.#future = [];
    if (same) return;
    this.#past.push(before);
    if (this.#past.length > MOST) this.#past.shift();
  }

  /** The change that was made last was refused: there is nothing to take back. */
  forget(refused: Experiment): void {
    this.#last = { what: '', at: 0 };
    if (this.#past.at(-1)?.experiment === refused) this.#past.pop();
  }

  /** What was set before; nothing if there is none. */
  undo(now: Setting): Setting | null {
    return this.#step(this.#past, this.#future, now);
  }

  redo(now: Setting): Setting | null {
    return this.#step(this.#future, this.#past, now);
  }

  #step(from: Setting[], to: Setting[], now: Setting): Setting | null {
    const there = from.pop();
    if (!there) return null;
    to.push(now);
    this.#last = { what: '', at: 0 };
    return there;
  }
}

/** Which parts differ; empty if none does. */
function difference(before: Setting, after: Setting): string {
  const parts = { ...before.experiment, race: before.race, stack: before.stack };
  const others: Readonly<Record<string, unknown>> = { ...after.experiment, race: after.race, stack: after.stack };
  return Object.entries(parts)
    .filter(([key, part]) => JSON.stringify(part) !== JSON.stringify(others[key]))
    .map(([key]) => key)
    .join();
}
