/** A network as it is: links coloured and as wide as their weights, and in each tile what its unit gives over the plane. */
import type { Unit, WeightAt } from '../engine/messages';
import { rampIndex, type Theme } from '../theme/theme';
import { sheetOf } from './sheet';

/** Where the units of a column stand. */
export interface Column {
  readonly x: number;
  /** Middles of the units shown, from the top. */
  readonly ys: readonly number[];
  readonly tile: number;
  /** Units not shown for want of room. */
  readonly hidden: number;
}

/** What the drawing shows. */
export interface NetData {
  /** From what the first fully connected layer reads to the outputs. */
  readonly columns: readonly Column[];
  /** Of each layer, `[units, inputs]` and then the biases; `null` until they are known. */
  readonly weights: readonly Float32Array[] | null;
  /** Whether each input of the first layer has a place of its own; else its links are only hinted at. */
  readonly inputsShown: boolean;
  /** Small maps of the inputs and of the hidden units, one after the other; `null` where the tiles show something else. */
  readonly features: Float32Array | null;
  readonly units: Float32Array | null;
  /** How many maps each hidden layer has: what its activation gives, which may be fewer numbers than it gets. */
  readonly widths: readonly number[];
  /** Cells along a side of a small map. */
  readonly cells: number;
  /** Units of each hidden layer that get no gradient. */
  readonly dead: readonly (readonly number[])[];
  readonly looked: Unit | null;
  readonly link: WeightAt | null;
}

/** Links between two columns at most; of more only the strongest are drawn. */
const MOST_LINKS = 400;
const STRONGEST = 80;
const RADIUS = 7;

/** The curve of a link. */
function bezier(from: Column, to: Column, y1: number, y2: number): readonly [number, number, number, number] {
  const [x1, x2] = [from.x + from.tile / 2, to.x - to.tile / 2];
  return [x1, y1, x2, y2];
}

const BEND = 0.45;

export function drawNet(context: CanvasRenderingContext2D, theme: Theme, data: NetData): void {
  for (let at = 1; at < data.columns.length; at++) drawLinks(context, theme, data, at - 1);
  if (data.features) drawTiles(context, theme, data, 0, data.features, 0);
  let first = 0;
  for (let at = 1; at < data.columns.length - 1; at++) {
    const column = data.columns[at];
    if (!column) continue;
    const width = data.widths[at - 1] ?? 0;
    if (data.units && width === column.ys.length + column.hidden)
      drawTiles(context, theme, data, at, data.units, first);
    first += width;
    drawDead(context, theme, column, data.dead[at - 1] ?? []);
    drawLooked(context, theme, column, at - 1, data.looked);
  }
}

/** The links into layer `layer`. */
function drawLinks(context: CanvasRenderingContext2D, theme: Theme, data: NetData, layer: number): void {
  const [from, to] = [data.columns[layer], data.columns[layer + 1]];
  if (!from || !to) return;
  context.save();
  context.lineCap = 'round';
  const weights = data.weights?.[layer];
  for (const { unit, input, weight } of linksOf(data, layer)) {
    const [x1, y1, x2, y2] = bezier(from, to, from.ys[input] ?? 0, to.ys[unit] ?? 0);
    const size = Math.abs(weight);
    const looked = data.link?.layer === layer && data.link.unit === unit && data.link.input === input;
    const near =
      data.looked &&
      (data.looked.layer === layer
        ? data.looked.unit === unit
        : data.looked.layer === layer - 1 && data.looked.unit === input);
    context.beginPath();
    context.moveTo(x1, y1);
    const bend = (x2 - x1) * BEND;
    context.bezierCurveTo(x1 + bend, y1, x2 - bend, y2, x2, y2);
    if (!weights || !Number.isFinite(weight)) {
      context.strokeStyle = theme.control;
      context.globalAlpha = 0.34;
      context.lineWidth = 1;
      context.setLineDash([]);
    } else {
      context.strokeStyle = looked ? theme.ink : weight < 0 ? theme.negative : theme.positive;
      context.globalAlpha = looked ? 1 : Math.min(0.92, 0.16 + 0.5 * size) * (data.looked && !near ? 0.3 : 1);
      context.lineWidth = Math.min(6.5, 0.5 + 2 * size) + (looked ? 1.2 : 0);
      context.setLineDash(weight < 0 ? [5, 3.5 + context.lineWidth * 0.6] : []);
    }
    context.stroke();
  }
  context.restore();
}

interface Link extends Omit<WeightAt, 'layer'> {
  readonly weight: number;
}

/** The links that are drawn into a layer; of very many the strongest. */
function linksOf({ columns, weights, inputsShown }: NetData, layer: number): Link[] {
  const [from, to] = [columns[layer], columns[layer + 1]];
  if (!from || !to) return [];
  const own = weights?.[layer];
  const inputs = own ? own.length / (to.ys.length + to.hidden) - 1 : 0;
  const known = own && (layer > 0 || inputsShown) && inputs === from.ys.length + from.hidden;
  const links = to.ys.flatMap((_, unit) =>
    from.ys.map((_, input) => ({ unit, input, weight: known ? (own[unit * inputs + input] ?? 0) : Number.NaN })),
  );
  if (links.length <= MOST_LINKS) return links;
  return links.sort((a, b) => Math.abs(b.weight) - Math.abs(a.weight)).slice(0, STRONGEST);
}

/** The link under the pointer. */
export function linkAt(data: NetData, x: number, y: number): WeightAt | null {
  let [best, near]: [WeightAt | null, number] = [null, 7];
  for (let layer = 0; layer < data.columns.length - 1; layer++) {
    const [from, to] = [data.columns[layer], data.columns[layer + 1]];
    if (!from || !to || x < from.x + from.tile / 2 + 2 || x > to.x - to.tile / 2 - 2) continue;
    for (const { unit, input, weight } of linksOf(data, layer)) {
      if (!Number.isFinite(weight)) continue;
      const [x1, y1, x2, y2] = bezier(from, to, from.ys[input] ?? 0, to.ys[unit] ?? 0);
      const distance = Math.abs(y - heightAt((x - x1) / (x2 - x1), y1, y2));
      if (distance < near) [best, near] = [{ layer, unit, input }, distance];
    }
  }
  return best;
}

/** How high a link is at a share of the way across. */
function heightAt(share: number, y1: number, y2: number): number {
  // x(t) of the curve rises steadily: halving finds t.
  let [low, high] = [0, 1];
  for (let round = 0; round < 20; round++) {
    const t = (low + high) / 2;
    const s = 1 - t;
    const x = 3 * s * s * t * BEND + 3 * s * t * t * (1 - BEND) + t * t * t;
    if (x < share) low = t;
    else high = t;
  }
  const t = (low + high) / 2;
  const s = 1 - t;
  return s * s * s * y1 + 3 * s * s * t * y1 + 3 * s * t * t * y2 + t * t * t * y2;
}

/** The maps of a column; `first` is the number of its first map among all. */
function drawTiles(
  context: CanvasRenderingContext2D,
  theme: Theme,
  { columns, cells }: NetData,
  at: number,
  maps: Float32Array,
  first: number,
): void {
  const column = columns[at];
  if (!column) return;
  const area = cells * cells;
  const count = column.ys.length + column.hidden;
  const own = maps.subarray(first * area, (first + count) * area);
  if (own.length < count * area) return;
  const reach = largest(own);
  const sheet = sheetOf(cells, cells * column.ys.length);
  const pixels = new Uint32Array(sheet.image.data.buffer);
  column.ys.forEach((_, unit) => {
    for (let cell = unit * area; cell < (unit + 1) * area; cell++)
      pixels[cell] = theme.ramp[rampIndex((own[cell] ?? 0) / reach)] ?? 0;
  });
  sheet.pen?.putImageData(sheet.image, 0, 0);
  context.imageSmoothingEnabled = true;
  column.ys.forEach((y, unit) => {
    const [left, top] = [column.x - column.tile / 2, y - column.tile / 2];
    context.save();
    context.beginPath();
    context.roundRect(left, top, column.tile, column.tile, RADIUS);
    context.clip();
    context.drawImage(sheet.canvas, 0, unit * cells, cells, cells, left, top, column.tile, column.tile);
    context.restore();
  });
}

/** So that units of a layer can be compared, all have the scale of the largest. */
function largest(values: Float32Array): number {
  let reach = 1e-6;
  for (const value of values) if (Number.isFinite(value)) reach = Math.max(reach, Math.abs(value));
  return reach;
}

/** Hatched, framed and named. */
function drawDead(
  context: CanvasRenderingContext2D,
  theme: Theme,
  { x, ys, tile }: Column,
  dead: readonly number[],
): void {
  for (const unit of dead) {
    const y = ys[unit];
    if (y === undefined) continue;
    const [left, top] = [x - tile / 2, y - tile / 2];
    context.save();
    context.beginPath();
    context.roundRect(left, top, tile, tile, RADIUS);
    context.clip();
    context.fillStyle = theme.surface;
    context.globalAlpha = 0.55;
    context.fill();
    context.globalAlpha = 0.8;
    context.strokeStyle = theme.trouble;
    context.lineWidth = 1.2;
    for (let at = -tile; at < tile; at += 6) {
      context.beginPath();
      context.moveTo(left + at, top + tile);
      context.lineTo(left + at + tile, top);
      context.stroke();
    }
    context.globalAlpha = 1;
    context.lineWidth = 3;
    context.beginPath();
    context.roundRect(left, top, tile, tile, RADIUS);
    context.stroke();
    if (tile >= 34) {
      context.font = `650 11px ${theme.font}`;
      context.textAlign = 'center';
      context.textBaseline = 'middle';
      context.lineWidth = 4;
      context.strokeStyle = theme.surface;
      context.strokeText('dead', x, y);
      context.fillStyle = theme.trouble;
      context.fillText('dead', x, y);
    }
    context.restore();
  }
}

function drawLooked(
  context: CanvasRenderingContext2D,
  theme: Theme,
  { x, ys, tile }: Column,
  layer: number,
  looked: Unit | null,
): void {
  const y = looked?.layer === layer ? ys[looked.unit] : undefined;
  if (y === undefined) return;
  context.strokeStyle = theme.ink;
  context.lineWidth = 2;
  context.beginPath();
  context.roundRect(x - tile / 2 - 1, y - tile / 2 - 1, tile + 2, tile + 2, RADIUS + 1);
  context.stroke();
}
