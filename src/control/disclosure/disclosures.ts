/** Cases go on by themselves: people are told when it is due, staff of what is overdue, gags end, and keys of closed cases get their end. */
import { eq } from 'drizzle-orm';
import { faultFields, type Log } from '../../log/log.ts';
import { runHeldErasures } from '../../store/erasure/resume.ts';
import { ClockDoubted } from '../../store/retention/clock.ts';
import { Rounds } from '../rounds.ts';
import { endKeyOf } from './end-case.ts';
import { tellDue, untold } from './notice.ts';
import type { DisclosureParts } from './parts.ts';
import { disclosureCase } from './schema.ts';
import { tellOverdue } from './tell-overdue.ts';

const LOOK_MS = 5_000;
const HOUR_MS = 3_600_000;

export class Disclosures {
  readonly #parts: DisclosureParts;
  readonly #log: Log;
  readonly #onTold: () => void;
  readonly #rounds: Rounds;
  #lookedBehindAt = Number.NEGATIVE_INFINITY;

  /** `onTold`: what may be told is more than before. */
  constructor(parts: DisclosureParts, log: Log, onTold: () => void) {
    this.#parts = parts;
    this.#log = log;
    this.#onTold = onTold;
    this.#rounds = new Rounds({ everyMs: LOOK_MS, work: (signal) => this.#work(signal), log });
  }

  start(): void {
    this.#rounds.start();
  }

  /** Looks what is due, soon. */
  wake(): void {
    this.#rounds.wake();
  }

  /** What a hold kept goes its way, and the key of a closed case gets its end. */
  ended(): void {
    this.#lookedBehindAt = Number.NEGATIVE_INFINITY;
    this.wake();
    void runHeldErasures(this.#parts.erasing.settings).catch((error: unknown) =>
      this.#log('error', 'fault', faultFields(error)),
    );
  }

  async stop(): Promise<void> {
    await this.#rounds.stop();
  }

  async #work(signal: AbortSignal): Promise<void> {
    await this.#tell(signal);
    await tellOverdue(this.#parts);
    if (performance.now() - this.#lookedBehindAt < HOUR_MS) return;
    this.#lookedBehindAt = performance.now();
    const { db } = this.#parts.erasing.store;
    const closed = await db
      .select({ id: disclosureCase.id, closedAt: disclosureCase.closedAt })
      .from(disclosureCase)
      .where(eq(disclosureCase.state, 'closed'));
    for (const each of closed) await endKeyOf(this.#parts, each);
  }

  async #tell(signal: AbortSignal): Promise<void> {
    const due = await untold(this.#parts, this.#parts.erasing.store.now());
    if (due.length === 0) return;
    const now = await this.#believed();
    if (now === null) return;
    for (const { id } of due) {
      if (signal.aborted) return;
      await tellDue(this.#parts, id, now);
    }
    this.#onTold();
    this.#parts.signIn.notices.wake();
  }

  /** Null: the clock is doubted, and nobody is told before it is not. */
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
