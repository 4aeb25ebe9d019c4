/** What a caller of the element hands over, checked before anything is done with it. */
import type { Engine } from './engine/client';
import type { Experiment, Stride } from './engine/types';

const STRIDES: readonly Stride[] = ['sample', 'batch', 'epoch'];

/** Throws unless a value is an object at all; what is in it is for the engine to say. */
export function expectObject(experiment: unknown): void {
  if (typeof experiment !== 'object' || experiment === null || Array.isArray(experiment))
    throw new TypeError(`experiment is ${String(experiment)}; accepted: a description such as the one read from it`);
}

/** The whole description, with defaults for what is left out. Rejects with the engine's problems if it is not valid. */
export async function completed(engine: Engine, experiment: Experiment): Promise<Experiment> {
  const link = await engine.call('toLink', experiment);
  return (await engine.call('fromLink', link)).experiment;
}

/** Throws unless there is a number of times to do something. */
export function expectCount(name: string, count: unknown): void {
  if (typeof count !== 'number' || !(count >= 0))
    throw new RangeError(`${name} is ${String(count)}; accepted: a number from 0`);
}

/** Throws unless it is a file; `kind` says of what. */
export function expectBlob(name: string, value: unknown, kind: string): void {
  if (!(value instanceof Blob)) throw new TypeError(`${name} is ${String(value)}; accepted: a Blob ${kind}`);
}

/** Throws unless a stride is one. */
export function expectStride(unit: unknown): void {
  if (!STRIDES.some((stride) => stride === unit))
    throw new RangeError(`unit is ${String(unit)}; accepted: one of ${STRIDES.join(', ')}`);
}
