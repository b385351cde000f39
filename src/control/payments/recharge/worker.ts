/**
 * Recharges what is below its bound: looked for by the clock, and at once where a request was refused for want of credit.
 * Where Stripe is away, an attempt waits longer and longer.
 */
import { and, eq, sql } from 'drizzle-orm';
import { faultFields } from '../../../log/log.ts';
import { Rounds } from '../../rounds.ts';
import type { PaymentParts } from '../parts.ts';
import { type Payment, payment } from '../schema.ts';
import { carryOut } from './charge.ts';
import { beginDue } from './due.ts';
import { recharge } from './schema.ts';
import { tellStops } from './tell-stop.ts';

const LOOK_MS = 10_000;
const AT_ONCE = 20;
const WAIT_MS_FIRST = 30_000;
const WAIT_MS_MAX = 3_600_000;

export class Recharges {
  readonly #parts: PaymentParts;
  readonly #rounds: Rounds;

  constructor(parts: PaymentParts) {
    this.#parts = parts;
    this.#rounds = new Rounds({ everyMs: LOOK_MS, work: () => this.#work(), log: parts.services.log });
  }

  start(): void {
    this.#rounds.start();
  }

  wake(): void {
    this.#rounds.wake();
  }

  /** Lets what is under way end and begins nothing. */
  stop(): Promise<void> {
    return this.#rounds.stop();
  }

  async #work(): Promise<void> {
    await beginDue(this.#parts);
    const open = await this.#open();
    await Promise.all(open.map((row) => this.#carryOut(row)));
    await tellStops(this.#parts);
  }

  /** Under way, and not waiting for Stripe to come back. One whose recharge is gone ends, too. */
  async #open(): Promise<Payment[]> {
    const { services, now } = this.#parts;
    const rows = await services.db
      .select({ payment })
      .from(payment)
      .leftJoin(recharge, eq(recharge.account, payment.account))
      .where(
        and(
          eq(payment.way, 'recharge'),
          eq(payment.state, 'open'),
          sql`coalesce(${recharge.nextAt}, '-infinity') <= ${new Date(now()).toISOString()}::timestamptz`,
        ),
      )
      .limit(AT_ONCE);
    return rows.map(({ payment: row }) => row);
  }

  async #carryOut(row: Payment): Promise<void> {
    const { db, log } = this.#parts.services;
    const its = eq(recharge.account, row.account);
    try {
      await carryOut(this.#parts, row);
      await db
        .update(recharge)
        .set({ attempts: 0 })
        .where(and(its, sql`${recharge.attempts} > 0`));
    } catch (error) {
      if (this.#rounds.signal.aborted) return;
      log('warn', 'stripe_away', faultFields(error));
      const wait = sql`least(${WAIT_MS_MAX}, ${WAIT_MS_FIRST} * power(2, least(${recharge.attempts}, 10)))`;
      const from = new Date(this.#parts.now()).toISOString();
      await db
        .update(recharge)
        .set({
          attempts: sql`${recharge.attempts} + 1`,
          nextAt: sql`${from}::timestamptz + ${wait} * interval '1 millisecond'`,
        })
        .where(its);
    }
  }
}
