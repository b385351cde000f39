/** Work that goes on by itself: one round at a time, woken by what happens and by the clock, until it is stopped. */
import { faultFields, type Log } from '../log/log.ts';

export interface RoundParts {
  /** How often it looks without being woken. */
  readonly everyMs: number;
  /** Ends early where the signal says so. What it throws is a fault of this round; the next one begins anew. */
  readonly work: (signal: AbortSignal) => Promise<void>;
  readonly log: Log;
}

export class Rounds {
  readonly #parts: RoundParts;
  readonly #stopping = new AbortController();
  #timer: NodeJS.Timeout | null = null;
  #round: Promise<void> = Promise.resolve();
  #isAsked = false;

  constructor(parts: RoundParts) {
    this.#parts = parts;
  }

  /** Aborted by `stop`. */
  get signal(): AbortSignal {
    return this.#stopping.signal;
  }

  start(): void {
    this.wake();
    this.#timer = setInterval(() => this.wake(), this.#parts.everyMs);
  }

  /** A round, soon; asked for again before it begins, it is the same one. */
  wake(): void {
    if (this.#isAsked || this.signal.aborted) return;
    this.#isAsked = true;
    this.#round = this.#round.then(() => this.#work());
  }

  /** Lets what is under way end and begins nothing. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    if (this.#timer !== null) clearInterval(this.#timer);
    await this.#round;
  }

  async #work(): Promise<void> {
    this.#isAsked = false;
    try {
      await this.#parts.work(this.signal);
    } catch (error) {
      if (!this.signal.aborted) this.#parts.log('error', 'fault', faultFields(error));
    }
  }
}
