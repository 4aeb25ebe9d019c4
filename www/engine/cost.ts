/** How long the kernels that train take for one number of an activation, here and now. */
import type { Applied, Cost } from './messages';
import { Kernel } from './pkg/engine.js';

/** Passes between two looks at the clock. */
const PASSES = 32;
/** A round is long enough for a clock that ticks coarsely. */
const ROUND_MS = 2;
const ROUNDS = 15;

/**
 * Both are timed in turn, so that a machine that is busy for a while slows both. Whatever disturbs a round makes it longer, so
 * the shortest one tells most.
 */
export function costOf({ activation, params }: Applied): Cost {
  const kernel = new Kernel(activation, params);
  try {
    const forward: number[] = [];
    const both: number[] = [];
    // The first round only warms up.
    for (let round = 0; round <= ROUNDS; round++) {
      forward.push(nanoseconds(() => kernel.forward(PASSES)));
      both.push(nanoseconds(() => kernel.both(PASSES)));
    }
    const rounds = [forward.slice(1), both.slice(1)];
    const [least = Number.NaN, leastBoth = Number.NaN] = rounds.map((times) => Math.min(...times));
    const spread = Math.max(...rounds.map((times) => median(times) / Math.min(...times) - 1));
    // f′ does not come for less than nothing: where the two cannot be told apart, both are the larger.
    return { forward: least, both: Math.max(least, leastBoth), bounded: leastBoth < least, spread };
  } finally {
    kernel.free();
  }
}

function nanoseconds(work: () => void): number {
  const start = performance.now();
  let calls = 0;
  let spent = 0;
  while (spent < ROUND_MS) {
    work();
    calls += 1;
    spent = performance.now() - start;
  }
  return (1e6 * spent) / (calls * PASSES * Kernel.count());
}

function median(times: readonly number[]): number {
  return [...times].sort((a, b) => a - b)[Math.floor(times.length / 2)] ?? Number.NaN;
}
