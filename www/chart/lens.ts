/**
 * The chart of the lens: a canvas, and a dot that can be dragged or moved by keys. Fires `probe` with the new z, `window`
 * with the stretch to show. A plain wheel scrolls the page; with Ctrl it zooms, and so do two fingers.
 */
import { html, LitElement, type PropertyValues } from 'lit';
import type { Theme } from '../theme/theme';
import { fixed, plain } from '../view/words';
import { drawLens, type LensData } from './lens-draw';
import { LEFT, RIGHT } from './lens-scale';
import { paint } from './paint';

const STEP = 0.05;
const LONG_STEP = 0.5;
/** Places of the dot across the chart that a pointer can reach, about. */
const PLACES = 800;
const NARROWEST = 1e-3;
const WIDEST = 1e5;

/** A stretch of z. */
export interface Window {
  readonly low: number;
  readonly high: number;
}

export class LensChart extends LitElement {
  static override properties = {
    data: { attribute: false },
    theme: { attribute: false },
    label: {},
    valueText: {},
    hovered: { state: true },
  };

  data: LensData | null = null;
  theme: Theme | null = null;
  label = '';
  /** What the dot says to a screen reader. */
  valueText = '';
  private hovered: number | null = null;
  /** Where the dot was sent last, until it is there: keys may come faster than pictures. */
  #sent: number | null = null;
  readonly #pointers = new Map<number, number>();
  #pinch: { readonly distance: number; readonly window: Window } | null = null;

  override createRenderRoot(): this {
    return this;
  }

  override render(): unknown {
    const { data, theme } = this;
    const draw = (context: CanvasRenderingContext2D, width: number, height: number) => {
      if (data && theme) drawLens(context, width, height, theme, data);
    };
    const at = data?.probe ? (data.probe.z - data.low) / (data.high - data.low) : 0;
    const shown = at >= 0 && at <= 1;
    return html`<div class="plane" @pointerdown=${this.#onDown} @pointermove=${this.#onMove} @pointerup=${this.#onUp}
        @pointercancel=${this.#onUp} @pointerleave=${() => this.#hover(null)} @wheel=${this.#onWheel}>
      <canvas class="look" data-watch="lens" role="img" aria-label=${this.label} ${paint(draw, [data, theme])}></canvas>
      <div class="dot" role="slider" tabindex="0" aria-label="z of the dot" aria-orientation="horizontal"
        aria-valuemin=${data?.low ?? 0} aria-valuemax=${data?.high ?? 0} aria-valuenow=${data?.probe?.z ?? 0}
        aria-valuetext=${this.valueText} aria-keyshortcuts="L" ?hidden=${!shown}
        style="left: calc(${LEFT}px + (100% - ${LEFT + RIGHT}px) * ${at.toFixed(5)})" @keydown=${this.#onKey}></div>
      ${this.#crosshair()}
    </div>`;
  }

  /** What the curves are under the pointer, read from the nearest point that was computed. */
  #crosshair(): unknown {
    const { data, hovered } = this;
    const { main } = data ?? {};
    if (hovered === null || !data || !main || main.apart || this.#pointers.size) return null;
    const last = main.curve.value.length - 1;
    const index = Math.round(((hovered - main.low) / (main.high - main.low)) * last);
    const value = main.curve.value[index];
    if (value === undefined) return null;
    const z = main.low + ((main.high - main.low) * index) / last;
    const share = (z - data.low) / (data.high - data.low);
    const slope = main.curve.slope[index] ?? Number.NaN;
    const known = !Number.isNaN(value);
    return html`<i class="hair" style="left: calc(${LEFT}px + (100% - ${LEFT + RIGHT}px) * ${share.toFixed(5)})"></i>
      <output class="readout ${share > 0.5 ? 'left' : ''}" aria-hidden="true">z ${fixed(z)} · ${known ? html`f ${fixed(value, 3)} · f′ ${fixed(slope, 3)}` : 'f has no value'}</output>`;
  }

  get #box(): { readonly left: number; readonly width: number } {
    const { left, width } = this.getBoundingClientRect();
    return { left: left + LEFT, width: Math.max(1, width - LEFT - RIGHT) };
  }

  #zAt(x: number): number {
    const { left, width } = this.#box;
    const { low, high } = this.data ?? { low: -1, high: 1 };
    return low + Math.max(0, Math.min(1, (x - left) / width)) * (high - low);
  }

  override willUpdate(changed: PropertyValues): void {
    // What the curve is there is asked for first, so pictures of before may come in between.
    if (changed.has('data') && this.data?.probe?.z === this.#sent) this.#sent = null;
  }

  #tell(name: 'probe' | 'window', detail: unknown): void {
    if (name === 'probe') this.#sent = Number(detail);
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }

  #moveTo(z: number): void {
    const { low, high } = this.data ?? { low: -1, high: 1 };
    const grain = 10 ** Math.floor(Math.log10((high - low) / PLACES) + 1e-9);
    this.#tell('probe', Number((Math.round(z / grain) * grain).toPrecision(9)));
  }

  #hover(z: number | null): void {
    this.hovered = z;
  }

  #onDown(event: PointerEvent): void {
    if (event.button !== 0) return;
    (event.currentTarget as HTMLElement).setPointerCapture(event.pointerId);
    this.#pointers.set(event.pointerId, event.clientX);
    if (this.#pointers.size === 2 && this.data) {
      this.#pinch = { distance: this.#spread(), window: { low: this.data.low, high: this.data.high } };
      return;
    }
    this.querySelector<HTMLElement>('.dot')?.focus({ preventScroll: true });
    this.#moveTo(this.#zAt(event.clientX));
  }

  #onMove(event: PointerEvent): void {
    if (!this.#pointers.has(event.pointerId)) {
      if (event.pointerType === 'mouse') this.#hover(this.#zAt(event.clientX));
      return;
    }
    this.#pointers.set(event.pointerId, event.clientX);
    if (this.#pinch) {
      const { low, high } = this.#pinch.window;
      this.#zoomTo((low + high) / 2, ((high - low) * this.#pinch.distance) / this.#spread());
    } else this.#moveTo(this.#zAt(event.clientX));
  }

  #onUp(event: PointerEvent): void {
    this.#pointers.delete(event.pointerId);
    if (this.#pointers.size < 2) this.#pinch = null;
  }

  /** How far two fingers are apart. */
  #spread(): number {
    const [a = 0, b = 0] = [...this.#pointers.values()];
    return Math.max(24, Math.abs(a - b));
  }

  #onWheel(event: WheelEvent): void {
    if (!event.ctrlKey || !this.data) return;
    event.preventDefault();
    const factor = Math.exp(Math.max(-1, Math.min(1, event.deltaY / 100)) * 0.4);
    const z = this.#zAt(event.clientX);
    const { low, high } = this.data;
    this.#show({ low: z - (z - low) * factor, high: z + (high - z) * factor });
  }

  #zoomTo(middle: number, width: number): void {
    this.#show({ low: middle - width / 2, high: middle + width / 2 });
  }

  #show({ low, high }: Window): void {
    if (high - low > NARROWEST && high - low < WIDEST)
      this.#tell('window', { low: Number(low.toPrecision(6)), high: Number(high.toPrecision(6)) });
  }

  #onKey(event: KeyboardEvent): void {
    const { data } = this;
    if (!data?.probe || event.ctrlKey || event.altKey || event.metaKey) return;
    const step = event.shiftKey ? LONG_STEP : STEP;
    const steps: Record<string, number> = {
      ArrowRight: step,
      ArrowUp: step,
      ArrowLeft: -step,
      ArrowDown: -step,
      PageUp: LONG_STEP,
      PageDown: -LONG_STEP,
    };
    const by = steps[event.key];
    const z = this.#sent ?? data.probe.z;
    const width = data.high - data.low;
    if (by !== undefined) this.#tell('probe', Number((z + by).toPrecision(9)));
    else if (event.key === 'Home') this.#tell('probe', data.low);
    else if (event.key === 'End') this.#tell('probe', data.high);
    else if (event.key === '+' || event.key === '=') this.#zoomTo(z, width / 2);
    else if (event.key === '-') this.#zoomTo(z, width * 2);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }
}

/** A stretch around a middle, narrower or wider; `null` where it would be too much. */
export function zoomed({ low, high }: Window, factor: number, around: number): Window | null {
  const width = (high - low) * factor;
  if (!(width > NARROWEST && width < WIDEST)) return null;
  const middle = around > low && around < high ? around : (low + high) / 2;
  const share = (middle - low) / (high - low);
  return { low: middle - share * width, high: middle + (1 - share) * width };
}

/** A z as it is said. */
export function said(z: number): string {
  return plain(Number(z.toPrecision(4)));
}
