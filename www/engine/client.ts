/** The page's side of the worker: questions as promises. */
import type { Answer, Argument, CallName, Failure, FromWorker, ToWorker } from './messages';
import type { Problem } from './types';

/** The engine did not accept something, and says what. */
export class EngineError extends Error {
  override readonly name = 'EngineError';
  readonly problems: readonly Problem[];
  readonly fatal: boolean;

  constructor(failure: Failure) {
    super(failure.message);
    this.problems = failure.problems;
    this.fatal = failure.fatal;
  }
}

interface Waiting {
  resolve(answer: unknown): void;
  reject(error: Error): void;
}

export class Engine {
  readonly #worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' });
  readonly #waiting = new Map<number, Waiting>();
  #asked = 0;
  #closed = false;

  /** Called while a replay is under way, and when the worker breaks. */
  constructor(
    onReplay: (done: number, total: number) => void,
    private readonly onStop: (message: string) => void,
  ) {
    this.#worker.addEventListener('message', ({ data }: MessageEvent<FromWorker>) => {
      if ('replay' in data) onReplay(data.replay.done, data.replay.total);
      else this.#settle(data);
    });
    this.#worker.addEventListener('error', (event) => {
      event.preventDefault();
      this.#stop(event.message || 'The engine did not load.');
    });
  }

  call<K extends CallName>(call: K, argument: Argument<K>, transfer: Transferable[] = []): Promise<Answer<K>> {
    // Nobody is there to answer.
    if (this.#closed)
      return Promise.reject(new EngineError({ message: 'The engine has stopped.', problems: [], fatal: true }));
    this.#asked += 1;
    const id = this.#asked;
    return new Promise<Answer<K>>((resolve, reject) => {
      this.#waiting.set(id, { resolve: (answer) => resolve(answer as Answer<K>), reject });
      this.#worker.postMessage({ id, call, argument } as ToWorker, transfer);
    });
  }

  stopReplay(): void {
    this.#worker.postMessage({ call: 'stopReplay' } satisfies ToWorker);
  }

  close(): void {
    this.#closed = true;
    this.#worker.terminate();
    this.#waiting.clear();
  }

  #settle(data: Exclude<FromWorker, { replay: unknown }>): void {
    const waiting = this.#waiting.get(data.id);
    this.#waiting.delete(data.id);
    if ('answer' in data) {
      waiting?.resolve(data.answer);
      return;
    }
    waiting?.reject(new EngineError(data.failure));
    if (data.failure.fatal) this.#stop(data.failure.message);
  }

  #stop(message: string): void {
    for (const { reject } of this.#waiting.values()) reject(new EngineError({ message, problems: [], fatal: true }));
    this.close();
    this.onStop(message);
  }
}
