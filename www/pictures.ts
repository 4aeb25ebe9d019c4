/** Pictures of the page as files: what is drawn on a canvas as PNG, what is made of lines and shapes as SVG. */

/** What a shape takes from the style sheet. */
const LOOKS = [
  'fill',
  'fill-opacity',
  'stroke',
  'stroke-width',
  'stroke-opacity',
  'stroke-dasharray',
  'stroke-linecap',
  'stroke-linejoin',
  'opacity',
  'font',
  'text-anchor',
  'dominant-baseline',
  'vector-effect',
] as const;

/** A canvas on a ground of this colour. */
export function png(canvas: HTMLCanvasElement, ground: string): Promise<Blob | null> {
  const copy = document.createElement('canvas');
  copy.width = canvas.width;
  copy.height = canvas.height;
  const context = copy.getContext('2d');
  if (!context) return Promise.resolve(null);
  context.fillStyle = ground;
  context.fillRect(0, 0, copy.width, copy.height);
  context.drawImage(canvas, 0, 0);
  return new Promise((resolve) => copy.toBlob(resolve));
}

/** A drawing that stands by itself: the style sheet of the page is written into it, and what a canvas shows beside it. */
export function svg(drawing: SVGSVGElement, ground: string, beside: HTMLCanvasElement | null): Blob {
  const copy = drawing.cloneNode(true) as SVGSVGElement;
  const shapes = drawing.querySelectorAll('*');
  copy.querySelectorAll('*').forEach((shape, at) => {
    const original = shapes[at];
    if (!original) return;
    const style = getComputedStyle(original);
    const looks = LOOKS.map((name) => [name, style.getPropertyValue(name)] as const);
    const said = looks.filter(([, value]) => value && value !== 'none' && value !== 'normal');
    const missing = looks.filter(([name, value]) => value === 'none' && (name === 'fill' || name === 'stroke'));
    shape.removeAttribute('class');
    shape.setAttribute('style', [...said, ...missing].map(([name, value]) => `${name}:${value}`).join(';'));
  });
  const { width, height } = drawing.getBoundingClientRect();
  copy.setAttribute('xmlns', 'http://www.w3.org/2000/svg');
  copy.setAttribute('viewBox', `0 0 ${width} ${height}`);
  copy.setAttribute('width', `${width}`);
  copy.setAttribute('height', `${height}`);
  copy.setAttribute('style', `background:${ground}`);
  copy.removeAttribute('class');
  if (beside) {
    const image = document.createElementNS('http://www.w3.org/2000/svg', 'image');
    image.setAttribute('href', beside.toDataURL());
    image.setAttribute('width', `${width}`);
    image.setAttribute('height', `${height}`);
    copy.append(image);
  }
  return new Blob([new XMLSerializer().serializeToString(copy)], { type: 'image/svg+xml' });
}
