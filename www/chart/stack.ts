/** A deep stack before training: what reaches each layer on a logarithmic axis, and what each layer puts out. */
import type { Theme } from '../theme/theme';
import { fixed, power } from '../view/words';
import { apart } from './labels';
import { decadeLabel } from './log-axis';

/** A stack as it is drawn. */
export interface StackLine {
  readonly name: string;
  /** Number of its colour, from 1. */
  readonly accent: number;
  /** A number for each layer; `null` where it is none. */
  readonly measured: readonly (number | null)[];
  readonly foretold: readonly (number | null)[];
}

export interface StackData {
  readonly lines: readonly StackLine[];
  readonly focus: number;
  /** Whether the numbers are gradients, which may vanish and explode. */
  readonly gradients: boolean;
}

const LEFT = 48;
const RIGHT = 96;
const TOP = 10;
const BOTTOM = 40;
/** Beyond these a gradient is of no use. */
const VANISHED = -6;
const EXPLODED = 4;
/** Decades that are drawn at most on either side. */
const FARTHEST = 40;
const MOST_LABELS = 9;
const NAME_HEIGHT = 17;

export function drawStack(
  context: CanvasRenderingContext2D,
  width: number,
  height: number,
  theme: Theme,
  data: StackData,
): void {
  const depth = Math.max(2, ...data.lines.map(({ measured }) => measured.length));
  const [low, high] = decades(data);
  const [right, bottom] = [width - RIGHT, height - BOTTOM];
  // A gradient travels from the last layer to the first, a signal the other way.
  const x = (layer: number) => LEFT + ((data.gradients ? depth - layer : layer - 1) / (depth - 1)) * (right - LEFT);
  const y = (power: number) => TOP + ((high - power) / (high - low)) * (bottom - TOP);
  const placed = (value: number) => Math.max(low, Math.min(high, Math.log10(value)));
  if (data.gradients) {
    zone(context, theme, LEFT, y(high), right, y(Math.min(high, EXPLODED)), 'exploding', true);
    zone(
      context,
      theme,
      LEFT,
      y(Math.max(low, VANISHED)),
      right,
      y(low),
      'vanished: nothing left to learn from',
      false,
    );
  }
  axes(context, theme, { depth, low, high, x, y, right, bottom }, data.gradients);
  context.save();
  context.beginPath();
  context.rect(LEFT - 5, TOP - 5, right - LEFT + 10, bottom - TOP + 10);
  context.clip();
  context.lineJoin = 'round';
  const trace = (values: readonly (number | null)[]) => {
    context.beginPath();
    let on = false;
    values.forEach((value, at) => {
      const known = value !== null && value > 0;
      if (known) context[on ? 'lineTo' : 'moveTo'](x(at + 1), y(placed(value)));
      on = known;
    });
  };
  data.lines.forEach(({ accent, measured, foretold }, at) => {
    const colour = theme.accents[accent - 1] ?? theme.ink;
    context.strokeStyle = colour;
    context.fillStyle = colour;
    context.lineWidth = 1.4;
    context.setLineDash([2, 4]);
    trace(foretold);
    context.stroke();
    context.setLineDash([]);
    context.lineWidth = at === data.focus ? 3 : 2.2;
    trace(measured);
    context.stroke();
    if (depth <= 26)
      measured.forEach((value, layer) => {
        if (value === null || value <= 0) return;
        context.beginPath();
        context.arc(x(layer + 1), y(placed(value)), 2.8, 0, 7);
        context.fill();
      });
  });
  context.restore();
  names(context, theme, data, right, (value) => y(placed(value)), bottom);
}

function decades({ lines, gradients }: StackData): [number, number] {
  const powers = lines
    .flatMap(({ measured, foretold }) => [...measured, ...foretold])
    .flatMap((value) => (value !== null && value > 0 ? [Math.log10(value)] : []));
  const [low, high] = [Math.min(...powers, gradients ? -2 : -1), Math.max(...powers, gradients ? 1 : 0)];
  return [Math.max(-FARTHEST, Math.floor(low - 0.2)), Math.min(FARTHEST, Math.ceil(high + 0.2))];
}

interface Frame {
  readonly depth: number;
  readonly low: number;
  readonly high: number;
  x(layer: number): number;
  y(power: number): number;
  readonly right: number;
  readonly bottom: number;
}

function axes(
  context: CanvasRenderingContext2D,
  theme: Theme,
  { depth, low, high, x, y, right, bottom }: Frame,
  backward: boolean,
): void {
  const every = Math.max(1, Math.ceil((high - low) / MOST_LABELS));
  context.font = `500 11px ${theme.font}`;
  context.textBaseline = 'middle';
  context.textAlign = 'right';
  for (let power = Math.ceil(low / every) * every; power <= high; power += every) {
    context.strokeStyle = theme.line;
    context.lineWidth = power === 0 ? 1.4 : 1;
    context.beginPath();
    context.moveTo(LEFT, y(power));
    context.lineTo(right, y(power));
    context.stroke();
    context.fillStyle = theme.muted;
    context.fillText(decadeLabel(10 ** power), LEFT - 8, y(power));
  }
  context.textAlign = 'center';
  const step = depth <= 12 ? 1 : depth <= 26 ? 5 : 10;
  for (let layer = 1; layer <= depth; layer++)
    if (layer === 1 || layer === depth || (layer % step === 0 && depth - layer >= step / 2))
      context.fillText(String(layer), x(layer), bottom + 12);
  context.fillText(
    backward ? 'from the last layer, next to the loss → back to the first' : 'from the first layer → to the last',
    (LEFT + right) / 2,
    bottom + 30,
    right - LEFT,
  );
}

/** A part of the axis where nothing can be learned. */
function zone(
  context: CanvasRenderingContext2D,
  theme: Theme,
  left: number,
  top: number,
  right: number,
  bottom: number,
  text: string,
  above: boolean,
): void {
  if (bottom - top < 2) return;
  context.save();
  context.beginPath();
  context.rect(left, top, right - left, bottom - top);
  context.clip();
  context.strokeStyle = theme.trouble;
  context.globalAlpha = 0.16;
  context.lineWidth = 1;
  for (let at = left - (bottom - top); at < right; at += 8) {
    context.beginPath();
    context.moveTo(at, bottom);
    context.lineTo(at + (bottom - top), top);
    context.stroke();
  }
  context.globalAlpha = 1;
  if (bottom - top > 20) {
    context.font = `600 11px ${theme.font}`;
    context.fillStyle = theme.trouble;
    context.textAlign = 'right';
    context.textBaseline = 'middle';
    context.fillText(text, right - 8, above ? top + 11 : bottom - 11, right - left - 16);
  }
  context.restore();
}

function names(
  context: CanvasRenderingContext2D,
  theme: Theme,
  { lines, focus, gradients }: StackData,
  right: number,
  y: (value: number) => number,
  bottom: number,
): void {
  const ends = lines.flatMap((line, at) => {
    const way = gradients ? line.measured : [...line.measured].reverse();
    const value = way.find((one) => one !== null && one > 0);
    return value ? [{ ...line, at, y: y(value) }] : [];
  });
  ends.sort((a, b) => a.y - b.y);
  const rows = apart(
    ends.map((end) => end.y),
    NAME_HEIGHT,
    TOP + 6,
    bottom - 6,
  );
  context.textAlign = 'left';
  context.textBaseline = 'middle';
  ends.forEach((end, at) => {
    context.font = `${end.at === focus ? 700 : 600} 12px ${theme.font}`;
    context.fillStyle = theme.accentTexts[end.accent - 1] ?? theme.ink;
    context.fillText(end.name, right + 10, rows[at] ?? end.y, RIGHT - 12);
  });
}

/** What each layer puts out, one ridge behind the other from the first layer on top. */
export function drawRidges(
  context: CanvasRenderingContext2D,
  width: number,
  height: number,
  theme: Theme,
  {
    counts,
    low,
    high,
    accent,
  }: {
    readonly counts: readonly (readonly number[])[];
    readonly low: number;
    readonly high: number;
    readonly accent: number;
  },
): void {
  const [left, right, top, bottom] = [44, width - 12, 30, height - 26];
  const depth = counts.length;
  const pitch = (bottom - top) / Math.max(1, depth - 1 || 1);
  const tallest = Math.max(1, ...counts.flat());
  const lift = Math.min(64, pitch * 2.6);
  const colour = theme.accents[accent - 1] ?? theme.ink;
  context.font = `500 11px ${theme.font}`;
  context.textBaseline = 'middle';
  counts.forEach((own, layer) => {
    const base = top + layer * pitch;
    // A layer that is nearly constant would be one needle: the square root keeps the others visible.
    const place = (count: number) => base - lift * Math.sqrt(count / tallest);
    const x = (bin: number) => left + ((bin + 0.5) / own.length) * (right - left);
    context.beginPath();
    context.moveTo(left, base);
    for (const [bin, count] of own.entries()) context.lineTo(x(bin), place(count));
    context.lineTo(right, base);
    context.globalAlpha = 0.82;
    context.fillStyle = theme.surface;
    context.fill();
    context.globalAlpha = 0.28;
    context.fillStyle = colour;
    context.fill();
    context.globalAlpha = 1;
    context.strokeStyle = colour;
    context.lineWidth = 1.3;
    context.stroke();
    const every = depth <= 12 ? 1 : 5;
    if (layer === 0 || (layer + 1) % every === 0 || layer === depth - 1) {
      context.fillStyle = theme.muted;
      context.textAlign = 'right';
      if (layer !== depth - 2 || every === 1) context.fillText(String(layer + 1), left - 8, base);
    }
  });
  context.fillStyle = theme.muted;
  context.textAlign = 'center';
  for (const share of [0, 0.25, 0.5, 0.75, 1]) {
    const value = low + share * (high - low);
    context.fillText(short(value), left + share * (right - left), bottom + 16);
  }
}

function short(value: number): string {
  const size = Math.abs(value);
  if (size !== 0 && (size >= 1e4 || size < 1e-2)) return (value < 0 ? '−' : '') + power(size);
  return fixed(value, size < 1 ? 2 : size < 100 ? 1 : 0);
}
