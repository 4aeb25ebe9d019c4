/** Knows which parts of the page are on screen: only those are computed. Parts carry `data-watch`. */
import type { ReactiveController, ReactiveControllerHost } from 'lit';

type Host = ReactiveControllerHost & HTMLElement & { readonly renderRoot: ParentNode };

export class Watch implements ReactiveController {
  networkSize = { width: 420, height: 420 };
  #onScreen = true;
  readonly #seen = new Set<string>();
  readonly #known = new Map<Element, string>();
  readonly #whole = new IntersectionObserver(([entry]) => {
    this.#onScreen = entry?.isIntersecting ?? true;
    this.changed();
  });
  readonly #parts = new IntersectionObserver((entries) => {
    for (const { target, isIntersecting } of entries) {
      const name = this.#known.get(target);
      if (name === undefined) continue;
      if (isIntersecting) this.#seen.add(name);
      else this.#seen.delete(name);
    }
    this.changed();
  });
  readonly #sizes = new ResizeObserver(([entry]) => {
    if (!entry) return;
    const { width, height } = entry.contentRect;
    this.networkSize = { width: Math.floor(width), height: Math.floor(height) };
    this.changed();
  });

  constructor(
    private readonly host: Host,
    private readonly changed: () => void,
  ) {
    host.addController(this);
  }

  hostConnected(): void {
    this.#whole.observe(this.host);
    document.addEventListener('visibilitychange', this.changed);
  }

  hostDisconnected(): void {
    for (const observer of [this.#whole, this.#parts, this.#sizes]) observer.disconnect();
    this.#known.clear();
    document.removeEventListener('visibilitychange', this.changed);
  }

  /** Whether anything of the element can be seen. */
  get visible(): boolean {
    return this.#onScreen && document.visibilityState === 'visible';
  }

  sees(name: string): boolean {
    return this.#seen.has(name);
  }

  /** Finds parts that are new and forgets those that are gone. */
  look(): void {
    const present = this.host.renderRoot.querySelectorAll<HTMLElement>('[data-watch]');
    const gone = new Set(this.#known.keys());
    for (const part of present) {
      const name = part.dataset.watch ?? '';
      gone.delete(part);
      if (this.#known.get(part) === name) continue;
      this.#known.set(part, name);
      this.#parts.unobserve(part);
      this.#parts.observe(part);
      if (name === 'network') this.#sizes.observe(part);
    }
    for (const part of gone) {
      this.#seen.delete(this.#known.get(part) ?? '');
      this.#known.delete(part);
      this.#parts.unobserve(part);
      this.#sizes.unobserve(part);
    }
  }
}
