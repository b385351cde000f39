/**
 * Asks Stripe when the cards end that something is paid by: once a day, each hour when the end is near, and at once where
 * a card was brought. Dates tell people of it (`dates/ending-cards.ts`).
 */
import { eq, inArray, notInArray, sql } from 'drizzle-orm';
import type { Id } from '../../../link/ids.ts';
import { faultFields } from '../../../log/log.ts';
import type { Tx } from '../../../store/store.ts';
import { Rounds } from '../../rounds.ts';
import type { PaymentParts } from '../parts.ts';
import { stripeCustomer } from '../schema.ts';
import { cardOfCustomer, cardOfPlan, endOf } from './at-stripe.ts';
import { savedCard } from './schema.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const LOOK_MS = 10 * 60_000;
/** From the first notice on. */
const NEAR_MS = 15 * DAY_MS;
const BATCH = 100;
/** Stripe is away when so many looks in a row fail. */
const FAILED_MAX = 3;

/** Accounts that something is paid for by a card of Stripe's, without anybody there. */
const RESTS = sql`
  select c.account_id, c.stripe_customer, r.account_id is not null as recharges, p.stripe_subscription
  from stripe_customer c
  left join recharge r on r.account_id = c.account_id and r.state = 'on'
  left join plan_subscription p on p.account_id = c.account_id and p.state in ('active', 'unpaid')
    and not p.ends_then and not p.is_paused and p.stripe_subscription is not null
  where c.stripe_customer is not null and (r.account_id is not null or p.id is not null)`;

interface Resting {
  readonly account: Id;
  readonly customer: string;
  readonly recharges: boolean;
  /** Null: no plan. */
  readonly subscription: string | null;
}

export class CardLooks extends Rounds {
  readonly #parts: PaymentParts;

  constructor(parts: PaymentParts) {
    super({ everyMs: LOOK_MS, work: (signal) => this.#do(signal), log: parts.services.log });
    this.#parts = parts;
  }

  async #do(signal: AbortSignal): Promise<void> {
    await forgetOthers(this.#parts);
    let failed = 0;
    for (let due = await this.#due(); due.length > 0; due = await this.#due()) {
      for (const each of due) {
        if (signal.aborted || failed === FAILED_MAX) return;
        failed = (await this.#look(each)) ? 0 : failed + 1;
      }
    }
  }

  async #due(): Promise<Resting[]> {
    const { services, now } = this.#parts;
    const { rows } = await services.db.execute<{
      account_id: string;
      stripe_customer: string;
      recharges: boolean;
      stripe_subscription: string | null;
    }>(sql`
      select distinct on (rests.account_id) rests.* from (${RESTS}) rests
      left join saved_card s on s.account_id = rests.account_id
      where coalesce(s.next_at, '-infinity') <= ${new Date(now()).toISOString()}::timestamptz
      order by rests.account_id limit ${BATCH}`);
    return rows.map((row) => ({
      account: row.account_id.replaceAll('-', ''),
      customer: row.stripe_customer,
      recharges: row.recharges,
      subscription: row.stripe_subscription,
    }));
  }

  /** False: Stripe did not answer; what was known stays, and it is asked again in an hour. */
  async #look({ account, customer, recharges, subscription }: Resting): Promise<boolean> {
    const { services, stripe, now } = this.#parts;
    const at = now();
    // Nothing is charged for whoever is going to be deleted, so nobody is asked.
    const stays = !services.keys.inGrace(account);
    try {
      const ofRecharge = recharges && stays ? await cardOfCustomer(stripe, customer) : null;
      const ofPlan = subscription !== null && stays ? await cardOfPlan(stripe, customer, subscription) : null;
      const rechargeEndsAt = coming(endOf(ofRecharge), at);
      const planEndsAt = coming(endOf(ofPlan), at);
      const isNear = [rechargeEndsAt, planEndsAt].some((end) => end !== null && +end - at < NEAR_MS);
      await this.#write(account, {
        rechargeEndsAt,
        planEndsAt,
        nextAt: new Date(at + (isNear ? HOUR_MS : DAY_MS)),
      });
      return true;
    } catch (error) {
      if (this.signal.aborted) return false;
      services.log('warn', 'stripe_away', faultFields(error));
      await this.#write(account, { nextAt: new Date(at + HOUR_MS) });
      return false;
    }
  }

  async #write(account: Id, set: Partial<typeof savedCard.$inferInsert> & { nextAt: Date }): Promise<void> {
    await this.#parts.services.db
      .insert(savedCard)
      .values({ account, ...set })
      .onConflictDoUpdate({ target: savedCard.account, set });
  }
}

/** One that is over is not stored. */
const coming = (end: Date | null, now: number): Date | null => (end !== null && +end > now ? end : null);

/** Of whom nothing is paid by a card any more. */
async function forgetOthers({ services: { db } }: PaymentParts): Promise<void> {
  await db
    .delete(savedCard)
    .where(notInArray(savedCard.account, sql`(select rests.account_id from (${RESTS}) rests)`));
}

/** Somebody brought a card, or chose what it is for: what is known is asked anew. */
export async function lookSoon(tx: Pick<Tx, 'update' | 'select'>, of: CardsOf, at: Date): Promise<void> {
  const its =
    'account' in of
      ? eq(savedCard.account, of.account)
      : inArray(
          savedCard.account,
          tx
            .select({ account: stripeCustomer.account })
            .from(stripeCustomer)
            .where(eq(stripeCustomer.customer, of.customer)),
        );
  await tx.update(savedCard).set({ nextAt: at }).where(its);
}

type CardsOf = { readonly account: Id } | { readonly customer: string };
