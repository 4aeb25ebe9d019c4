/** Where numbers stand in the picture of the lens. */
import { plain } from '../view/words';
import type { LensData } from './lens-draw';
import { scaleOf, stepOf } from './scale';

export const LEFT = 34;
export const RIGHT = 10;
const TOP = 10;
const BOTTOM = 22;
/** Room under the curves for the bars, as a share of the height. */
const FOR_BARS = 0.24;
/** Powers of ten shown at most. */
const MOST_DECADES = 12;

export interface Plot {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
  x(z: number): number;
  y(value: number): number;
  readonly ticks: readonly { readonly place: number; readonly label: string }[];
}

export function plotOf(width: number, height: number, data: LensData): Plot {
  const box = { left: LEFT, right: width - RIGHT, top: TOP, bottom: height - BOTTOM };
  const { low, high } = data;
  const x = (z: number) => box.left + ((z - low) / (high - low)) * (box.right - box.left);
  return { ...box, x, ...(data.log ? decades(box, data) : even(box, data)) };
}

type Vertical = Pick<Plot, 'y' | 'ticks'>;
type Box = { readonly top: number; readonly bottom: number };

function even(box: Box, { main, companions, bend, histogram }: LensData): Vertical {
  const shown = main ? [main.curve.value, main.curve.slope, main.curve.units] : [];
  if (main && bend) shown.push(main.curve.bend);
  for (const { curve } of companions) shown.push(curve.value);
  const scales = shown.filter((values) => values.length).map(scaleOf);
  const top = Math.max(...scales.map((scale) => scale.top), scales.length ? Number.NEGATIVE_INFINITY : 1);
  let bottom = Math.min(...scales.map((scale) => scale.bottom), scales.length ? Number.POSITIVE_INFINITY : 0);
  if (histogram) bottom -= FOR_BARS * (top - bottom);
  const y = (value: number) => box.bottom - ((value - bottom) / (top - bottom)) * (box.bottom - box.top);
  const ticks = scales.length ? ticksOf(bottom, top, 5).map((value) => ({ place: y(value), label: plain(value) })) : [];
  return { y, ticks };
}

/** The size of a number on a logarithmic axis: tails that look like 0 are not. */
function decades(box: Box, { main, companions }: LensData): Vertical {
  let largest = 0;
  let smallest = Number.POSITIVE_INFINITY;
  for (const values of [main?.curve.value, main?.curve.slope, ...companions.map(({ curve }) => curve.value)])
    for (const value of values ?? []) {
      const size = Math.abs(value);
      if (!Number.isFinite(size) || size === 0) continue;
      largest = Math.max(largest, size);
      smallest = Math.min(smallest, size);
    }
  const top = largest ? Math.ceil(Math.log10(largest) - 0.02) : 0;
  const bottom = Math.max(top - MOST_DECADES, Math.min(top - 2, Math.floor(Math.log10(smallest) || 0)));
  const y = (value: number) =>
    box.bottom - ((Math.log10(Math.abs(value)) - bottom) / (top - bottom)) * (box.bottom - box.top);
  const stride = Math.ceil((top - bottom) / 5);
  const count = Math.floor((top - bottom) / stride) + 1;
  const ticks = Array.from({ length: count }, (_, at) => {
    const exponent = top - at * stride;
    const label = exponent === 0 ? '1' : exponent === 1 ? '10' : `10${raised(exponent)}`;
    return { place: y(10 ** exponent), label };
  });
  return { y, ticks };
}

function raised(exponent: number): string {
  const digits = [...String(Math.abs(exponent))].map((digit) => '⁰¹²³⁴⁵⁶⁷⁸⁹'[Number(digit)]).join('');
  return (exponent < 0 ? '⁻' : '') + digits;
}

/** Round numbers between two others, about so many. */
export function ticksOf(low: number, high: number, about: number): number[] {
  const step = stepOf(high - low, about);
  if (!step) return [];
  const first = Math.ceil(low / step - 1e-9);
  const last = Math.floor(high / step + 1e-9);
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, at) => Number(((first + at) * step).toPrecision(9)));
}
