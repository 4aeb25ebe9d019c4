/** How long the kernels that train take for one number of an activation, here and now. */
import type { Applied, Cost } from './messages';
import { Kernel } from './pkg/engine.js';

/** Passes between two looks at the clock. */
const PASSES = 64;
/** A round is long enough for a clock that ticks coarsely. */
const ROUND_MS = 6;
const ROUNDS = 7;

export function costOf({ activation, params }: Applied): Cost {
  const kernel = new Kernel(activation, params);
  try {
    return {
      forward: nanoseconds(() => kernel.forward(PASSES)),
      both: nanoseconds(() => kernel.both(PASSES)),
    };
  } finally {
    kernel.free();
  }
}

/** Median over the rounds; the first one only warms up. */
function nanoseconds(work: () => void): number {
  const rounds = Array.from({ length: ROUNDS + 1 }, () => {
    const start = performance.now();
    let calls = 0;
    let spent = 0;
    while (spent < ROUND_MS) {
      work();
      calls += 1;
      spent = performance.now() - start;
    }
    return (1e6 * spent) / (calls * PASSES * Kernel.count());
  });
  return rounds.slice(1).sort((a, b) => a - b)[Math.floor(ROUNDS / 2)] ?? Number.NaN;
}
