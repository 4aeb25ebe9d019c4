/** How much room a curve is given. */

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

/** The step of 1, 2 or 5 times a power of ten that parts a width into `about` steps or fewer; 0 where there is none. */
export function stepOf(width: number, about: number): number {
  const rough = width / about;
  if (!(rough > 0) || !Number.isFinite(rough)) return 0;
  const unit = 10 ** Math.floor(Math.log10(rough));
  return [1, 2, 5, 10].map((factor) => factor * unit).find((candidate) => candidate >= rough) ?? rough;
}
