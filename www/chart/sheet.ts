/** Small canvases to put numbers on as pixels: they are needed many times a second, so they are kept. */

interface Sheet {
  readonly canvas: OffscreenCanvas;
  readonly pen: OffscreenCanvasRenderingContext2D | null;
  readonly image: ImageData;
}

const sheets = new Map<string, Sheet>();

/** The canvas of this size. What was on it is gone with the next use. */
export function sheetOf(width: number, height: number): Sheet {
  const key = `${width} ${height}`;
  const known = sheets.get(key);
  if (known) return known;
  const canvas = new OffscreenCanvas(width, height);
  const sheet = { canvas, pen: canvas.getContext('2d'), image: new ImageData(width, height) };
  sheets.set(key, sheet);
  return sheet;
}
