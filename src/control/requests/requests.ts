/** Requests go on by themselves: what is due soon after it is, what others left behind once an hour. */
import { faultFields, type Log } from '../../log/log.ts';
import { isOutage } from '../../store/failures.ts';
import { ClockDoubted } from '../../store/retention/clock.ts';
import { dropProofs } from './agent-proof.ts';
import { dueNext, endIntakes, goOn, lapseErased, putOff, takeUpDeletions } from './go-on.ts';
import { dropLadders } from './ladder-wait.ts';
import { followErasures, lookAfterTasks } from './outside.ts';
import { endOutsiders, mailOutsiders } from './outsider.ts';
import type { RequestParts } from './parts.ts';
import type { RequestRow } from './schema.ts';
import { warnDeciders } from './warn.ts';

const LOOK_MS = 5_000;
const HOUR_MS = 3_600_000;
/** What failed is tried again after so long. */
const AGAIN_MS = 60_000;

export class Requests {
  readonly #parts: RequestParts;
  readonly #log: Log;
  readonly #stopping = new AbortController();
  #timer: NodeJS.Timeout | null = null;
  #round: Promise<void> = Promise.resolve();
  #lookedBehindAt = 0;

  constructor(parts: RequestParts, log: Log) {
    this.#parts = parts;
    this.#log = log;
  }

  start(): void {
    this.wake();
    this.#timer = setInterval(() => this.wake(), LOOK_MS);
  }

  /** Looks what is due, soon; resolves when it has. */
  wake(): Promise<void> {
    this.#round = this.#round.then(() => this.#work());
    return this.#round;
  }

  /** Lets the step under way end and begins no other. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    if (this.#timer !== null) clearInterval(this.#timer);
    await this.#round;
  }

  async #work(): Promise<void> {
    if (this.#stopping.signal.aborted) return;
    const now = performance.now();
    try {
      for (const row of await dueNext(this.#parts)) await this.#goOn(row);
      await followErasures(this.#parts);
      await mailOutsiders(this.#parts);
      if (this.#lookedBehindAt !== 0 && now - this.#lookedBehindAt < HOUR_MS) return;
      await takeUpDeletions(this.#parts);
      await lapseErased(this.#parts);
      await endIntakes(this.#parts);
      await dropProofs(this.#parts);
      await dropLadders(this.#parts);
      await warnDeciders(this.#parts);
      await lookAfterTasks(this.#parts);
      await endOutsiders(this.#parts);
      this.#lookedBehindAt = now;
    } catch (error) {
      this.#fault(error);
    }
  }

  /** One that fails hinders no other. */
  async #goOn(row: RequestRow): Promise<void> {
    if (this.#stopping.signal.aborted) return;
    try {
      await goOn(this.#parts, row);
    } catch (error) {
      if (isOutage(error)) throw error;
      this.#fault(error);
      await putOff(this.#parts, row.id, this.#parts.erasing.store.now() + AGAIN_MS);
    }
  }

  #fault(error: unknown): void {
    if (this.#stopping.signal.aborted) return;
    const code = error instanceof ClockDoubted ? { code: error.code } : {};
    this.#log('error', 'fault', { ...faultFields(error), ...code });
  }
}
