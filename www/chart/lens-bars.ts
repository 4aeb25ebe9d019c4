/** The data in the lens: what arrives at the activation as bars below, what leaves it as bars at the side. */
import type { Histogram } from '../engine/types';
import type { Theme } from '../theme/theme';
import { hatching } from './hatching';
import type { Plot } from './lens-scale';

/** How much of the height the tallest bar fills, and of the width the longest. */
const TALLEST = 0.3;
const LONGEST = 0.14;

export function drawDataUnder(
  context: CanvasRenderingContext2D,
  plot: Plot,
  theme: Theme,
  { low, high, counts, flat }: Histogram,
): void {
  const most = Math.max(1, ...counts);
  const bin = (high - low) / counts.length;
  const hatch = hatching(context, theme.trouble);
  counts.forEach((count, at) => {
    if (!count) return;
    const left = plot.x(low + at * bin) + 0.5;
    const wide = Math.max(1, plot.x(low + (at + 1) * bin) - left - 0.5);
    const tall = Math.max(1.5, (count / most) * TALLEST * (plot.bottom - plot.top));
    context.globalAlpha = flat[at] ? 0.14 : 0.22;
    context.fillStyle = flat[at] ? theme.trouble : theme.ink;
    context.fillRect(left, plot.bottom - tall, wide, tall);
    context.globalAlpha = 1;
    if (!flat[at]) return;
    context.fillStyle = hatch;
    context.fillRect(left, plot.bottom - tall, wide, tall);
  });
}

export function drawOutputs(context: CanvasRenderingContext2D, plot: Plot, theme: Theme, histogram: Histogram): void {
  const { outputs, outputLow, outputHigh } = histogram;
  if (!outputs.length || outputHigh <= outputLow) return;
  const most = Math.max(1, ...outputs);
  const bin = (outputHigh - outputLow) / outputs.length;
  context.fillStyle = theme.accent;
  context.globalAlpha = 0.45;
  outputs.forEach((count, at) => {
    if (!count) return;
    const top = plot.y(outputLow + (at + 1) * bin);
    const tall = Math.max(1, plot.y(outputLow + at * bin) - top - 0.5);
    context.fillRect(plot.left, top, Math.max(1.5, (count / most) * LONGEST * (plot.right - plot.left)), tall);
  });
  context.globalAlpha = 1;
}
