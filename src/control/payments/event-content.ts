/**
 * What is kept of an event of Stripe's: of the closed list below, amounts in cents, ids and words. The rest of what Stripe
 * tells (name, address, card of whoever paid) is dropped before anything is stored.
 */
import type Stripe from 'stripe';
import { z } from 'zod';
import { type Id, isId } from '../../link/ids.ts';

export type EventContent =
  | {
      readonly is: 'paid';
      readonly payment: Id;
      readonly session: string;
      readonly intent: string;
      /** Cents. */
      readonly gross: number;
      readonly net: number;
      readonly tax: number;
      readonly currency: string;
    }
  | { readonly is: 'ended'; readonly payment: Id; readonly as: 'failed' | 'expired' }
  | {
      readonly is: 'returned';
      readonly kind: 'refund' | 'dispute';
      readonly id: string;
      readonly intent: string;
      /** Cents. */
      readonly gross: number;
      readonly state: 'taken' | 'given_back';
    };

const stripeId = z.string().regex(/^\w{1,255}$/);
const cents = z.int().min(0).max(Number.MAX_SAFE_INTEGER);
const idOf = z.union([stripeId, z.looseObject({ id: stripeId }).transform(({ id }) => id)]);
const ourId = z.string().refine(isId) as z.ZodType<Id>;

const checkout = z.looseObject({
  id: stripeId,
  client_reference_id: ourId,
  payment_status: z.string(),
  payment_intent: idOf.nullish(),
  amount_total: cents,
  amount_subtotal: cents,
  currency: z.string().regex(/^[a-z]{3}$/),
  total_details: z.looseObject({ amount_tax: cents }),
});
const refund = z.looseObject({ id: stripeId, payment_intent: idOf, amount: cents, status: z.string() });
const dispute = z.looseObject({ id: stripeId, payment_intent: idOf, amount: cents });

/** Refunds in these states took nothing in the end. */
const REFUND_IN_VAIN: ReadonlySet<string> = new Set(['failed', 'canceled']);

type Reader = (object: unknown) => EventContent | null;

const paid: Reader = (object) => {
  const { data } = checkout.safeParse(object);
  // `unpaid`: a bank that takes days; another event follows.
  if (data === undefined || data.payment_status !== 'paid' || !data.payment_intent) return null;
  return {
    is: 'paid',
    payment: data.client_reference_id,
    session: data.id,
    intent: data.payment_intent,
    gross: data.amount_total,
    net: data.amount_subtotal,
    tax: data.total_details.amount_tax,
    currency: data.currency,
  };
};

const ended =
  (as: 'failed' | 'expired'): Reader =>
  (object) => {
    const { data } = checkout.pick({ client_reference_id: true }).safeParse(object);
    return data === undefined ? null : { is: 'ended', payment: data.client_reference_id, as };
  };

export const refundContent: Reader = (object) => {
  const { data } = refund.safeParse(object);
  if (data === undefined) return null;
  const state = REFUND_IN_VAIN.has(data.status) ? 'given_back' : 'taken';
  return {
    is: 'returned',
    kind: 'refund',
    id: data.id,
    intent: data.payment_intent,
    gross: data.amount,
    state,
  };
};

const disputed =
  (state: 'taken' | 'given_back'): Reader =>
  (object) => {
    const { data } = dispute.safeParse(object);
    if (data === undefined) return null;
    return {
      is: 'returned',
      kind: 'dispute',
      id: data.id,
      intent: data.payment_intent,
      gross: data.amount,
      state,
    };
  };

/** Those that the webhook endpoint has to be sent; docs/billing.md lists them. */
const READERS: Partial<Readonly<Record<Stripe.Event['type'], Reader>>> = {
  'checkout.session.completed': paid,
  'checkout.session.async_payment_succeeded': paid,
  'checkout.session.async_payment_failed': ended('failed'),
  'checkout.session.expired': ended('expired'),
  'refund.created': refundContent,
  'refund.updated': refundContent,
  'refund.failed': refundContent,
  'charge.dispute.funds_withdrawn': disputed('taken'),
  'charge.dispute.funds_reinstated': disputed('given_back'),
};

/** Null: nothing for us. */
export const contentOf = ({ type, data }: Stripe.Event): EventContent | null =>
  READERS[type]?.(data.object) ?? null;
