/** The picture of the lens: curves, the data under them, and the dot. */
import type { Curve } from '../engine/messages';
import type { Histogram } from '../engine/types';
import type { Theme } from '../theme/theme';
import { plain } from '../view/words';
import { drawDataUnder, drawOutputs } from './lens-bars';
import { type Plot, plotOf, ticksOf } from './lens-scale';

/** A curve over its own stretch of z. */
export interface Stretch {
  readonly low: number;
  readonly high: number;
  readonly curve: Curve;
  /** Names of the curves of `units` where there is no common one to be drawn. */
  readonly apart?: readonly string[];
}

/** A curve drawn for comparison. */
export interface Companion extends Stretch {
  readonly name: string;
  readonly colour: string;
}

/** The dot. */
export interface Probe {
  readonly z: number;
  readonly value: number;
  readonly slope: number;
  /** The values of several curves, where there is no common one. */
  readonly values?: readonly number[];
}

export interface LensData {
  readonly low: number;
  readonly high: number;
  readonly main: Stretch | null;
  readonly bend: boolean;
  readonly log: boolean;
  readonly rounded: boolean;
  readonly companions: readonly Companion[];
  readonly histogram: Histogram | null;
  readonly probe: Probe | null;
}

export function drawLens(
  context: CanvasRenderingContext2D,
  width: number,
  height: number,
  theme: Theme,
  data: LensData,
): void {
  const plot = plotOf(width, height, data);
  context.font = `500 11px ${theme.font}`;
  drawAxes(context, plot, theme, data);
  context.save();
  context.beginPath();
  context.rect(plot.left, plot.top - 3, plot.right - plot.left, plot.bottom - plot.top + 4);
  context.clip();
  if (data.histogram) {
    drawDataUnder(context, plot, theme, data.histogram);
    if (!data.log) drawOutputs(context, plot, theme, data.histogram);
  }
  for (const companion of data.companions) {
    trace(context, plot, companion, companion.curve.value);
    stroke(context, companion.colour, 1.4, [], 0.8);
  }
  if (data.main) drawMain(context, plot, theme, data, data.main);
  context.restore();
  drawNames(context, plot, theme, data);
  if (data.probe) drawProbe(context, plot, theme, data.probe, data.log);
}

function drawMain(context: CanvasRenderingContext2D, plot: Plot, theme: Theme, data: LensData, main: Stretch): void {
  const { value, slope, bend, rounded } = main.curve;
  for (const unit of unitsOf(main)) {
    trace(context, plot, main, unit);
    if (main.apart) stroke(context, theme.accent, 2.2);
    else stroke(context, theme.accent, 1.2, [], 0.5);
  }
  if (main.apart) return;
  if (data.bend && bend.length) {
    trace(context, plot, main, bend);
    stroke(context, theme.muted, 1.3, [7, 3, 1.5, 3]);
  }
  trace(context, plot, main, slope);
  stroke(context, theme.ink, 1.6, [2, 4]);
  const asRounded = data.rounded && rounded.length > 0;
  trace(context, plot, main, asRounded ? rounded : value);
  stroke(context, theme.surface, 6, [], 0.7);
  stroke(context, theme.accent, 3);
  if (!asRounded) return;
  trace(context, plot, main, value);
  stroke(context, theme.ink, 1, [], 0.7);
}

/** The curves of units or layers that have parameters of their own. */
function unitsOf({ curve: { value, units } }: Stretch): Float32Array[] {
  const count = value.length ? units.length / value.length : 0;
  return Array.from({ length: count }, (_, at) => units.subarray(at * value.length, (at + 1) * value.length));
}

/** Breaks where a value is not a number, and where the curve jumps out of sight. */
function trace(context: CanvasRenderingContext2D, plot: Plot, { low, high }: Stretch, values: Float32Array): void {
  context.beginPath();
  let drawing = false;
  values.forEach((value, at) => {
    const y = plot.y(value);
    if (!Number.isFinite(y)) {
      drawing = false;
      return;
    }
    const x = plot.x(low + ((high - low) * at) / Math.max(1, values.length - 1));
    const near = Math.max(plot.top - 1e4, Math.min(plot.bottom + 1e4, y));
    if (drawing) context.lineTo(x, near);
    else context.moveTo(x, near);
    drawing = true;
  });
}

function stroke(
  context: CanvasRenderingContext2D,
  colour: string,
  width: number,
  dash: number[] = [],
  alpha = 1,
): void {
  context.strokeStyle = colour;
  context.lineWidth = width;
  context.lineJoin = 'round';
  context.globalAlpha = alpha;
  context.setLineDash(dash);
  context.stroke();
  context.setLineDash([]);
  context.globalAlpha = 1;
}

function drawAxes(context: CanvasRenderingContext2D, plot: Plot, theme: Theme, data: LensData): void {
  const line = (x1: number, y1: number, x2: number, y2: number) => {
    context.beginPath();
    context.moveTo(x1, y1);
    context.lineTo(x2, y2);
    stroke(context, theme.line, 1);
  };
  context.fillStyle = theme.muted;
  context.textAlign = 'right';
  context.textBaseline = 'middle';
  for (const { place, label } of plot.ticks) {
    const y = Math.round(place) + 0.5;
    line(plot.left, y, plot.right, y);
    context.fillText(label, plot.left - 6, y);
  }
  line(plot.left, plot.bottom + 0.5, plot.right, plot.bottom + 0.5);
  if (data.low < 0 && data.high > 0) {
    const x = Math.round(plot.x(0)) + 0.5;
    line(x, plot.top, x, plot.bottom);
  }
  context.textAlign = 'center';
  context.textBaseline = 'alphabetic';
  for (const z of ticksOf(data.low, data.high, 5)) context.fillText(plain(z), plot.x(z), plot.bottom + 15);
}

/** Names at the ends of the lines, so far apart that they can be read. */
function drawNames(
  context: CanvasRenderingContext2D,
  plot: Plot,
  theme: Theme,
  { main, companions, bend }: LensData,
): void {
  const italic = `italic 600 14px ${theme.mathFont}`;
  let names = companions.map(({ name, colour, curve }) => ({
    text: name,
    colour,
    font: `600 11px ${theme.font}`,
    y: endOf(plot, curve.value),
  }));
  if (main?.apart) {
    const { apart } = main;
    const font = `600 11px ${theme.font}`;
    unitsOf(main).forEach((curve, at) => {
      names.push({ text: apart[at] ?? '', colour: theme.accentText, font, y: endOf(plot, curve) });
    });
  } else if (main) {
    names.push({ text: 'f(z)', colour: theme.accentText, font: italic, y: endOf(plot, main.curve.value) });
    names.push({ text: 'f′(z)', colour: theme.ink, font: italic, y: endOf(plot, main.curve.slope) });
    if (bend && main.curve.bend.length)
      names.push({ text: 'f″(z)', colour: theme.muted, font: italic, y: endOf(plot, main.curve.bend) });
  }
  // What has no value anywhere has no end.
  names = names.filter(({ y }) => Number.isFinite(y)).sort((a, b) => a.y - b.y);
  let free = plot.top + 7;
  const low = plot.bottom - 8 - 15 * (names.length - 1);
  names.forEach((name, at) => {
    name.y = Math.min(Math.max(name.y - 9, free), low + 15 * at);
    free = name.y + 15;
  });
  context.textAlign = 'right';
  context.textBaseline = 'middle';
  context.lineJoin = 'round';
  for (const { text, colour, font, y } of names) {
    context.font = font;
    context.strokeStyle = theme.surface;
    context.lineWidth = 4;
    context.globalAlpha = 0.85;
    context.strokeText(text, plot.right - 3, y);
    context.globalAlpha = 1;
    context.fillStyle = colour;
    context.fillText(text, plot.right - 3, y);
  }
}

function endOf(plot: Plot, values: Float32Array): number {
  const y = plot.y(values.filter((value) => Number.isFinite(plot.y(value))).at(-1) ?? Number.NaN);
  return Math.max(plot.top, Math.min(plot.bottom, y));
}

function drawProbe(context: CanvasRenderingContext2D, plot: Plot, theme: Theme, probe: Probe, log: boolean): void {
  const x = plot.x(probe.z);
  const y = plot.y(probe.value);
  if (x < plot.left - 1 || x > plot.right + 1) return;
  context.beginPath();
  context.moveTo(x, plot.top);
  context.lineTo(x, plot.bottom);
  stroke(context, theme.control, 1);
  const inside = (place: number) => place >= plot.top - 2 && place <= plot.bottom + 2;
  for (const one of probe.values ?? []) {
    if (!inside(plot.y(one))) continue;
    context.beginPath();
    context.arc(x, plot.y(one), 4.5, 0, 2 * Math.PI);
    context.fillStyle = theme.surface;
    context.fill();
    stroke(context, theme.ink, 1.8);
  }
  if (!log && Number.isFinite(probe.slope) && inside(y)) drawTangent(context, plot, theme, probe);
  const slopeAt = plot.y(probe.slope);
  if (inside(slopeAt)) {
    context.beginPath();
    context.arc(x, slopeAt, 3.2, 0, 2 * Math.PI);
    context.fillStyle = theme.ink;
    context.fill();
  }
  if (!inside(y)) return;
  context.beginPath();
  context.arc(x, y, 6.5, 0, 2 * Math.PI);
  context.fillStyle = theme.surface;
  context.fill();
  stroke(context, theme.ink, 2.2);
}

/** As long on the screen, however steep. */
function drawTangent(context: CanvasRenderingContext2D, plot: Plot, theme: Theme, { z, value, slope }: Probe): void {
  const [x, y] = [plot.x(z), plot.y(value)];
  const [dx, dy] = [plot.x(z + 1) - x, plot.y(value + slope) - y];
  const length = Math.hypot(dx, dy) || 1;
  const [ux, uy] = [(44 * dx) / length, (44 * dy) / length];
  context.beginPath();
  context.moveTo(x - ux, y - uy);
  context.lineTo(x + ux, y + uy);
  stroke(context, theme.ink, 1.5);
}
