/** Says of a part that scrolls sideways whether there is more to the right, `data-more`, and to the left, `data-before`. */
import { nothing } from 'lit';
import { AsyncDirective, directive } from 'lit/async-directive.js';
import type { ElementPart } from 'lit/directive.js';

class OverflowDirective extends AsyncDirective {
  #element: HTMLElement | null = null;
  readonly #look = () => {
    const part = this.#element;
    part?.toggleAttribute('data-more', part.scrollLeft + part.clientWidth < part.scrollWidth - 1);
    part?.toggleAttribute('data-before', part.scrollLeft > 0);
  };
  readonly #sizes = new ResizeObserver(this.#look);
  readonly #contents = new MutationObserver(this.#look);

  override render(): unknown {
    return nothing;
  }

  override update(part: ElementPart): unknown {
    if (this.#element !== part.element) {
      this.#element = part.element as HTMLElement;
      this.reconnected();
    }
    return nothing;
  }

  protected override disconnected(): void {
    this.#sizes.disconnect();
    this.#contents.disconnect();
    this.#element?.removeEventListener('scroll', this.#look);
  }

  protected override reconnected(): void {
    const element = this.#element;
    if (!element) return;
    this.#sizes.observe(element);
    this.#contents.observe(element, { childList: true, subtree: true });
    element.addEventListener('scroll', this.#look, { passive: true });
  }
}

/** `<div ${overflow()}>` */
export const overflow = directive(OverflowDirective);
