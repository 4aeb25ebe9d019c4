/** Light or dark: what was chosen on this page, else what the system says. */
import type { ReactiveController, ReactiveControllerHost } from 'lit';
import { store, stored } from '../storage';

/** Where the choice is remembered. */
const KEY = 'ap.theme';

export class ThemeSwitch implements ReactiveController {
  readonly #system = window.matchMedia('(prefers-color-scheme: dark)');

  /** `asked` is the theme the page or the attribute asks for: `auto`, `light` or `dark`. */
  constructor(
    private readonly host: ReactiveControllerHost & HTMLElement,
    private readonly asked: () => string,
  ) {
    host.addController(this);
  }

  get dark(): boolean {
    return this.host.dataset.theme === 'dark';
  }

  hostConnected(): void {
    this.#system.addEventListener('change', this.apply);
    window.addEventListener('storage', this.#onStored);
    this.apply();
  }

  hostDisconnected(): void {
    this.#system.removeEventListener('change', this.apply);
    window.removeEventListener('storage', this.#onStored);
  }

  readonly apply = (): void => {
    const asked = stored(KEY) ?? this.asked();
    this.host.dataset.theme = asked === 'dark' || (asked !== 'light' && this.#system.matches) ? 'dark' : 'light';
    this.host.requestUpdate();
  };

  /** Chosen in another tab; everything forgotten comes without a key. */
  readonly #onStored = ({ key }: StorageEvent): void => {
    if (key === KEY || key === null) this.apply();
  };

  /** To the other theme; when that is the system's, the system is followed again. */
  toggle(): void {
    const dark = !this.dark;
    const plain = this.asked() === 'auto' && dark === this.#system.matches;
    store(KEY, plain ? null : dark ? 'dark' : 'light');
    this.apply();
  }
}
