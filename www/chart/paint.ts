/** Draws on a canvas as part of a template, sharp on every screen, again when something changed or its size did. */
import { nothing } from 'lit';
import { AsyncDirective, directive } from 'lit/async-directive.js';
import { type ElementPart, type PartInfo, PartType } from 'lit/directive.js';

/** Draws into a box of so many CSS pixels. */
export type Draw = (context: CanvasRenderingContext2D, width: number, height: number) => void;

class PaintDirective extends AsyncDirective {
  #canvas: HTMLCanvasElement | null = null;
  #draw: Draw = () => {};
  #causes: readonly unknown[] = [];
  /** As the observer says: asking the canvas itself would lay out the page in the middle of an update. */
  #size = { width: 0, height: 0 };
  readonly #sizes = new ResizeObserver(([entry]) => {
    if (entry) this.#size = entry.contentRect;
    this.#paint();
  });

  constructor(part: PartInfo) {
    super(part);
    if (part.type !== PartType.ELEMENT) throw new Error('paint() stands on a canvas');
  }

  override render(_draw: Draw, _causes: readonly unknown[]): unknown {
    return nothing;
  }

  override update(part: ElementPart, [draw, causes]: [Draw, readonly unknown[]]): unknown {
    this.#draw = draw;
    if (this.#canvas !== part.element) {
      this.#canvas = part.element as HTMLCanvasElement;
      this.#sizes.disconnect();
      this.#sizes.observe(this.#canvas);
      this.#causes = causes;
    } else if (causes.some((cause, at) => cause !== this.#causes[at])) {
      this.#causes = causes;
      // After the whole update: a font set on a canvas makes the browser compute styles, once is enough.
      queueMicrotask(() => this.#paint());
    }
    return nothing;
  }

  protected override disconnected(): void {
    this.#sizes.disconnect();
  }

  protected override reconnected(): void {
    if (this.#canvas) this.#sizes.observe(this.#canvas);
  }

  #paint(): void {
    const canvas = this.#canvas;
    const context = canvas?.getContext('2d');
    if (!canvas || !context) return;
    const { width, height } = this.#size;
    if (!width || !height) return;
    const scale = Math.min(3, window.devicePixelRatio || 1);
    const [wide, high] = [Math.round(width * scale), Math.round(height * scale)];
    if (canvas.width !== wide || canvas.height !== high) {
      canvas.width = wide;
      canvas.height = high;
    }
    context.setTransform(scale, 0, 0, scale, 0, 0);
    context.clearRect(0, 0, width, height);
    this.#draw(context, width, height);
  }
}

/** `<canvas ${paint(draw, causes)}>`: draws when one of the causes is no longer what it was. */
export const paint = directive(PaintDirective);
