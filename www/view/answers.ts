/** Answers of the engine that never change, asked for one after the other so that training goes on between them. */
import type { Engine } from '../engine/client';
import type { Answer, Argument } from '../engine/messages';

/** Questions whose answer depends on nothing but what is asked. */
type Lasting = 'report' | 'reading' | 'mathml' | 'cost' | 'modulesText';

const MOST = 1000;

export class Answers {
  /** Grows with every answer. */
  version = 0;
  readonly #known = new Map<string, unknown>();
  readonly #held = new Map<string, unknown>();
  readonly #awaited = new Set<string>();
  /** The last question of each kind: what is typed does not wait for a hundred reports. */
  readonly #tails = new Map<Lasting, Promise<void>>();

  constructor(
    private readonly engine: () => Engine,
    private readonly changed: () => void,
  ) {}

  /** The answer; `null` where there is none, `undefined` until it has arrived. */
  get<K extends Lasting>(call: K, argument: Argument<K>): Answer<K> | null | undefined {
    const key = keyOf(call, argument);
    if (this.#known.has(key)) return this.#known.get(key) as Answer<K> | undefined;
    if (this.#known.size >= MOST) this.#known.clear();
    this.#known.set(key, undefined);
    this.#after(call, () => this.#fetch(key, call, argument));
    return undefined;
  }

  /** The answer if it has been asked for. */
  peek<K extends Lasting>(call: K, argument: Argument<K>): Answer<K> | null | undefined {
    return this.#known.get(keyOf(call, argument)) as Answer<K> | null | undefined;
  }

  /** The answer, or the one shown in that place before; while one is awaited for it no other is asked for. */
  hold<K extends Lasting>(place: string, call: K, argument: Argument<K>): Answer<K> | null | undefined {
    const known = this.peek(call, argument);
    if (known !== undefined) this.#held.set(place, known);
    else if (!this.#awaited.has(place)) {
      this.#awaited.add(place);
      this.get(call, argument);
      this.#after(call, () => {
        this.#awaited.delete(place);
        this.changed();
      });
    }
    return this.#held.get(place) as Answer<K> | null | undefined;
  }

  /** A new engine is asked again. */
  restart(): void {
    this.#known.clear();
    this.#awaited.clear();
  }

  #after(call: Lasting, next: () => void | Promise<void>): void {
    this.#tails.set(call, (this.#tails.get(call) ?? Promise.resolve()).then(next));
  }

  async #fetch<K extends Lasting>(key: string, call: K, argument: Argument<K>): Promise<void> {
    const answer = await this.engine()
      .call(call, argument)
      .catch(() => null);
    this.#known.set(key, answer);
    this.version += 1;
    this.changed();
  }
}

function keyOf(call: string, argument: unknown): string {
  return `${call} ${JSON.stringify(argument)}`;
}
