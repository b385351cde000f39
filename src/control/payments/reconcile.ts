/**
 * Compares our payments with Stripe's, both ways: each that is paid on one side has to be paid on the other, with the same
 * amount, and as much of it returned. What differs is counted, logged, and told by `doctor`; nothing is changed by itself,
 * since only somebody who looks can say which side is wrong.
 */
import { and, eq, gte, lte, type SQL, sql } from 'drizzle-orm';
import type { PgColumn } from 'drizzle-orm/pg-core';
import type Stripe from 'stripe';
import { type Id, isId } from '../../link/ids.ts';
import { faultFields } from '../../log/log.ts';
import { CENT_MICRO_USD } from './cents.ts';
import type { PaymentParts } from './parts.ts';
import { planSubscription } from './plans/schema.ts';
import { paidInvoices, type TheirInvoice, unknownDisputes } from './reconcile-more.ts';
import { type Payment, payment, paymentReturn } from './schema.ts';

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
/** So far back each look goes. */
const SPAN_MS = 35 * DAY_MS;
/** What is younger may still be on its way. */
const YOUNG_MS = HOUR_MS;
const FIRST_LOOK_MS = 60_000;
/** As many as Stripe hands out at once. */
const PAGE = 100;
/** So many are compared at once. */
const BATCH = 1_000;
/** Named of each look; all are counted. */
const NAMED_MAX = 100;

export const DIFFERENCES = ['unbooked', 'unpaid', 'amount', 'returned', 'invoice', 'dispute'] as const;

/**
 * `unbooked`: paid at Stripe alone. `unpaid`: paid here alone. `amount`, `returned`: not as much on both sides. `invoice`: of
 * a plan, paid at Stripe alone; named by the plan. `dispute`: withheld at Stripe, and not known here.
 */
export interface Difference {
  readonly is: (typeof DIFFERENCES)[number];
  readonly payment: Id;
}

export interface Reconciliation {
  /** ISO; null before the first whole look. */
  readonly at: string | null;
  /** Payments of Stripe's that were compared. */
  readonly looked: number;
  readonly count: number;
  /** The first of them. */
  readonly differences: readonly Difference[];
  /** Of Stripe's, those whose account is gone here: nothing to compare with. */
  readonly gone: number;
}

interface Span {
  readonly from: Date;
  readonly until: Date;
}

export class Reconciler {
  readonly #parts: PaymentParts;
  readonly #stopping = new AbortController();
  #last: Reconciliation = { at: null, looked: 0, count: 0, differences: [], gone: 0 };
  #timers: NodeJS.Timeout[] = [];
  #round: Promise<unknown> = Promise.resolve();

  constructor(parts: PaymentParts) {
    this.#parts = parts;
  }

  get last(): Reconciliation {
    return this.#last;
  }

  start(): void {
    this.#timers = [setTimeout(() => this.#soon(), FIRST_LOOK_MS), setInterval(() => this.#soon(), DAY_MS)];
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    for (const timer of this.#timers) clearTimeout(timer);
    await this.#round;
  }

  #soon(): void {
    const { log } = this.#parts.services;
    this.#round = this.#round
      .then(() => this.look())
      .catch((error: unknown) => {
        if (!this.#stopping.signal.aborted) log('warn', 'stripe_away', faultFields(error));
      });
  }

  /**
   * All of it, now. Rejects where Stripe or the database is away; what was found before stays. `tell` hears of how many
   * were compared so far.
   */
  async look(tell: (looked: number) => void = () => {}): Promise<Reconciliation> {
    const until = this.#parts.now() - YOUNG_MS;
    const span = { from: new Date(until - SPAN_MS), until: new Date(until) };
    const found: Difference[] = [];
    const seen = new Set<Id>();
    const there = await this.#returnedAtStripe(span);
    let looked = 0;
    let gone = 0;
    const compareAll = async (batch: readonly Theirs[]) => {
      const ours = await this.#ours(
        among(
          payment.id,
          batch.map(({ id }) => id),
          'uuid',
        ),
        span,
      );
      for (const theirs of batch) {
        const row = ours.get(theirs.id);
        if (row === undefined) gone++;
        else found.push(...compare(row, theirs, there.get(theirs.intent)));
      }
    };
    // One batch is compared while the next comes in.
    let comparing: Promise<void> = Promise.resolve();
    for await (const batch of this.#batchesOfStripe(span)) {
      looked += batch.length;
      tell(looked);
      for (const { id } of batch) seen.add(id);
      await comparing;
      comparing = compareAll(batch);
      // Heard below, also where Stripe breaks off first.
      comparing.catch(() => {});
    }
    await comparing;
    const invoices = await this.#invoices(span, there, seen);
    found.push(...invoices.found, ...(await this.#disputed(span)), ...(await this.#unpaid(span, seen)));
    this.#last = {
      at: new Date(this.#parts.now()).toISOString(),
      looked: looked + invoices.looked,
      count: found.length,
      differences: found.slice(0, NAMED_MAX),
      gone,
    };
    if (found.length > 0) this.#parts.services.log('warn', 'billing_differs', { count: found.length });
    return this.#last;
  }

  /** Those that succeeded and bear a number of ours, many at once. */
  async *#batchesOfStripe(span: Span): AsyncGenerator<Theirs[]> {
    let after: string | undefined;
    let batch: Theirs[] = [];
    do {
      this.#stopping.signal.throwIfAborted();
      const page = await this.#parts.stripe.paymentIntents.list(listOf(span, after));
      batch.push(...page.data.flatMap(theirsIn));
      after = page.has_more ? page.data.at(-1)?.id : undefined;
      if (batch.length < BATCH && after !== undefined) continue;
      yield batch;
      batch = [];
    } while (after !== undefined);
  }

  /** What went back, by payment. Disputes are told by webhooks alone. */
  async #returnedAtStripe({ from, until }: Span): Promise<Map<string, Returned>> {
    const sums = new Map<string, Returned>();
    let after: string | undefined;
    do {
      this.#stopping.signal.throwIfAborted();
      const page = await this.#parts.stripe.refunds.list(listOf({ from }, after));
      for (const { payment_intent: intent, amount, status, created } of page.data)
        if (typeof intent === 'string' && status !== 'failed' && status !== 'canceled')
          sums.set(
            intent,
            added(sums.get(intent), amount * CENT_MICRO_USD, created * 1000 <= until.getTime()),
          );
      after = page.has_more ? page.data.at(-1)?.id : undefined;
    } while (after !== undefined);
    return sums;
  }

  async #ours(which: SQL, { until }: Span): Promise<Map<Id, Ours>> {
    const refunds = sql`${paymentReturn.kind} = 'refund' and ${paymentReturn.state} = 'taken'`;
    const sum = (counted: SQL) =>
      sql<string>`coalesce(sum(${paymentReturn.gross}) filter (where ${counted}), 0)`.mapWith(Number);
    const rows = await this.#parts.services.db
      .select({
        id: payment.id,
        state: payment.state,
        intent: payment.intent,
        invoice: payment.invoice,
        gross: payment.gross,
        all: sum(refunds),
        old: sum(sql`${refunds} and ${paymentReturn.at} <= ${until.toISOString()}::timestamptz`),
      })
      .from(payment)
      .leftJoin(paymentReturn, eq(paymentReturn.payment, payment.id))
      .where(which)
      .groupBy(payment.id);
    return new Map(rows.map((row) => [row.id, row]));
  }

  /** Of plans: those that were booked are told in `seen`. */
  async #invoices(span: Span, there: ReadonlyMap<string, Returned>, seen: Set<Id>) {
    const found: Difference[] = [];
    let looked = 0;
    for await (const page of paidInvoices(this.#parts, createdIn(span), this.#stopping.signal)) {
      looked += page.length;
      const its = page.map(({ invoice }) => invoice);
      const rows = await this.#ours(among(payment.invoice, its, 'text'), span);
      const ours = new Map([...rows.values()].map((row) => [row.invoice, row]));
      const plans = await this.#plansAmong(page);
      for (const { plan, invoice, intent, gross } of page) {
        const row = ours.get(invoice);
        if (row !== undefined) {
          seen.add(row.id);
          const theirs = { id: row.id, intent: intent ?? row.intent ?? '', gross };
          found.push(...compare(row, theirs, there.get(theirs.intent)));
        } else if (plans.has(plan)) found.push({ is: 'invoice', payment: plan });
      }
    }
    return { found, looked };
  }

  async #plansAmong(page: readonly TheirInvoice[]): Promise<Set<Id>> {
    const ids = page.map(({ plan }) => plan);
    const rows = await this.#parts.services.db
      .select({ id: planSubscription.id })
      .from(planSubscription)
      .where(among(planSubscription.id, ids, 'uuid'));
    return new Set(rows.map(({ id }) => id));
  }

  async #disputed(span: Span): Promise<Difference[]> {
    const found = await unknownDisputes(this.#parts, createdIn(span), this.#stopping.signal);
    return found.map((id) => ({ is: 'dispute', payment: id }));
  }

  /** Asked for and booked within the span, so that Stripe's is in it as well. */
  async #unpaid({ from, until }: Span, seen: ReadonlySet<Id>): Promise<Difference[]> {
    const rows = await this.#parts.services.db
      .select({ id: payment.id })
      .from(payment)
      .where(and(eq(payment.state, 'paid'), gte(payment.askedAt, from), lte(payment.paidAt, until)));
    return rows.filter(({ id }) => !seen.has(id)).map(({ id }) => ({ is: 'unpaid', payment: id }));
  }
}

interface Theirs {
  /** Our number of it. */
  readonly id: Id;
  readonly intent: string;
  /** Cents. */
  readonly gross: number;
}

/** Micro-dollars: all that is known, and what is old enough to be known on the other side. */
interface Returned {
  readonly all: number;
  readonly old: number;
}
const NOTHING: Returned = { all: 0, old: 0 };

const added = ({ all, old }: Returned = NOTHING, amount: number, isOld: boolean): Returned => ({
  all: all + amount,
  old: old + (isOld ? amount : 0),
});

const createdIn = ({ from, until }: Span) => ({
  gte: Math.floor(from.getTime() / 1000),
  lte: Math.floor(until.getTime() / 1000),
});

const among = (column: PgColumn, values: readonly string[], type: 'uuid' | 'text'): SQL =>
  sql`${column} = any(${`{${values.join(',')}}`}::${sql.raw(type)}[])`;

const listOf = ({ from, until }: Partial<Span> & Pick<Span, 'from'>, after: string | undefined) => ({
  limit: PAGE,
  created: {
    gte: Math.floor(from.getTime() / 1000),
    ...(until !== undefined && { lte: Math.floor(until.getTime() / 1000) }),
  },
  ...(after !== undefined && { starting_after: after }),
});

function theirsIn({ id, status, amount_received, metadata }: Stripe.PaymentIntent): Theirs[] {
  const ours = metadata.payment;
  if (status !== 'succeeded' || ours === undefined || !isId(ours)) return [];
  return [{ id: ours, intent: id, gross: amount_received }];
}

type Ours = Pick<Payment, 'id' | 'state' | 'intent' | 'invoice' | 'gross'> & Returned;

/** At most one: the first that differs. `there`: returned, by Stripe's books. */
function compare(ours: Ours, { id, intent, gross }: Theirs, there: Returned = NOTHING): Difference[] {
  if (ours.state !== 'paid' || ours.intent !== intent) return [{ is: 'unbooked', payment: id }];
  if (ours.gross !== gross * CENT_MICRO_USD) return [{ is: 'amount', payment: id }];
  if (ours.all < there.old || there.all < ours.old) return [{ is: 'returned', payment: id }];
  return [];
}
