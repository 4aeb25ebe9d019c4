/** The stack that is looked at, and what the engine says of it. */
import type { Engine } from './engine/client';
import { EngineError } from './engine/client';
import type { Catalogue, Problem, StackProfile, StackSpec } from './engine/types';

/** How a stack is looked at. */
export interface DepthLook {
  readonly shown: 'gradient' | 'outputs';
  /** The activation whose outputs are drawn layer by layer. */
  readonly focus: number;
}

export class DepthDesk {
  look: DepthLook = { shown: 'gradient', focus: 0 };
  profiles: readonly StackProfile[] = [];
  /** What the profiles are of. */
  profiled: StackSpec | null = null;
  problems: readonly Problem[] = [];
  #spec: StackSpec | null = null;
  #asked = '';
  #asking = false;

  constructor(
    private readonly engine: () => Engine,
    private readonly ground: () => { readonly catalogue: Catalogue | null; readonly seed: number },
    private readonly changed: () => void,
  ) {}

  /** The stack with the seed of the experiment. */
  get spec(): StackSpec | null {
    const { catalogue, seed } = this.ground();
    const spec = this.#spec ?? catalogue?.stack;
    return spec ? { ...spec, seed } : null;
  }

  /** Reads what a link says about a stack; what of it was not understood. */
  async read(link: string): Promise<readonly Problem[]> {
    const { stack, problems } = await this.engine().call('stackFromLink', link);
    this.#spec = stack;
    return problems;
  }

  change(spec: StackSpec): void {
    this.#spec = spec;
    this.look = { ...this.look, focus: Math.min(this.look.focus, spec.activations.length - 1) };
    this.changed();
  }

  readonly view = (look: Partial<DepthLook>): void => {
    this.look = { ...this.look, ...look };
    this.changed();
  };

  /** Has the stack profiled if it is not yet; of several that are asked for in a row only the last one counts. */
  async ready(): Promise<void> {
    const { spec } = this;
    const key = JSON.stringify(spec);
    if (!spec || this.#asking || key === this.#asked) return;
    this.#asking = true;
    this.#asked = key;
    try {
      const profiles = await this.engine().call('stackProfiles', spec);
      [this.profiles, this.profiled, this.problems] = [profiles, spec, []];
    } catch (error) {
      if (!(error instanceof EngineError)) throw error;
      this.problems = error.problems;
    } finally {
      this.#asking = false;
      this.changed();
    }
  }
}
