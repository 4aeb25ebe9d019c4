/** The experiment in the address of the page: read when it changes, written a moment after the experiment does. */
import { toClipboard } from './clipboard';
import type { Engine } from './engine/client';
import type { Experiment, FromLink } from './engine/types';

/** Keys that concern the page, not the experiment: they are passed on as they are. */
const RACE_KEYS = ['vary', 'race', 'seeds', 'epochs', 'target', 'targetLoss'];
const STACK_KEYS = ['stack', 'depth', 'width', 'gain', 'start', 'skip', 'norm'];
const OUTPUT_KEYS = ['task', 'head', 'cost', 'z', 'y', 'heat'];
const PAGE_KEYS = ['view', 'at', 'theme', ...RACE_KEYS, ...STACK_KEYS, ...OUTPUT_KEYS];
const WRITE_DELAY_MS = 300;

export class AddressBar {
  #written = '';
  /** The address as it was read, which may hold what was not understood. */
  #asRead = '';
  /** Keys of the address that nobody here knows; a later version may. */
  #rest = '';
  #timer = 0;
  /** The address when something was changed that is to be written. */
  #before = '';

  constructor(private readonly changed: () => void) {}

  connect(): void {
    window.addEventListener('hashchange', this.#onHash);
  }

  disconnect(): void {
    window.removeEventListener('hashchange', this.#onHash);
    clearTimeout(this.#timer);
  }

  /** The experiment the address describes, and what in it was not understood. */
  async read(engine: Engine): Promise<FromLink> {
    this.#written = location.hash;
    this.#asRead = location.hash;
    const [, others] = split(location.hash);
    const read = await engine.call('fromLink', others.join('&'));
    this.#rest = read.rest;
    return read;
  }

  /** What the address says about a race. */
  get race(): string {
    return ofKeys(location.hash, RACE_KEYS).join('&');
  }

  /** What the address says about a stack. */
  get stack(): string {
    return ofKeys(location.hash, STACK_KEYS).join('&');
  }

  /** What the address says about an output layer. */
  get output(): string {
    return ofKeys(location.hash, OUTPUT_KEYS).join('&');
  }

  /** Which screen is shown, and what of its own it has, go into the address at once. */
  show(screen: string, ...parts: readonly string[]): void {
    const [own, others] = split(location.hash);
    const kept = own.filter((pair) => !['view', ...RACE_KEYS, ...STACK_KEYS, ...OUTPUT_KEYS].includes(keyOf(pair)));
    const shown = screen === 'stage' ? [] : [`view=${screen}`];
    const fragment = [...others, ...kept, ...shown, ...parts].filter(Boolean).join('&');
    const waiting = this.#before === location.hash;
    history.replaceState(history.state, '', location.href.split('#')[0] + (fragment && `#${fragment}`));
    this.#written = location.hash;
    if (waiting) this.#before = location.hash;
  }

  /** A value of a key of the page. */
  page(key: string): string | null {
    const [own] = split(location.hash);
    return new URLSearchParams(own.join('&')).get(key);
  }

  /** Another value for a key of the address that was read, or for one of the names in it; whether it was there. */
  correct(key: string, value: string, meant: string): boolean {
    const pairs = this.#asRead.replace(/^#/, '').split('&');
    const at = pairs.findIndex((pair) => pair.split('=')[0] === key);
    const [, text = ''] = [...new URLSearchParams(pairs[at] ?? '')][0] ?? [];
    const names = text === value ? [value] : text.split('.');
    if (!names.includes(value)) return false;
    const corrected = names.map((name) => (name === value ? meant : name)).join('.');
    location.hash = pairs.map((pair, one) => (one === at ? `${key}=${encodeURIComponent(corrected)}` : pair)).join('&');
    return true;
  }

  write(engine: Engine, experiment: Experiment): void {
    clearTimeout(this.#timer);
    this.#before = location.hash;
    this.#timer = window.setTimeout(() => void this.#replace(engine, experiment), WRITE_DELAY_MS);
  }

  /** The whole address of an experiment. */
  async url(engine: Engine, experiment: Experiment): Promise<string> {
    const [own] = split(location.hash);
    const link = await engine.call('toLink', experiment);
    const fragment = [link, ...own, this.#rest].filter(Boolean).join('&');
    return location.href.split('#')[0] + (fragment && `#${fragment}`);
  }

  /** Copies the address; what is to be said about it. */
  async share(engine: Engine, experiment: Experiment): Promise<{ title: string; problems: []; passing: boolean }> {
    const url = await this.url(engine, experiment);
    const copied = await toClipboard(url);
    const title = copied ? 'The link to this experiment is copied.' : `The link to this experiment: ${url}`;
    return { title, problems: [], passing: copied };
  }

  /** Unless somebody has gone to another address since. */
  async #replace(engine: Engine, experiment: Experiment): Promise<void> {
    const url = await this.url(engine, experiment).catch(() => null);
    if (url === null || url === location.href || location.hash !== this.#before) return;
    history.replaceState(history.state, '', url);
    this.#written = location.hash;
  }

  readonly #onHash = (): void => {
    if (location.hash !== this.#written) this.changed();
  };
}

/** The pairs of a fragment: those of the page, and the rest. */
function split(hash: string): [string[], string[]] {
  const pairs = hash.replace(/^#/, '').split('&').filter(Boolean);
  const isPage = (pair: string) => PAGE_KEYS.includes(keyOf(pair));
  return [pairs.filter(isPage), pairs.filter((pair) => !isPage(pair))];
}

function ofKeys(hash: string, keys: readonly string[]): string[] {
  return split(hash)[0].filter((pair) => keys.includes(keyOf(pair)));
}

function keyOf(pair: string): string {
  return pair.split('=')[0] ?? '';
}
