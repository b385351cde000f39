/**
 * Carries out stored events: woken by what comes in and by the clock, again with longer and longer waits. Killed anywhere,
 * an event is still `stored`, and each of its steps sees what was done before.
 */
import { and, asc, eq, inArray, lte } from 'drizzle-orm';
import { faultFields } from '../../log/log.ts';
import { Rounds } from '../rounds.ts';
import { lookSoon } from './cards/look.ts';
import type { EventContent } from './event-content.ts';
import type { PaymentParts } from './parts.ts';
import { takeSubscription } from './plans/take-subscription.ts';
import { type Payment, stripeEvent } from './schema.ts';
import { takeEvent, takeEvents } from './take-event.ts';
import { tellCredit } from './tell-credit.ts';
import { settleInvoice, takeUnpaid } from './unpaid/settle.ts';

const LOOK_MS = 15_000;
const BATCH = 64;
/** In one transaction of the writer’s, for which everything else that changes money waits. */
const TOGETHER = 16;
const WAIT_MS_FIRST = 1_000;
const WAIT_MS_MAX = 3_600_000;
/** For what it is about: a refund may be told before its payment. After that it is none of ours. */
const UNKNOWN_MS_MAX = 3 * 86_400_000;

/** Its people are told that there is more credit. */
const TOLD: ReadonlySet<EventContent['is']> = new Set(['paid', 'charged', 'invoice_paid']);
/** For a payment that may be told of later. */
const WAITS: ReadonlySet<EventContent['is']> = new Set(['returned', 'invoice_charged']);

/** What nothing but booking and a mail follows from. */
type TakenTogether = Extract<EventContent, { is: 'paid' | 'returned' }>;
const isTakenTogether = (content: EventContent | null): content is TakenTogether =>
  content?.is === 'paid' || content?.is === 'returned';

type StoredEvent = typeof stripeEvent.$inferSelect;

const isUnpaid = ({ content }: StoredEvent): boolean => content?.is === 'invoice_unpaid';

/** Who goes on with what was told. */
interface Woken {
  /** An invoice turned out not to be paid. */
  readonly unpaid: () => void;
  /** Stripe keeps another card. */
  readonly card: () => void;
}

export class StripeEvents {
  readonly #parts: PaymentParts;
  readonly #wake: Woken;
  readonly #rounds: Rounds;

  constructor(parts: PaymentParts, wake: Woken) {
    this.#parts = parts;
    this.#wake = wake;
    this.#rounds = new Rounds({
      everyMs: LOOK_MS,
      work: (signal) => this.#work(signal),
      log: parts.services.log,
    });
  }

  start(): void {
    this.#rounds.start();
  }

  /** Carries out what is due, soon. */
  wake(): void {
    this.#rounds.wake();
  }

  /** Lets what is under way end and begins nothing. */
  stop(): Promise<void> {
    return this.#rounds.stop();
  }

  async #work(signal: AbortSignal): Promise<void> {
    const { services, now } = this.#parts;
    while (!signal.aborted) {
      const due = await services.db
        .select()
        .from(stripeEvent)
        .where(and(eq(stripeEvent.state, 'stored'), lte(stripeEvent.nextAt, new Date(now()))))
        .orderBy(asc(stripeEvent.nextAt))
        .limit(BATCH);
      const rest = await this.#takeTogether(due, signal);
      // Told late that an invoice was not paid: what says that it is goes first, or its people would be reminded of nothing.
      for (const some of [rest.filter((event) => !isUnpaid(event)), rest.filter(isUnpaid)])
        await Promise.all(some.map((event) => this.#take(event)));
      if (due.length < BATCH) return;
    }
  }

  /**
   * What is booked, many in one transaction each; answers what is left to be taken one by one: what asks Stripe, what does
   * not fit, and those whose transaction failed, so that one of them hinders no other.
   */
  async #takeTogether(due: readonly StoredEvent[], signal: AbortSignal): Promise<StoredEvent[]> {
    const rest = due.filter(({ content }) => !isTakenTogether(content));
    // Payments before what goes back of them.
    const order = ({ content }: StoredEvent) => (content?.is === 'paid' ? 0 : 1);
    const booked = due
      .filter(({ content }) => isTakenTogether(content))
      .sort((one, other) => order(one) - order(other));
    for (let at = 0; at < booked.length && !signal.aborted; at += TOGETHER) {
      const some = booked.slice(at, at + TOGETHER);
      rest.push(...(await this.#bookSome(some).catch(() => some)));
    }
    return rest;
  }

  /** Answers those that are not closed. */
  async #bookSome(some: readonly StoredEvent[]): Promise<StoredEvent[]> {
    const { services } = this.#parts;
    const all = await takeEvents(
      this.#parts,
      some.map(({ content }) => content as TakenTogether),
    );
    const rest = some.filter((_, at) => all[at]?.is !== 'booked');
    const done = some.filter((_, at) => all[at]?.is === 'booked');
    const payments: Payment[] = [];
    for (const [at, taken] of all.entries()) {
      if (taken.is !== 'booked') continue;
      if (taken.microUsd !== 0) services.log('info', 'payment_booked', { account: taken.payment.account });
      if (some[at]?.content?.is === 'paid') payments.push(taken.payment);
    }
    await tellCredit(this.#parts, ...payments);
    await this.#close(done, 'done');
    return rest;
  }

  async #take(event: StoredEvent): Promise<void> {
    try {
      const state = event.content === null ? 'ignored' : await this.#carryOut(event.content);
      if (state === 'unknown' && !this.#isTooOld(event)) await this.#later(event);
      else await this.#close([event], state === 'unknown' ? 'ignored' : state);
    } catch (error) {
      if (this.#rounds.signal.aborted) return;
      this.#parts.services.log('error', 'fault', faultFields(error));
      await this.#later(event);
    }
  }

  async #carryOut(content: EventContent): Promise<'done' | 'odd' | 'unknown' | 'ignored'> {
    const { services } = this.#parts;
    if (content.is === 'subscription')
      return (await takeSubscription(this.#parts, content)) ? 'done' : 'ignored';
    if (content.is === 'invoice_unpaid' || content.is === 'invoice_over') {
      const isOurs = await takeUnpaid(this.#parts, content);
      this.#wake.unpaid();
      return isOurs ? 'done' : 'ignored';
    }
    const taken = await takeEvent(this.#parts, content);
    if (content.is === 'card_kept') {
      await lookSoon(services.db, content, new Date(this.#parts.now()));
      this.#wake.card();
    }
    if (taken.is === 'odd') services.log('error', 'payment_odd');
    // Its row was there before Stripe was asked: without one it is not ours, or its account is erased.
    if (taken.is === 'unknown') return WAITS.has(content.is) ? 'unknown' : 'ignored';
    if (taken.is === 'odd') return 'odd';
    if (taken.is === 'noted') return 'done';
    const { payment, microUsd } = taken;
    if (microUsd !== 0) services.log('info', 'payment_booked', { account: payment.account });
    if (content.is === 'invoice_paid') await settleInvoice(this.#parts, content.invoice, 'paid');
    if (TOLD.has(content.is)) await tellCredit(this.#parts, payment);
    return 'done';
  }

  async #close(events: readonly StoredEvent[], state: 'done' | 'odd' | 'ignored'): Promise<void> {
    if (events.length === 0) return;
    const { db } = this.#parts.services;
    await db
      .update(stripeEvent)
      .set({ state, ...(state !== 'odd' && { content: null }) })
      .where(
        inArray(
          stripeEvent.id,
          events.map(({ id }) => id),
        ),
      );
  }

  async #later({ id, attempts }: StoredEvent): Promise<void> {
    const { services, now } = this.#parts;
    const wait = Math.min(WAIT_MS_MAX, WAIT_MS_FIRST * 2 ** Math.min(attempts, 20));
    await services.db
      .update(stripeEvent)
      .set({ attempts: attempts + 1, nextAt: new Date(now() + wait) })
      .where(eq(stripeEvent.id, id));
  }

  #isTooOld({ receivedAt }: StoredEvent): boolean {
    return this.#parts.now() - receivedAt.getTime() > UNKNOWN_MS_MAX;
  }
}
