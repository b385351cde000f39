/**
 * One recharge at Stripe: the card that it keeps is charged without anybody there. What is asked is stored before it is
 * asked; killed anywhere, the same is asked again under the same key, or found there.
 */
import { and, eq } from 'drizzle-orm';
import Stripe from 'stripe';
import { cardOfCustomer } from '../cards/at-stripe.ts';
import { CENT_MICRO_USD } from '../cents.ts';
import { type BookedContent, chargeContent } from '../event-content.ts';
import type { PaymentParts } from '../parts.ts';
import { type Payment, payment, stripeCustomer } from '../schema.ts';
import { takeEvent } from '../take-event.ts';
import { tellCredit } from '../tell-credit.ts';
import { recharge, type StopReason } from './schema.ts';

/** Stripe knows a key for a day at least: later, what it does not have was never asked for. */
const SAME_KEY_MS = 12 * 3_600_000;
/** Ours are looked for among so many. */
const LOOKED_MAX = 100;

/** Why it came to nothing. */
class NotCharged extends Error {
  readonly why: StopReason;

  constructor(why: StopReason) {
    super(why);
    this.why = why;
  }
}

/** Throws where Stripe is away: tried again later. */
export async function carryOut(parts: PaymentParts, row: Payment): Promise<void> {
  try {
    await proceed(parts, row);
  } catch (error) {
    if (!(error instanceof NotCharged)) throw error;
    await take(parts, row, { is: 'ended', payment: row.id, as: 'failed', why: error.why });
  }
}

async function proceed(parts: PaymentParts, row: Payment): Promise<void> {
  const customer = await customerOf(parts, row);
  if (row.askedGross !== null) {
    const known = await intentOf(parts, row, customer);
    if (known !== null) return settle(parts, row, known);
  }
  const isYoung = parts.now() - row.askedAt.getTime() < SAME_KEY_MS;
  const mayAsk = isYoung && (await isWanted(parts, row));
  if (mayAsk) return settle(parts, row, await ask(parts, await prepare(parts, row, customer), customer));
  // What may have been asked for is looked for until Stripe would have it.
  if (row.askedGross === null || !isYoung)
    await take(parts, row, { is: 'ended', payment: row.id, as: 'expired' });
}

/** Not where it was switched off or has stopped, or the account is going to be deleted. */
async function isWanted({ services: { db, keys } }: PaymentParts, { account }: Payment): Promise<boolean> {
  if (keys.inGrace(account)) return false;
  const its = and(eq(recharge.account, account), eq(recharge.state, 'on'));
  return (await db.select({ account: recharge.account }).from(recharge).where(its)).length > 0;
}

async function customerOf({ services: { db } }: PaymentParts, { account }: Payment): Promise<string> {
  const [row] = await db.select().from(stripeCustomer).where(eq(stripeCustomer.account, account));
  if (!row?.customer) throw new NotCharged('no_card');
  return row.customer;
}

interface Prepared extends Payment {
  readonly calculation: string | null;
}

/** What is going to be asked: with which card, and how much with the tax. */
async function prepare(parts: PaymentParts, row: Payment, customer: string): Promise<Prepared> {
  const calculated = await taxOf(parts, row, customer).catch(impossible);
  const calculation = calculated?.id ?? null;
  if (row.askedGross !== null) return { ...row, calculation };
  const card = await cardOfCustomer(parts.stripe, customer).catch(impossible);
  if (card === null) throw new NotCharged('no_card');
  const method = card.id;
  const askedGross = (calculated?.amount_total ?? row.amount / CENT_MICRO_USD) * CENT_MICRO_USD;
  await parts.services.db.update(payment).set({ askedGross, method }).where(eq(payment.id, row.id));
  return { ...row, askedGross, method, calculation };
}

/** By the address that Stripe knows. Null: the operator declares that none is due. */
const taxOf = async ({ stripe, settings }: PaymentParts, row: Payment, customer: string) =>
  settings.tax === 'off'
    ? null
    : stripe.tax.calculations.create(
        {
          currency: 'usd',
          customer,
          line_items: [
            { amount: row.amount / CENT_MICRO_USD, reference: 'credit', tax_behavior: 'exclusive' },
          ],
        },
        { idempotencyKey: `${row.id}-tax` },
      );

async function ask({ stripe }: PaymentParts, row: Prepared, customer: string): Promise<Stripe.PaymentIntent> {
  const asked: Stripe.PaymentIntentCreateParams = {
    amount: (row.askedGross ?? 0) / CENT_MICRO_USD,
    currency: 'usd',
    customer,
    payment_method: row.method ?? '',
    // Nobody is there to be led anywhere.
    automatic_payment_methods: { enabled: true, allow_redirects: 'never' },
    off_session: true,
    confirm: true,
    metadata: { payment: row.id },
    ...(row.calculation !== null && { hooks: { inputs: { tax: { calculation: row.calculation } } } }),
  };
  try {
    return await stripe.paymentIntents.create(asked, { idempotencyKey: row.id });
  } catch (error) {
    if (!(error instanceof Stripe.errors.StripeCardError)) return impossible(error);
    if (error.payment_intent !== undefined) await giveUp(stripe, error.payment_intent.id);
    throw new NotCharged(error.code === 'authentication_required' ? 'confirm' : 'refused');
  }
}

/** Of what was asked before, what Stripe has. */
async function intentOf(
  { stripe }: PaymentParts,
  { id, askedAt }: Payment,
  customer: string,
): Promise<Stripe.PaymentIntent | null> {
  // Clocks differ; it is ours by its number.
  const created = { gte: Math.floor(askedAt.getTime() / 1000) - 3600 };
  const { data } = await stripe.paymentIntents.list({ customer, created, limit: LOOKED_MAX });
  return data.find(({ metadata }) => metadata.payment === id) ?? null;
}

async function settle(parts: PaymentParts, row: Payment, intent: Stripe.PaymentIntent): Promise<void> {
  if (intent.status === 'succeeded') {
    const content = chargeContent(intent);
    if (content !== null) await take(parts, row, content);
    return;
  }
  // Its webhook tells how it ends.
  if (intent.status === 'processing') return;
  if (intent.status !== 'canceled') await giveUp(parts.stripe, intent.id);
  const wantsConfirmation =
    intent.status === 'requires_action' || intent.last_payment_error?.code === 'authentication_required';
  throw new NotCharged(wantsConfirmation ? 'confirm' : 'refused');
}

/** Nobody completes it any more. One that is over cannot be given up: then it is looked at again. */
const giveUp = (stripe: Stripe, intent: string) => stripe.paymentIntents.cancel(intent);

async function take(parts: PaymentParts, row: Payment, content: BookedContent): Promise<void> {
  const taken = await takeEvent(parts, content);
  const { log } = parts.services;
  if (taken.is === 'odd') log('error', 'payment_odd');
  if (taken.is !== 'booked' || content.is !== 'charged') return;
  if (taken.microUsd !== 0) log('info', 'payment_booked', { account: row.account });
  await tellCredit(parts, taken.payment);
}

/** Stripe answers that it cannot be done so: asking again would not change that. Everything else is tried again. */
function impossible(error: unknown): never {
  const isRefusal =
    error instanceof Stripe.errors.StripeInvalidRequestError && error.code !== 'idempotency_key_in_use';
  throw isRefusal ? new NotCharged('not_possible') : error;
}
