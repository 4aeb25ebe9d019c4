/** The curve of an activation as a small picture. */
import { type SVGTemplateResult, svg } from 'lit';
import { scaleOf } from './scale';

/** Width and height of the picture's coordinates. */
const WIDE = 80;
const HIGH = 34;

/** Pictures made so far: they are asked for in every frame. */
const PICTURES = new WeakMap<Float32Array, SVGTemplateResult>();

/** The outline of f over a box: it starts anew where f has no value or leaves the box. */
export function curvePath(value: Float32Array, wide = WIDE, high = HIGH): string {
  const { bottom, top } = scaleOf(value);
  let path = '';
  let drawing = false;
  value.forEach((f, at) => {
    const y = high - ((f - bottom) / (top - bottom)) * high;
    // What is not a number is in no range.
    const shown = y >= -1 && y <= high + 1;
    if (shown) path += `${drawing ? 'L' : 'M'}${((at / (value.length - 1)) * wide).toFixed(1)} ${y.toFixed(1)}`;
    drawing = shown;
  });
  return path;
}

/** The curve with its axes; draws nothing while the curve is not known yet. */
export function curvePicture(value: Float32Array | undefined): SVGTemplateResult {
  if (!value) return svg``;
  const known = PICTURES.get(value);
  if (known) return known;
  const { bottom, top } = scaleOf(value);
  const zero = HIGH - ((0 - bottom) / (top - bottom)) * HIGH;
  const picture = svg`<path class="axis" d="M0 ${zero.toFixed(1)}H${WIDE}M${WIDE / 2} 0V${HIGH}" /><path class="curve" d=${curvePath(value)} />`;
  PICTURES.set(value, picture);
  return picture;
}
