/** Curves of activations as the engine gives them, fetched once each. */
import type { Engine } from '../engine/client';
import type { Curve, CurveRequest } from '../engine/messages';

/** Curves kept at most; scrubbing a parameter asks for many. */
const MOST = 1000;

/** A curve and what was asked for. */
export interface Held {
  readonly request: CurveRequest;
  readonly curve: Curve;
}

export class Curves {
  /** Grows with every curve that arrives. */
  version = 0;
  /** `null`: asked for, or refused. */
  readonly #known = new Map<string, Curve | null>();
  readonly #held = new Map<string, Held>();
  /** Places whose next curve is under way. */
  readonly #followed = new Set<string>();

  constructor(
    private readonly engine: () => Engine,
    private readonly changed: () => void,
  ) {}

  /** The curve, or `null` until it has arrived. */
  get(activation: string, params: Record<string, number | undefined>, low = -4, high = 4, count = 81): Curve | null {
    return this.ask({ activation, params: params as Record<string, number>, low, high, count });
  }

  ask(request: CurveRequest): Curve | null {
    const key = JSON.stringify(request);
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    if (this.#known.size >= MOST) this.#known.clear();
    this.#known.set(key, null);
    void this.#fetch(key, request);
    return null;
  }

  /** The curve, or until it has arrived the one that was last shown in that place. */
  hold(place: string, request: CurveRequest): Held | null {
    const curve = this.ask(request);
    const held = this.#held.get(place);
    if (!curve || held?.curve === curve) return held ?? null;
    const fresh = { request, curve };
    this.#held.set(place, fresh);
    return fresh;
  }

  /**
   * The curve of what changes all the time, as trained parameters do: the last one that has arrived, of which only that
   * one is kept. There is one question at a time for each place.
   */
  follow(place: string, request: CurveRequest): Held | null {
    const held = this.#held.get(place) ?? null;
    if (this.#followed.has(place) || JSON.stringify(held?.request) === JSON.stringify(request)) return held;
    this.#followed.add(place);
    void this.engine()
      .call('curve', request)
      .then((curve) => this.#held.set(place, { request, curve }))
      .catch(() => null)
      .finally(() => {
        this.#followed.delete(place);
        this.changed();
      });
    return held;
  }

  /** What is held in a place belongs to another activation now. */
  release(place: string): void {
    this.#held.delete(place);
  }

  /** A new engine is asked again for what the old one did not answer. */
  restart(): void {
    this.#followed.clear();
    this.#known.clear();
  }

  async #fetch(key: string, request: CurveRequest): Promise<void> {
    const curve = await this.engine()
      .call('curve', request)
      .catch(() => null);
    // What was refused stays unknown: asking again would be refused again.
    if (!curve) return;
    this.#known.set(key, curve);
    this.version += 1;
    this.changed();
  }
}
