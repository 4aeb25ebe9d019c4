/** Curves of activations as the engine gives them, fetched once each. */
import type { Engine } from '../engine/client';
import type { Curve, CurveRequest } from '../engine/messages';

/** Curves kept at most; scrubbing a parameter asks for many. */
const MOST = 400;

export class Curves {
  /** Grows with every curve that arrives. */
  version = 0;
  readonly #known = new Map<string, Curve | null>();

  constructor(
    private readonly engine: () => Engine,
    private readonly changed: () => void,
  ) {}

  /** The curve, or `null` until it has arrived. */
  get(activation: string, params: Record<string, number | undefined>, low = -4, high = 4, count = 81): Curve | null {
    const key = JSON.stringify([activation, params, low, high, count]);
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    if (this.#known.size >= MOST) this.#known.clear();
    this.#known.set(key, null);
    void this.#fetch(key, { activation, params: params as Record<string, number>, low, high, count });
    return null;
  }

  async #fetch(key: string, request: CurveRequest): Promise<void> {
    const curve = await this.engine()
      .call('curve', request)
      .catch(() => null);
    if (curve) this.#known.set(key, curve);
    else this.#known.delete(key);
    this.version += 1;
    this.changed();
  }
}
