/**
 * What is kept of an event of Stripe's: of the closed list below, amounts in cents, ids and words. The rest of what Stripe
 * tells (name, address, card of whoever paid) is dropped before anything is stored.
 */
import type Stripe from 'stripe';
import { z } from 'zod';
import { type Id, isId } from '../../link/ids.ts';
import type { StopReason } from './recharge/schema.ts';

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
  | {
      readonly is: 'ended';
      readonly payment: Id;
      readonly as: 'failed' | 'expired';
      /** Of a recharge alone: why it does not go on. */
      readonly why?: StopReason;
    }
  | {
      /** A payment without a page; those with one tell it themselves. */
      readonly is: 'charged';
      readonly payment: Id;
      readonly intent: string;
      /** Cents. */
      readonly gross: number;
      readonly currency: string;
    }
  | {
      /** A plan stands otherwise than before; null: its page is over. */
      readonly is: 'subscription';
      readonly plan: Id;
      readonly subscription: string | null;
    }
  | {
      readonly is: 'invoice_paid';
      readonly plan: Id;
      readonly subscription: string;
      readonly invoice: string;
      /** Cents. */
      readonly gross: number;
      readonly net: number;
      readonly tax: number;
      readonly currency: string;
    }
  | {
      /** Stripe could not charge it. */
      readonly is: 'invoice_unpaid';
      readonly plan: Id;
      readonly invoice: string;
      /** Cents. */
      readonly gross: number;
    }
  | {
      /** Stripe does not want it any more. */
      readonly is: 'invoice_over';
      readonly plan: Id;
      readonly invoice: string;
      /** Cents. */
      readonly gross: number;
    }
  | {
      /** By which payment of Stripe's an invoice was paid. */
      readonly is: 'invoice_charged';
      readonly invoice: string;
      readonly intent: string;
    }
  | {
      readonly is: 'card_kept';
      readonly customer: string;
      /** When Stripe made what it keeps of the card; ms since 1970. */
      readonly at: number;
    }
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

const intent = z.looseObject({
  id: stripeId,
  metadata: z.looseObject({ payment: ourId }),
  status: z.string(),
  amount_received: cents,
  currency: z.string().regex(/^[a-z]{3}$/),
});
const method = z.looseObject({ customer: idOf, created: z.int().min(0) });

const pageOfPlan = z.looseObject({
  mode: z.literal('subscription'),
  client_reference_id: ourId,
  subscription: idOf.nullish(),
});
const ofPlan = z.looseObject({ plan: ourId });
const subscription = z.looseObject({ id: stripeId, metadata: ofPlan });
const invoice = z.looseObject({
  id: stripeId,
  amount_paid: cents.min(1),
  total: cents,
  total_excluding_tax: cents,
  currency: z.string().regex(/^[a-z]{3}$/),
  parent: z.looseObject({
    subscription_details: z.looseObject({ subscription: idOf, metadata: ofPlan }),
  }),
});
const invoicePayment = z.looseObject({
  invoice: idOf,
  payment: z.looseObject({ payment_intent: idOf }),
});

/** Refunds in these states took nothing in the end. */
const REFUND_IN_VAIN: ReadonlySet<string> = new Set(['failed', 'canceled']);

/** What `take-event.ts` books or notes; how a plan stands is asked of Stripe. */
export type BookedContent = Exclude<EventContent, { is: 'subscription' | 'invoice_unpaid' | 'invoice_over' }>;

type Reader<Content = EventContent> = (object: unknown) => Content | null;

function subscriptionPage(object: unknown): Extract<EventContent, { is: 'subscription' }> | null {
  const { data } = pageOfPlan.safeParse(object);
  if (data === undefined) return null;
  return { is: 'subscription', plan: data.client_reference_id, subscription: data.subscription ?? null };
}

const subscriptionChanged: Reader = (object) => {
  const { data } = subscription.safeParse(object);
  return data === undefined ? null : { is: 'subscription', plan: data.metadata.plan, subscription: data.id };
};

export const invoiceContent: Reader = (object) => {
  const { data } = invoice.safeParse(object);
  if (data === undefined) return null;
  const { subscription_details: of } = data.parent;
  return {
    is: 'invoice_paid',
    plan: of.metadata.plan,
    subscription: of.subscription,
    invoice: data.id,
    gross: data.amount_paid,
    net: data.total_excluding_tax,
    tax: data.total - data.total_excluding_tax,
    currency: data.currency,
  };
};

const unpaid =
  (is: 'invoice_unpaid' | 'invoice_over'): Reader =>
  (object) => {
    const { data } = invoice.pick({ id: true, parent: true, total: true }).safeParse(object);
    if (data === undefined) return null;
    const { plan } = data.parent.subscription_details.metadata;
    return { is, plan, invoice: data.id, gross: data.total };
  };

const invoiceCharged: Reader = (object) => {
  const { data } = invoicePayment.safeParse(object);
  return data === undefined
    ? null
    : { is: 'invoice_charged', invoice: data.invoice, intent: data.payment.payment_intent };
};

const paid: Reader = (object) => {
  const subscribed = subscriptionPage(object);
  if (subscribed !== null) return subscribed;
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
    const page = subscriptionPage(object);
    if (page !== null) return { ...page, subscription: null };
    return data === undefined ? null : { is: 'ended', payment: data.client_reference_id, as };
  };

export const chargeContent: Reader<BookedContent> = (object) => {
  const { data } = intent.safeParse(object);
  if (data === undefined || data.status !== 'succeeded') return null;
  return {
    is: 'charged',
    payment: data.metadata.payment,
    intent: data.id,
    gross: data.amount_received,
    currency: data.currency,
  };
};

const chargeFailed: Reader = (object) => {
  const { data } = intent.pick({ metadata: true }).safeParse(object);
  return data === undefined
    ? null
    : { is: 'ended', payment: data.metadata.payment, as: 'failed', why: 'refused' };
};

const cardKept: Reader = (object) => {
  const { data } = method.safeParse(object);
  return data === undefined ? null : { is: 'card_kept', customer: data.customer, at: data.created * 1000 };
};

export const refundContent: Reader<BookedContent> = (object) => {
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
  'payment_intent.succeeded': chargeContent,
  'payment_intent.payment_failed': chargeFailed,
  'payment_method.attached': cardKept,
  'customer.subscription.updated': subscriptionChanged,
  'customer.subscription.deleted': subscriptionChanged,
  'invoice.paid': invoiceContent,
  'invoice_payment.paid': invoiceCharged,
  'invoice.payment_failed': unpaid('invoice_unpaid'),
  'invoice.voided': unpaid('invoice_over'),
  'invoice.marked_uncollectible': unpaid('invoice_over'),
  'refund.created': refundContent,
  'refund.updated': refundContent,
  'refund.failed': refundContent,
  'charge.dispute.funds_withdrawn': disputed('taken'),
  'charge.dispute.funds_reinstated': disputed('given_back'),
};

/** Null: nothing for us. */
export const contentOf = ({ type, data }: Stripe.Event): EventContent | null =>
  READERS[type]?.(data.object) ?? null;
