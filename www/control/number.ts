/**
 * A number inside a sentence: drag it, use the arrow keys, or type. What was typed and cannot be used stays, with the
 * reason under it, while the old value stays in force.
 */
import { html, LitElement, nothing } from 'lit';
import { plain } from '../view/words';

/** Pointer travel for one step, in pixels. */
const STEP_PX = 6;

export class NumberControl extends LitElement {
  static override properties = {
    label: {},
    help: {},
    value: { type: Number },
    standard: { type: Number },
    min: { type: Number },
    max: { type: Number },
    whole: { type: Boolean },
    typed: { state: true },
    complaint: { state: true },
  };

  label = '';
  help = '';
  value = 0;
  standard = 0;
  min = 0;
  max = 1;
  whole = false;
  /** What is in the box while somebody types; `null` when it is the value. */
  private typed: string | null = null;
  private complaint = '';
  #drag: { readonly x: number; readonly from: number; moved: boolean } | null = null;

  override createRenderRoot(): this {
    return this;
  }

  override render(): unknown {
    const text = this.typed ?? plain(this.value);
    return html`<span class="number ${this.complaint ? 'wrong' : ''}"
      ><input
        type="text" inputmode="decimal" role="spinbutton" autocomplete="off" spellcheck="false"
        style="width: ${widthOf(text)}ch"
        title=${this.help}
        aria-label=${this.label} aria-valuenow=${this.value} aria-valuemin=${this.min} aria-valuemax=${this.max}
        aria-valuetext="${this.label} ${plain(this.value)}"
        aria-invalid=${this.complaint ? 'true' : 'false'} aria-errormessage=${this.complaint ? this.#errorId : nothing}
        .value=${text}
        @input=${this.#onInput} @change=${this.#commit} @blur=${this.#commit} @keydown=${this.#onKey}
        @dblclick=${() => this.#use(this.standard)} @wheel=${this.#onWheel}
        @pointerdown=${this.#onDown} @pointermove=${this.#onMove} @pointerup=${this.#onUp} @pointercancel=${this.#onUp}
      />${this.complaint ? html`<span class="complaint" role="status" id=${this.#errorId}>${this.complaint}</span>` : nothing}</span>`;
  }

  /** The complaint stays within the window. */
  override updated(): void {
    const bubble = this.querySelector<HTMLElement>('.complaint');
    if (!bubble) return;
    bubble.style.marginLeft = '0';
    const beyond = bubble.getBoundingClientRect().right - (document.documentElement.clientWidth - 8);
    bubble.style.marginLeft = `${-Math.max(0, beyond)}px`;
  }

  get #errorId(): string {
    return `error-${this.label.replaceAll(/\W+/g, '-')}`;
  }

  #onInput(event: Event): void {
    this.typed = (event.target as HTMLInputElement).value;
    this.complaint = '';
  }

  #commit(): void {
    if (this.typed === null || this.complaint) return;
    const text = this.typed.trim();
    const value = Number(
      text
        .replaceAll(/[\s\u202f]/g, '')
        .replace(',', '.')
        .replace('−', '-'),
    );
    if (text !== '' && this.#accepts(value)) {
      this.#use(value);
      return;
    }
    this.complaint = `${this.label} is ${text === '' ? 'empty' : `“${text}”`}; accepted: ${this.#accepted}. ${plain(this.value)} stays in force.`;
  }

  get #accepted(): string {
    return `${this.whole ? 'a whole number' : 'a number'} from ${plain(this.min)} to ${plain(this.max)}`;
  }

  #accepts(value: number): boolean {
    return value >= this.min && value <= this.max && (!this.whole || Number.isInteger(value));
  }

  #use(value: number): void {
    this.typed = null;
    this.complaint = '';
    if (value === this.value) return;
    this.value = value;
    this.dispatchEvent(new CustomEvent<number>('set', { detail: value }));
  }

  #onKey(event: KeyboardEvent): void {
    const steps: Record<string, number> = { ArrowUp: 1, ArrowDown: -1, PageUp: 10, PageDown: -10 };
    const step = steps[event.key];
    if (step) this.#use(this.#stepped(this.value, step * (event.shiftKey ? 10 : 1)));
    else if (event.key === 'Enter') this.#commit();
    else if (event.key === 'Escape' && this.typed !== null) {
      this.typed = null;
      this.complaint = '';
    } else return;
    event.preventDefault();
    event.stopPropagation();
  }

  #onWheel(event: WheelEvent): void {
    if (!(event.target as HTMLElement).matches(':focus')) return;
    event.preventDefault();
    this.#use(this.#stepped(this.value, event.deltaY < 0 ? 1 : -1));
  }

  #onDown(event: PointerEvent): void {
    const input = event.target as HTMLInputElement;
    // Once it is being edited, a drag selects text as everywhere else.
    if (event.button !== 0 || input.matches(':focus')) return;
    event.preventDefault();
    input.setPointerCapture(event.pointerId);
    this.#drag = { x: event.clientX, from: this.value, moved: false };
  }

  #onMove(event: PointerEvent): void {
    if (!this.#drag) return;
    const travel = event.clientX - this.#drag.x;
    if (Math.abs(travel) > 3) this.#drag.moved = true;
    if (!this.#drag.moved) return;
    const factor = event.shiftKey ? 10 : event.altKey ? 0.1 : 1;
    this.#use(this.#stepped(this.#drag.from, Math.round((travel / STEP_PX) * factor)));
  }

  #onUp(event: PointerEvent): void {
    const drag = this.#drag;
    this.#drag = null;
    if (!drag || drag.moved || event.type === 'pointercancel') return;
    const input = event.target as HTMLInputElement;
    input.focus();
    input.select();
  }

  /** So many steps on: along 1, 2, 5, 10 … where the range spans magnitudes, else in even steps. */
  #stepped(from: number, steps: number): number {
    const magnitudes = !this.whole && this.min > 0 && this.max / this.min > 1000;
    const value = magnitudes ? ladder(from, steps) : this.#even(from, steps);
    return Math.max(this.min, Math.min(this.max, value));
  }

  #even(from: number, steps: number): number {
    const range = this.max - this.min;
    const rough = 10 ** Math.floor(Math.log10(range / (this.whole ? 100 : 50)));
    const step = this.whole ? Math.max(1, range > 1e5 ? 1 : rough) : rough;
    return Number((from + steps * step).toPrecision(9));
  }
}

/** Room for a text, in widths of a digit. */
function widthOf(text: string): number {
  const narrow = text.match(/[.,]/g)?.length ?? 0;
  return Math.max(1, text.length - 0.55 * narrow) + 0.1;
}

/** The number so many places up or down 1, 2, 5, 10, 20, 50 … */
function ladder(from: number, steps: number): number {
  const rungs = [1, 2, 5];
  const exponent = Math.floor(Math.log10(from) + 1e-9);
  const leading = from / 10 ** exponent;
  let rung = rungs.filter((candidate) => candidate <= leading * (1 + 1e-9)).length - 1 + 3 * exponent;
  // Between two rungs, the first step down is to the lower one.
  const between = Math.abs((rungs[((rung % 3) + 3) % 3] ?? 1) * 10 ** Math.floor(rung / 3) - from) > 1e-9 * from;
  rung += steps + (between && steps < 0 ? 1 : 0);
  const value = (rungs[((rung % 3) + 3) % 3] ?? 1) * 10 ** Math.floor(rung / 3);
  return steps === 0 ? from : Number(value.toPrecision(3));
}
