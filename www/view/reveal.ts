/** Keeps the chosen entry of a row that scrolls sideways in sight, without moving the page. */
import { nothing } from 'lit';
import { Directive, directive, type ElementPart } from 'lit/directive.js';

class RevealDirective extends Directive {
  #last: unknown;

  override render(_chosen: unknown): unknown {
    return nothing;
  }

  override update(part: ElementPart, [chosen]: [unknown]): unknown {
    if (chosen === this.#last) return nothing;
    this.#last = chosen;
    // The entry is marked only after this update.
    requestAnimationFrame(() => {
      const entry = part.element.querySelector<HTMLElement>('[aria-checked=true]');
      const middle = entry && entry.offsetLeft - (part.element as HTMLElement).offsetLeft + entry.offsetWidth / 2;
      if (middle) part.element.scrollTo({ left: middle - part.element.clientWidth / 2 });
    });
    return nothing;
  }
}

/** `<div ${reveal(chosen)}>`: scrolls when `chosen` has changed. */
export const reveal = directive(RevealDirective);
