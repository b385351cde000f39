/** What goes on by itself: deadlines are told of, and people are told. */
import { faultFields, type Log } from '../../log/log.ts';
import { ClockDoubted } from '../../store/retention/clock.ts';
import { Rounds } from '../rounds.ts';
import type { BreachParts } from './parts.ts';
import { remindOf } from './remind.ts';
import { allStanding } from './rows.ts';
import { tellPeople } from './tell-people.ts';

const LOOK_MS = 15_000;

export class Breaches {
  readonly #parts: BreachParts;
  readonly #log: Log;
  readonly #rounds: Rounds;

  constructor(parts: BreachParts, log: Log) {
    this.#parts = parts;
    this.#log = log;
    this.#rounds = new Rounds({ everyMs: LOOK_MS, work: (signal) => this.#work(signal), log });
  }

  start(): void {
    this.#rounds.start();
  }

  /** Looks what is due, soon. */
  wake(): void {
    this.#rounds.wake();
  }

  async stop(): Promise<void> {
    await this.#rounds.stop();
  }

  async #work(signal: AbortSignal): Promise<void> {
    const open = (await allStanding(this.#parts)).filter(({ closedAt }) => closedAt === null);
    if (open.length === 0) return;
    for (const standing of open) {
      if (signal.aborted) return;
      if (standing.sending !== null && standing.sent === null)
        await tellPeople(this.#parts, standing, signal);
    }
    const now = await this.#believed();
    if (now === null) return;
    let told = false;
    for (const standing of open) {
      if (signal.aborted) break;
      if (await remindOf(this.#parts, standing, now)) told = true;
    }
    if (told) this.#parts.signIn.notices.wake();
  }

  /** Null: the clock is doubted, and no deadline is told of before it is not. */
  async #believed(): Promise<number | null> {
    try {
      return await this.#parts.believed();
    } catch (error) {
      if (!(error instanceof ClockDoubted)) throw error;
      this.#log('error', 'fault', { ...faultFields(error), code: error.code });
      return null;
    }
  }
}
