/** The sample under the microscope, and how far it is on its way through the network and back. */
import { type Engine, EngineError } from './engine/client';
import type { Frame, Unit } from './engine/messages';
import type { Microscope, Problem } from './engine/types';

/** From the weighted sum to the update. */
export const PHASES = 6;

export class MicroDesk {
  row = 0;
  phase = 0;
  /** The unit whose numbers are spelled out. */
  unit: Unit = { layer: 0, unit: 0 };
  seen: Microscope | null = null;
  problems: readonly Problem[] = [];
  #frame: Frame | null = null;
  #asked = -1;
  #asking = false;

  constructor(
    private readonly engine: () => Engine,
    private readonly changed: () => void,
  ) {}

  look({ row, phase, unit }: { row?: number; phase?: number; unit?: Unit }): void {
    if (row !== undefined) this.row = row;
    if (phase !== undefined) this.phase = Math.max(0, Math.min(PHASES - 1, phase));
    if (unit) this.unit = unit;
    this.changed();
  }

  /** Looks again if the network is not as it was, or at another sample. */
  async ready(frame: Frame | null): Promise<void> {
    if (!frame || this.#asking || (frame === this.#frame && this.row === this.#asked)) return;
    [this.#asking, this.#frame, this.#asked] = [true, frame, this.row];
    try {
      this.seen = await this.engine().call('microscope', this.row);
      this.problems = [];
      const { layers } = this.seen;
      const layer = Math.min(this.unit.layer, layers.length - 1);
      this.unit = { layer, unit: Math.min(this.unit.unit, (layers[layer]?.z.length ?? 1) - 1) };
    } catch (error) {
      if (!(error instanceof EngineError)) throw error;
      [this.seen, this.problems] = [null, error.problems];
    } finally {
      this.#asking = false;
      this.changed();
    }
  }
}
