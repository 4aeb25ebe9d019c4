/** What the engine offers, with the types of what it answers. */
import * as built from './pkg/engine.js';
import type { Experiment } from './types';

/** Number formats an activation can be computed in. */
export type Format = 'f32' | 'bf16' | 'f16' | 'int8';
export const FORMATS: readonly Format[] = ['f32', 'bf16', 'f16', 'int8'];

/** Where a typed formula stops making sense, in characters of the text. */
export interface FormulaError {
  readonly start: number;
  readonly end: number;
  readonly message: string;
  readonly accepted: string;
}

/** A typed formula as the engine understands it. */
export interface FormulaReading {
  readonly text: string | null;
  readonly parameters: readonly string[];
  readonly mathml: string | null;
  readonly derivative: string | null;
  readonly error: FormulaError | null;
}

/** What is computed about an activation. */
export interface Report {
  readonly low: number | null;
  readonly high: number | null;
  readonly monotone: boolean;
  readonly odd: boolean;
  readonly even: boolean;
  readonly kinks: readonly number[];
  readonly lipschitz: number | null;
  readonly valueAtZero: number | null;
  readonly slopeAtZero: number | null;
  readonly mean: number | null;
  readonly secondMoment: number | null;
  readonly slopeMoment: number | null;
  readonly gain: number | null;
  readonly chi: number | null;
}

type Params = Record<string, number>;

interface Boundary {
  curve(
    activation: string,
    params: Params,
    low: number,
    high: number,
    value: Float32Array,
    slope: Float32Array,
    bend: Float32Array,
  ): void;
  rounded_curve?(
    activation: string,
    params: Params,
    format: Format,
    low: number,
    high: number,
    value: Float32Array,
  ): void;
  report?(activation: string, params: Params): Report;
  read_formula?(text: string): FormulaReading;
  card_mathml?(id: string): string | null;
}

export const engine = built as unknown as Boundary;

/** Changes the activations of a session in place, where its shapes allow it. */
export function swap(session: built.Session, experiment: Experiment): boolean {
  const able = session as unknown as { swap?(experiment: Experiment): boolean };
  return able.swap?.(experiment) ?? false;
}
