/** Points drawn on the map with the pointer, or taken away. */
import { html, nothing, type TemplateResult } from 'lit';
import type { Opened } from '../engine/messages';
import type { Actions, Brush, DrawnPoint, Model } from './model';

/** What the engine takes. */
const MOST_POINTS = 2000;
const FARTHEST = 1.27;
/** Between two points of a stroke, and how wide the eraser is, in units of the inputs. */
const SPACING = 0.07;
const ERASER = 0.12;

/** Whether points can be drawn: two classes in the plane. */
export function canDraw({ opened, experiment }: Model): boolean {
  return opened?.points != null && opened.info.classes.length === 2 && experiment.modules.length === 0;
}

/** The points as the map draws them: those that are being drawn, or those of the data. */
export function pointsOf({ net }: Model, { points }: Opened): Float32Array | null {
  if (!net.strokes) return points;
  return Float32Array.from(net.strokes.flatMap(([x, y, side]) => [x, y, side, 0]));
}

export function brushTools(model: Model, act: Actions): TemplateResult | typeof nothing {
  const { net } = model;
  if (!canDraw(model)) return nothing;
  const tool = (
    brush: Brush,
    text: string,
    help: string,
  ) => html`<button type="button" role="radio" aria-checked=${net.brush === brush} tabindex=${net.brush === brush ? 0 : -1}
    data-brush=${brush} title=${help} @click=${() => act.watch({ brush })}>${text}</button>`;
  if (net.brush === 'off')
    return html`<button class="tool-text draw" type="button" data-do="draw" title="Draw points of your own with the pointer" @click=${() => act.watch({ brush: 'one', pinned: null, link: null })}>draw points</button>`;
  const [low, high] = model.opened?.info.classes ?? [];
  return html`<span class="brushes"><span class="segment" role="radiogroup" aria-label="Brush">${tool('one', high ?? 'class 1', 'Points of this class')}${tool('zero', low ?? 'class 0', 'Points of this class')}${tool('erase', 'erase', 'Take points away')}</span>
    <button class="tool-text" type="button" data-do="clear-points" @click=${() => act.watch({ strokes: [] })}>clear</button>
    <button class="tool-text" type="button" data-do="draw-done" @click=${() => act.watch({ brush: 'off', strokes: null })}>done</button></span>`;
}

/** What is still missing. */
export function brushNote({ net }: Model): TemplateResult | typeof nothing {
  if (!net.strokes || hasBoth(net.strokes)) return nothing;
  return html`<div class="replay missing" role="status"><span>Draw at least one point of each class.</span></div>`;
}

/** What the pointer does on the map; nothing where it does not draw. */
export function brushing(model: Model, act: Actions, opened: Opened) {
  const { net } = model;
  if (net.brush === 'off' || !canDraw(model)) return null;
  const place = (event: PointerEvent): readonly [number, number] => {
    const { left, top, width } = (event.currentTarget as HTMLElement).getBoundingClientRect();
    const at = (share: number) => (2 * share - 1) * opened.extent;
    return [at((event.clientX - left) / width), -at((event.clientY - top) / width)];
  };
  const stroke = (event: PointerEvent) => {
    const [x, y] = place(event);
    act.watch({ strokes: touched(net.strokes ?? existing(opened.points), net.brush, x, y) });
  };
  return {
    down(event: PointerEvent) {
      if (event.button !== 0) return;
      (event.currentTarget as HTMLElement).setPointerCapture(event.pointerId);
      stroke(event);
    },
    move(event: PointerEvent) {
      if (event.buttons & 1) stroke(event);
    },
    up() {
      const { experiment } = model;
      const { strokes } = net;
      if (strokes && hasBoth(strokes))
        act.change({
          ...experiment,
          data: { ...experiment.data, name: 'own', drawn: strokes.map(([x, y, side]) => [x, y, side]) },
        });
    },
  };
}

function touched(points: readonly DrawnPoint[], brush: Brush, x: number, y: number): readonly DrawnPoint[] {
  const near = (reach: number) => points.filter((point) => Math.hypot(point[0] - x, point[1] - y) < reach);
  if (brush === 'erase') {
    const gone = near(ERASER);
    return gone.length ? points.filter((point) => !gone.includes(point)) : points;
  }
  const outside = Math.max(Math.abs(x), Math.abs(y)) > FARTHEST;
  if (outside || points.length >= MOST_POINTS || near(SPACING).length) return points;
  return [...points, [hundredth(x), hundredth(y), brush === 'one' ? 1 : 0]];
}

/** The points there are, to be drawn on. */
function existing(points: Float32Array | null): readonly DrawnPoint[] {
  const all: DrawnPoint[] = [];
  for (let at = 0; at < (points?.length ?? 0); at += 4) {
    const [x = 0, y = 0, side = 0] = points?.subarray(at, at + 3) ?? [];
    const inside = (value: number) => Math.max(-FARTHEST, Math.min(FARTHEST, hundredth(value)));
    all.push([inside(x), inside(y), side > 0.5 ? 1 : 0]);
  }
  return all.slice(0, MOST_POINTS);
}

function hasBoth(points: readonly DrawnPoint[]): boolean {
  return new Set(points.map(([, , side]) => side)).size === 2;
}

function hundredth(value: number): number {
  return Math.round(value * 100) / 100;
}
