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
