/** What was set before, so that every change can be taken back. */
import type { Experiment, OutputSpec, RaceSpec, StackSpec } from './engine/types';

/** All that can be set. */
export interface Setting {
  readonly experiment: Experiment;
  readonly race: RaceSpec | null;
  readonly stack: StackSpec | null;
  readonly output: OutputSpec | null;
}

/** Steps that are remembered. */
const MOST = 100;
/** Changes of the same number in quick succession, as when it is dragged, are one. */
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
    const { what, isNumber } = difference(before, after);
    if (!what) return;
    const now = performance.now();
    const same = isNumber && what === this.#last.what && now - this.#last.at < ONE_MS;
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

/** Where two settings differ, and whether in a single number; empty if they do not. */
function difference(before: Setting, after: Setting): { what: string; isNumber: boolean } {
  const [old, now] = [leaves(before), leaves(after)];
  const paths = [...new Set([...old.keys(), ...now.keys()])].filter((path) => old.get(path) !== now.get(path));
  return { what: paths.join(), isNumber: paths.length === 1 && typeof now.get(paths[0] ?? '') === 'number' };
}

/** Everything in it that is not made of parts, by its path. */
function leaves(value: unknown, path = '', into = new Map<string, unknown>()): Map<string, unknown> {
  if (typeof value === 'object' && value !== null)
    for (const [key, part] of Object.entries(value)) leaves(part, `${path}.${key}`, into);
  else into.set(path, value);
  return into;
}
