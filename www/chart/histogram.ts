/** A layer's pre-activations as bars, with the activation's curve over them. */
import type { Curve } from '../engine/messages';
import type { Histogram } from '../engine/types';
import type { Theme } from '../theme/theme';
import { plain } from '../view/words';

const BOTTOM = 18;
const LEFT = 30;
const TOP = 8;
const RIGHT = 10;
/** How much of the height the tallest bar fills. */
const BARS = 0.62;

/** What the panel of a layer shows; the output layer has no curve. */
export interface HistogramData {
  readonly histogram: Histogram;
  readonly curve: Curve | null;
}

export function drawHistogram(
  context: CanvasRenderingContext2D,
  width: number,
  height: number,
  theme: Theme,
  { histogram, curve }: HistogramData,
): void {
  const box = { left: LEFT, right: width - RIGHT, top: TOP, bottom: height - BOTTOM };
  const { low, high } = histogram;
  const x = (z: number) => box.left + ((z - low) / (high - low)) * (box.right - box.left);
  context.font = `500 11px ${theme.font}`;
  drawAxis(context, box, theme, low, high, x);
  drawBars(context, box, theme, histogram, x);
  if (curve) drawCurve(context, box, theme, curve);
}

type Box = { readonly left: number; readonly right: number; readonly top: number; readonly bottom: number };

function drawAxis(
  context: CanvasRenderingContext2D,
  box: Box,
  theme: Theme,
  low: number,
  high: number,
  x: (z: number) => number,
): void {
  context.strokeStyle = theme.line;
  context.lineWidth = 1;
  line(context, box.left, box.bottom + 0.5, box.right, box.bottom + 0.5);
  line(context, Math.round(x(0)) + 0.5, box.top, Math.round(x(0)) + 0.5, box.bottom);
  context.fillStyle = theme.muted;
  context.textBaseline = 'alphabetic';
  context.textAlign = 'center';
  const ticks = [low, low / 2, 0, high / 2, high].filter((z) => Math.abs(z) * 2 >= Math.max(-low, high) / 2 || z === 0);
  let free = Number.NEGATIVE_INFINITY;
  for (const z of ticks) {
    const half = context.measureText(plain(z)).width / 2;
    if (x(z) - half < free) continue;
    context.fillText(plain(z), x(z), box.bottom + 14);
    free = x(z) + half + 6;
  }
}

function drawBars(
  context: CanvasRenderingContext2D,
  box: Box,
  theme: Theme,
  { low, high, counts, flat }: Histogram,
  x: (z: number) => number,
): void {
  const tallest = Math.max(1, ...counts);
  const bin = (high - low) / counts.length;
  const hatch = hatching(context, theme.trouble);
  counts.forEach((count, at) => {
    if (!count) return;
    const left = x(low + at * bin) + 0.5;
    const wide = Math.max(1, x(low + (at + 1) * bin) - left - 0.5);
    const tall = Math.max(1.5, (count / tallest) * BARS * (box.bottom - box.top));
    context.globalAlpha = flat[at] ? 0.14 : 0.26;
    context.fillStyle = flat[at] ? theme.trouble : theme.ink;
    context.fillRect(left, box.bottom - tall, wide, tall);
    context.globalAlpha = 1;
    if (!flat[at]) return;
    context.fillStyle = hatch;
    context.fillRect(left, box.bottom - tall, wide, tall);
  });
}

function drawCurve(context: CanvasRenderingContext2D, box: Box, theme: Theme, { value }: Curve): void {
  const { bottom, top } = scaleOf(value);
  const y = (f: number) => box.bottom - ((f - bottom) / (top - bottom)) * (box.bottom - box.top);
  context.fillStyle = theme.muted;
  context.textAlign = 'right';
  context.textBaseline = 'middle';
  for (const f of ticksOf(bottom, top)) {
    context.fillText(plain(f), box.left - 6, y(f));
    context.strokeStyle = theme.line;
    context.setLineDash(f === 0 ? [] : [2, 3]);
    line(context, box.left, Math.round(y(f)) + 0.5, box.right, Math.round(y(f)) + 0.5);
  }
  context.setLineDash([]);
  context.save();
  context.beginPath();
  context.rect(box.left, box.top - 3, box.right - box.left, box.bottom - box.top + 4);
  context.clip();
  context.beginPath();
  value.forEach((f, at) => {
    context.lineTo(box.left + (at / (value.length - 1)) * (box.right - box.left), y(f));
  });
  context.lineJoin = 'round';
  context.strokeStyle = theme.surface;
  context.lineWidth = 5.5;
  context.globalAlpha = 0.75;
  context.stroke();
  context.globalAlpha = 1;
  context.strokeStyle = theme.accent;
  context.lineWidth = 2.6;
  context.stroke();
  context.restore();
}

/** Room for a curve: all of it when it is bounded, else its middle, never less than 1 high. */
export function scaleOf(value: Float32Array): { readonly bottom: number; readonly top: number } {
  const finite = value.filter(Number.isFinite);
  const quarter = Math.floor(finite.length / 8);
  // The ends of an unbounded curve would press the rest flat, so they may leave the box.
  const middle = finite.subarray(quarter, finite.length - quarter);
  let bottom = Math.min(0, ...middle);
  let top = Math.max(0, ...middle);
  const lacking = Math.max(0, 1 - (top - bottom)) / 2;
  bottom -= lacking;
  top += lacking;
  const margin = 0.06 * (top - bottom);
  return { bottom: bottom - margin, top: top + margin };
}

function ticksOf(bottom: number, top: number): number[] {
  const span = top - bottom;
  const rough = span / 3;
  const unit = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * unit).find((candidate) => candidate >= rough) ?? rough;
  const first = Math.ceil((bottom + 0.04 * span) / step);
  const last = Math.floor((top - 0.02 * span) / step);
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, at) => (first + at) * step);
}

/** Diagonal lines: trouble is never said by colour alone. */
export function hatching(context: CanvasRenderingContext2D, colour: string): CanvasPattern | string {
  const tile = new OffscreenCanvas(10, 10);
  const pen = tile.getContext('2d');
  if (!pen) return colour;
  pen.strokeStyle = colour;
  pen.lineWidth = 2;
  pen.beginPath();
  for (const shift of [-10, 0, 10]) {
    pen.moveTo(shift - 1, 11);
    pen.lineTo(shift + 11, -1);
  }
  pen.stroke();
  const pattern = context.createPattern(tile, 'repeat');
  pattern?.setTransform(new DOMMatrix().scale(0.5));
  return pattern ?? colour;
}

function line(context: CanvasRenderingContext2D, x1: number, y1: number, x2: number, y2: number): void {
  context.beginPath();
  context.moveTo(x1, y1);
  context.lineTo(x2, y2);
  context.stroke();
}
