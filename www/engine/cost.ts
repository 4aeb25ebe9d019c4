/** How long the engine takes for one number of an activation, here and now. */
import type { Applied, Cost } from './messages';
import { curve } from './pkg/engine.js';

const COUNT = 4096;
const REACH = 4;
/** A round is long enough for a clock that ticks coarsely. */
const ROUND_MS = 6;
const ROUNDS = 7;

export function costOf({ activation, params }: Applied): Cost {
  const value = new Float32Array(COUNT);
  const slope = new Float32Array(COUNT);
  const none = new Float32Array(0);
  const forward = () => curve(activation, params, -REACH, REACH, value, none, none);
  const both = () => curve(activation, params, -REACH, REACH, value, slope, none);
  return { forward: nanoseconds(forward), both: nanoseconds(both) };
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
    return (1e6 * spent) / (calls * COUNT);
  });
  return rounds.slice(1).sort((a, b) => a - b)[Math.floor(ROUNDS / 2)] ?? Number.NaN;
}
