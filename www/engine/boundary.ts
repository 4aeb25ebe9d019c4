/** What the engine will offer and does not yet: the report of an activation. */
import * as built from './pkg/engine.js';

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

/** The report, where the engine can make one. */
export function report(activation: string, params: Record<string, number>): Report | null {
  const able = built as unknown as { report?(activation: string, params: Record<string, number>): Report };
  return able.report?.(activation, params) ?? null;
}
