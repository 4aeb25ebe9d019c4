/** The output layer that is looked at, and what the engine says of it. */
import { type Engine, EngineError } from './engine/client';
import type { Catalogue, OutputReading, OutputSpec, Problem } from './engine/types';

export class OutputDesk {
  reading: OutputReading | null = null;
  problems: readonly Problem[] = [];
  #spec: OutputSpec | null = null;
  #asked = '';
  #asking = false;

  constructor(
    private readonly engine: () => Engine,
    private readonly catalogue: () => Catalogue | null,
    private readonly changed: () => void,
  ) {}

  get spec(): OutputSpec | null {
    return this.#spec ?? this.catalogue()?.outputs.find(({ task }) => task === 'classes') ?? null;
  }

  /** Reads what a link says; what of it was not understood. */
  async read(link: string): Promise<readonly Problem[]> {
    const { output, problems } = await this.engine().call('outputFromLink', link);
    this.#spec = output;
    return problems;
  }

  change(spec: OutputSpec): void {
    this.#spec = spec;
    this.changed();
  }

  /** Has it read if it is not yet; of several that are asked for in a row only the last one counts. */
  async ready(): Promise<void> {
    const { spec } = this;
    const key = JSON.stringify(spec);
    if (!spec || this.#asking || key === this.#asked) return;
    this.#asking = true;
    this.#asked = key;
    try {
      this.reading = await this.engine().call('readOutput', spec);
      this.problems = [];
    } catch (error) {
      if (!(error instanceof EngineError)) throw error;
      this.problems = error.problems;
    } finally {
      this.#asking = false;
      this.changed();
    }
  }
}
