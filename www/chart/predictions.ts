/** Predicted numbers over true ones. On the diagonal they are equal. */
import type { Theme } from '../theme/theme';
import { plain } from '../view/words';
import { stepOf } from './scale';

/** Room for the numbers at the sides. */
const MARGIN = 46;
const PAD = 14;

export function drawPredictions(
  context: CanvasRenderingContext2D,
  side: number,
  theme: Theme,
  pairs: Float32Array,
): void {
  const { low, high, ticks } = rangeOf(pairs);
  // What is predicted far outside of what there is stays on the edge, so that the axes do not jump while it learns.
  const share = (number: number) => Math.max(0, Math.min(1, (number - low) / (high - low)));
  const room = side - MARGIN - PAD;
  const across = (number: number) => MARGIN + room * share(number);
  const up = (number: number) => PAD + room * (1 - share(number));
  drawAxes(context, side, theme, ticks, across, up);
  context.strokeStyle = theme.ink;
  context.lineWidth = 1.6;
  context.setLineDash([5, 4]);
  context.beginPath();
  context.moveTo(across(low), up(low));
  context.lineTo(across(high), up(high));
  context.stroke();
  context.setLineDash([]);
  context.fillStyle = theme.accent;
  context.globalAlpha = Math.max(0.25, Math.min(0.8, 40 / Math.sqrt(pairs.length)));
  const radius = Math.max(2, Math.min(3.6, side / 118));
  for (let at = 0; at < pairs.length; at += 2) {
    const [truth = 0, predicted = 0] = pairs.subarray(at, at + 2);
    if (!Number.isFinite(predicted)) continue;
    context.beginPath();
    context.arc(across(truth), up(predicted), radius, 0, 2 * Math.PI);
    context.fill();
  }
  context.globalAlpha = 1;
}

function drawAxes(
  context: CanvasRenderingContext2D,
  side: number,
  theme: Theme,
  ticks: readonly number[],
  across: (number: number) => number,
  up: (number: number) => number,
): void {
  context.font = `11px ${theme.font}`;
  context.fillStyle = theme.muted;
  context.strokeStyle = theme.line;
  context.lineWidth = 1;
  const floor = side - MARGIN;
  for (const tick of ticks) {
    context.beginPath();
    context.moveTo(across(tick), PAD);
    context.lineTo(across(tick), floor);
    context.moveTo(MARGIN, up(tick));
    context.lineTo(side - PAD, up(tick));
    context.stroke();
    context.textBaseline = 'top';
    context.textAlign = 'center';
    context.fillText(plain(tick), across(tick), floor + 6);
    context.textBaseline = 'middle';
    context.textAlign = 'right';
    context.fillText(plain(tick), MARGIN - 6, up(tick));
  }
  context.textAlign = 'center';
  context.textBaseline = 'bottom';
  context.fillText('true', MARGIN + (floor - PAD) / 2 + 7, side - 8);
  context.save();
  context.translate(8, (floor + PAD) / 2);
  context.rotate(-Math.PI / 2);
  context.textBaseline = 'top';
  context.fillText('predicted', 0, 0);
  context.restore();
}

/** The range of the true numbers, from one round number to another, and the round numbers within. */
function rangeOf(pairs: Float32Array): {
  readonly low: number;
  readonly high: number;
  readonly ticks: readonly number[];
} {
  let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let at = 0; at < pairs.length; at += 2) {
    least = Math.min(least, pairs[at] ?? 0);
    most = Math.max(most, pairs[at] ?? 0);
  }
  const step = stepOf(most - least || 1, 5);
  const first = Math.floor(least / step);
  const last = Math.max(first + 1, Math.ceil(most / step));
  const ticks = Array.from({ length: last - first + 1 }, (_, at) => (first + at) * step);
  return { low: first * step, high: last * step, ticks };
}
