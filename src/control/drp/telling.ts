/** Tells agents of changes, soon after they happen, until control stops. */
import { faultFields } from '../../log/log.ts';
import { lookAtChanges, tellDue } from './callbacks.ts';
import type { DrpParts } from './parts.ts';

const LOOK_MS = 5_000;

export class Telling {
  readonly #parts: DrpParts;
  readonly #stopping = new AbortController();
  #timer: NodeJS.Timeout | null = null;
  #round: Promise<void> = Promise.resolve();

  constructor(parts: DrpParts) {
    this.#parts = parts;
  }

  /** Without a configuration there is nothing to do. */
  start(): void {
    if (this.#parts.directory === null) return;
    this.#timer = setInterval(() => {
      this.#round = this.#round.then(() => this.#work());
    }, LOOK_MS);
  }

  /** Breaks off what is being told: it is told again. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    if (this.#timer !== null) clearInterval(this.#timer);
    await this.#round;
  }

  async #work(): Promise<void> {
    const { directory, log } = this.#parts;
    const { signal } = this.#stopping;
    if (signal.aborted || directory === null) return;
    try {
      await lookAtChanges(this.#parts);
      await tellDue(this.#parts, directory, signal);
    } catch (error) {
      if (!signal.aborted) log('error', 'fault', faultFields(error));
    }
  }
}
