/** The network's output over the plane, with its decision line and the data on it. */
import { rampColour, rampIndex, type Theme } from '../theme/theme';
import { contour } from './contour';
import { sheetOf } from './sheet';

/** What a map shows. */
export interface MapData {
  /** size × size values from the top: a probability, or a number. */
  readonly values: Float32Array;
  /** x₁, x₂, target and whether it is a test point, of every row. */
  readonly points: Float32Array;
  /** Half the side, in units of the inputs. */
  readonly extent: number;
  /** Whether values are probabilities of class 1, or numbers. */
  readonly classes: boolean;
  /** The largest target there is, for numbers: the ends of the ramp. */
  readonly reach: number;
  /** Of a unit's map: its largest number, the ends of the ramp; the points stay those of the data. */
  readonly span?: number;
  /** Only which side is which. */
  readonly discrete?: boolean;
  /** Test points are left out. */
  readonly withoutTest?: boolean;
  /** Points on the wrong side are marked. */
  readonly errors?: boolean;
}

/** Levels of the contour lines of a surface, as shares of its reach. */
const LEVELS = [-0.75, -0.5, -0.25, 0.25, 0.5, 0.75];

/** The largest distance of a target from 0. */
export function reachOf(points: Float32Array): number {
  let reach = 0;
  for (let at = 2; at < points.length; at += 4) reach = Math.max(reach, Math.abs(points[at] ?? 0));
  return reach || 1;
}

export function drawMap(context: CanvasRenderingContext2D, side: number, theme: Theme, data: MapData): void {
  const smooth = signedValues(data);
  const signed = data.discrete ? smooth.map((value) => (value > 0 ? 1 : -1)) : smooth;
  drawBackground(context, side, theme, signed);
  context.lineJoin = 'round';
  const stroke = (line: Path2D, colour: string, width: number, opacity: number) => {
    context.strokeStyle = colour;
    context.lineWidth = width;
    context.globalAlpha = opacity;
    context.stroke(line);
    context.globalAlpha = 1;
  };
  const middle = contour(smooth, 0, side);
  if (data.classes && data.span === undefined) {
    stroke(middle, theme.surface, 5, 0.55);
    stroke(middle, theme.ink, 2, 1);
  } else {
    for (const level of LEVELS) stroke(contour(smooth, level, side), theme.ink, 1, 0.28);
    stroke(middle, theme.ink, 1.6, 0.9);
  }
  drawPoints(context, side, theme, data, smooth);
}

/** Values from −1 to 1, 0 being the line between the sides. */
function signedValues({ values, classes, reach, span }: MapData): Float32Array {
  if (span !== undefined) return values.map((value) => value / span);
  return values.map(classes ? (value) => 2 * value - 1 : (value) => value / reach);
}

function drawBackground(context: CanvasRenderingContext2D, side: number, theme: Theme, signed: Float32Array): void {
  const size = Math.round(Math.sqrt(signed.length));
  const { canvas, pen, image } = sheetOf(size, size);
  const pixels = new Uint32Array(image.data.buffer);
  // Only the middle of the ramp, so that points at its full ends stand out.
  for (let cell = 0; cell < pixels.length; cell++) {
    pixels[cell] = theme.ramp[rampIndex(Math.max(-1, Math.min(1, signed[cell] ?? 0)) * theme.soft)] ?? 0;
  }
  pen?.putImageData(image, 0, 0);
  context.imageSmoothingEnabled = true;
  context.imageSmoothingQuality = 'high';
  context.drawImage(canvas, 0, 0, side, side);
}

function drawPoints(
  context: CanvasRenderingContext2D,
  side: number,
  theme: Theme,
  data: MapData,
  signed: Float32Array,
): void {
  const { points, extent } = data;
  const radius = Math.max(2.2, Math.min(3.6, side / 118, 70 / Math.sqrt(points.length / 4)));
  const place = (x: number) => ((x + extent) / (2 * extent)) * side;
  // Test points below, so that what it learns from stays on top.
  const cells = Math.round(Math.sqrt(signed.length));
  const cell = (at: number) => Math.max(0, Math.min(cells - 1, Math.floor((at / side) * cells)));
  for (const test of data.withoutTest ? [0] : [1, 0]) {
    for (let at = 0; at < points.length; at += 4) {
      if (points[at + 3] !== test) continue;
      const [x1 = 0, x2 = 0, target = 0] = points.subarray(at, at + 3);
      const colour = data.classes
        ? target > 0.5
          ? theme.positive
          : theme.negative
        : rampColour(theme, target / data.reach);
      const mark = target > (data.classes ? 0.5 : 0) ? circle : diamond;
      const [x, y] = [place(x1), side - place(x2)];
      const answer = signed[cell(y) * cells + cell(x)] ?? 0;
      if (data.errors && data.classes && answer > 0 !== target > 0.5) drawError(context, x, y, radius, theme);
      drawMark(context, mark(x, y, radius), colour, theme, test === 1, data.classes);
    }
  }
}

/** A ring round a point on the wrong side. */
function drawError(context: CanvasRenderingContext2D, x: number, y: number, radius: number, theme: Theme): void {
  context.strokeStyle = theme.trouble;
  context.lineWidth = 2;
  context.stroke(circle(x, y, radius + 4));
}

/** A point with an edge: light round a class, dark round a number, whose own colour may be that of the ground. */
function drawMark(
  context: CanvasRenderingContext2D,
  mark: Path2D,
  colour: string,
  theme: Theme,
  hollow: boolean,
  classes: boolean,
): void {
  const stroke = (width: number, style: string) => {
    context.lineWidth = width;
    context.strokeStyle = style;
    context.stroke(mark);
  };
  stroke(hollow ? 3.2 : 2.2, classes ? theme.surface : theme.muted);
  context.fillStyle = hollow ? theme.surface : colour;
  context.fill(mark);
  if (hollow) stroke(classes ? 1.4 : 2, colour);
}

/** Class 1, or above 0. */
export function circle(x: number, y: number, radius: number): Path2D {
  const path = new Path2D();
  path.arc(x, y, radius, 0, 7);
  return path;
}

/** Class 0, or below 0: as large to the eye as the circle. */
export function diamond(x: number, y: number, radius: number): Path2D {
  const reach = radius * 1.25;
  const path = new Path2D();
  path.moveTo(x, y - reach);
  path.lineTo(x + reach, y);
  path.lineTo(x, y + reach);
  path.lineTo(x - reach, y);
  path.closePath();
  return path;
}
