/** Tells agents of changes, soon after they happen, until control stops. */
import { Rounds } from '../rounds.ts';
import { lookAtChanges, tellDue } from './callbacks.ts';
import type { DrpParts } from './parts.ts';

const LOOK_MS = 5_000;

export class Telling {
  /** Null: without a configuration there is nothing to do. */
  readonly #rounds: Rounds | null;

  constructor(parts: DrpParts) {
    const { directory, log } = parts;
    const work = async (signal: AbortSignal): Promise<void> => {
      if (directory === null) return;
      await lookAtChanges(parts);
      await tellDue(parts, directory, signal);
    };
    this.#rounds = directory === null ? null : new Rounds({ everyMs: LOOK_MS, work, log });
  }

  start(): void {
    this.#rounds?.start();
  }

  /** Breaks off what is being told: it is told again. */
  async stop(): Promise<void> {
    await this.#rounds?.stop();
  }
}
