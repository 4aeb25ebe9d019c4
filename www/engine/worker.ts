/** The worker: loads the engine, answers one question after the other. */

import type { Failure, FromWorker, ToWorker } from './messages';
import init from './pkg/engine.js';
import wasmUrl from './pkg/engine_bg.wasm?url';
import { Trainer } from './trainer';
import type { Problem } from './types';

const send = (message: FromWorker, transfer: Transferable[] = []) => self.postMessage(message, { transfer });
const trainer = new Trainer((done, total) => send({ replay: { done, total } }));
const panics = keepPanics();

// Questions are answered in order, although some answers have to wait for a file.
const engine = { ready: load(), tail: Promise.resolve() };

self.addEventListener('message', ({ data }: MessageEvent<ToWorker>) => {
  if (data.call === 'stopReplay') trainer.stopReplay();
  else engine.tail = engine.tail.then(() => answer(data));
});

async function load(): Promise<void> {
  const response = await fetch(wasmUrl);
  if (!response.ok) throw new Error(`The engine did not load (${response.status}).`);
  await init({ module_or_path: response });
}

async function answer(question: Exclude<ToWorker, { call: 'stopReplay' }>): Promise<void> {
  const { id, call, argument } = question;
  try {
    await engine.ready;
    const reply: unknown = await trainer[call](argument as never);
    send({ id, answer: reply }, buffersOf(reply));
  } catch (error) {
    send({ id, failure: failureOf(error) });
  }
}

/** The typed arrays of an answer, to be handed over. */
function buffersOf(reply: unknown): Transferable[] {
  if (ArrayBuffer.isView(reply)) return [reply.buffer as ArrayBuffer];
  if (typeof reply !== 'object' || reply === null) return [];
  return Object.values(reply).flatMap((part: unknown) => {
    if (ArrayBuffer.isView(part)) return [part.buffer as ArrayBuffer];
    return part !== null && typeof part === 'object' && 'epochs' in part ? buffersOf(part) : [];
  });
}

function failureOf(error: unknown): Failure {
  const problems = (error as { problems?: readonly Problem[] } | null)?.problems ?? [];
  const fatal = error instanceof WebAssembly.RuntimeError;
  const message = error instanceof Error ? error.message : String(error);
  return { message: (fatal && panics.last) || message, problems, fatal };
}

/** A panic reaches us as "unreachable"; what it says goes to the console, so that is where we listen. */
function keepPanics(): { last: string } {
  const kept = { last: '' };
  const report = console.error.bind(console);
  console.error = (...what: unknown[]) => {
    const text = String(what[0]);
    if (text.startsWith('panicked at')) kept.last = text.split('\n').slice(0, 2).join(' ');
    report(...what);
  };
  return kept;
}
