/** The line where a grid of values crosses a level (marching squares). */

/**
 * Segments through a square grid whose values stand at the centres of its cells, drawn over a box of the given side.
 * The line is as sharp as the grid allows: crossings are placed by linear interpolation.
 */
export function contour(values: Float32Array, level: number, side: number): Path2D {
  const path = new Path2D();
  const size = Math.round(Math.sqrt(values.length));
  const step = side / size;
  const at = (column: number, row: number) => (values[row * size + column] ?? 0) - level;
  for (let row = 0; row < size - 1; row++) {
    for (let column = 0; column < size - 1; column++) {
      const corner = row * size + column;
      const above = (values[corner] ?? 0) > level;
      // Most cells lie on one side, so this is where the time goes.
      if (
        (values[corner + 1] ?? 0) > level === above &&
        (values[corner + size] ?? 0) > level === above &&
        (values[corner + size + 1] ?? 0) > level === above
      )
        continue;
      const ends = crossings([at(column, row), at(column + 1, row), at(column + 1, row + 1), at(column, row + 1)]);
      for (let end = 0; end + 3 < ends.length; end += 4) {
        const [x1 = 0, y1 = 0, x2 = 0, y2 = 0] = ends.slice(end, end + 4);
        path.moveTo((column + 0.5 + x1) * step, (row + 0.5 + y1) * step);
        path.lineTo((column + 0.5 + x2) * step, (row + 0.5 + y2) * step);
      }
    }
  }
  return path;
}

/** Where the sides of a unit square are crossed, as x and y in turn; two crossings make a segment. */
function crossings([topLeft = 0, topRight = 0, bottomRight = 0, bottomLeft = 0]: number[]): number[] {
  const ends: number[] = [];
  const share = (from: number, to: number) => from / (from - to);
  if (topLeft > 0 !== topRight > 0) ends.push(share(topLeft, topRight), 0);
  if (topRight > 0 !== bottomRight > 0) ends.push(1, share(topRight, bottomRight));
  if (bottomLeft > 0 !== bottomRight > 0) ends.push(share(bottomLeft, bottomRight), 1);
  if (topLeft > 0 !== bottomLeft > 0) ends.push(0, share(topLeft, bottomLeft));
  return ends;
}
