/**
 * The sequences of the context, lent to one answer at a time, first come, first served. A sequence is emptied before
 * it is lent again: nothing of one request is left for the next (INFER-1).
 */
import type { LlamaContext, LlamaContextSequence } from 'node-llama-cpp';
import { engineBusy } from '../api/api-error.ts';

interface Waiter {
  readonly lend: (sequence: LlamaContextSequence) => void;
  readonly give: (reason: unknown) => void;
}

export class Slots {
  #free: LlamaContextSequence[] = [];
  #waiting: Waiter[] = [];
  #running = 0;
  readonly #context: LlamaContext;
  readonly #queueMax: number;

  constructor(context: LlamaContext, queueMax: number) {
    this.#context = context;
    this.#queueMax = queueMax;
    while (context.sequencesLeft > 0) this.#free.push(context.getSequence());
  }

  get running(): number {
    return this.#running;
  }

  get queued(): number {
    return this.#waiting.length;
  }

  /** Refuses a request whose `answers` would not fit the queue with 429, before anything of it is started. */
  admit(answers: number): void {
    const places = this.#context.totalSequences + this.#queueMax - this.#running - this.#waiting.length;
    if (answers > places) throw engineBusy();
  }

  /** Runs `work` on a sequence of its own, as soon as one is free. Rejects with the signal's reason when aborted. */
  async use<T>(signal: AbortSignal, work: (sequence: LlamaContextSequence) => Promise<T>): Promise<T> {
    const sequence = await this.#take(signal);
    try {
      signal.throwIfAborted();
      return await work(sequence);
    } finally {
      this.#running--;
      void this.#giveBack(sequence);
    }
  }

  #take(signal: AbortSignal): Promise<LlamaContextSequence> {
    signal.throwIfAborted();
    const free = this.#free.pop();
    if (free !== undefined) {
      this.#running++;
      return Promise.resolve(free);
    }
    const { promise, resolve, reject } = Promise.withResolvers<LlamaContextSequence>();
    const waiter: Waiter = { lend: resolve, give: reject };
    this.#waiting.push(waiter);
    const leave = () => {
      this.#waiting = this.#waiting.filter((other) => other !== waiter);
      waiter.give(signal.reason);
    };
    signal.addEventListener('abort', leave, { once: true });
    return promise.finally(() => signal.removeEventListener('abort', leave));
  }

  /** Empties the sequence and lends it to who waits; the answer that used it does not wait for that. */
  async #giveBack(sequence: LlamaContextSequence): Promise<void> {
    const next = await this.#emptied(sequence).catch(() => null);
    if (next === null) return;
    const waiter = this.#waiting.shift();
    if (waiter === undefined) {
      this.#free.push(next);
      return;
    }
    this.#running++;
    waiter.lend(next);
  }

  /** The sequence without its state; another one in its place where it cannot be emptied. */
  async #emptied(sequence: LlamaContextSequence): Promise<LlamaContextSequence | null> {
    if (this.#context.disposed) return null;
    try {
      await sequence.clearHistory();
      return sequence;
    } catch {
      await sequence.dispose();
      return this.#context.getSequence();
    }
  }
}
