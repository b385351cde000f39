/** Which card Stripe charges, asked of it each time; of what it answers, the month in which the card ends is read. */
import type Stripe from 'stripe';

/** What its people chose at Stripe, or else the newest that it keeps. Null: none, or the customer is deleted. */
export async function cardOfCustomer(stripe: Stripe, customer: string): Promise<Stripe.PaymentMethod | null> {
  const chosen = await chosenOf(stripe, customer);
  if (chosen !== null) return chosen;
  const { data } = await stripe.customers.listPaymentMethods(customer, { type: 'card', limit: 1 });
  return data[0] ?? null;
}

/** That of the plan itself, or else what was chosen for all. */
export async function cardOfPlan(
  stripe: Stripe,
  customer: string,
  subscription: string,
): Promise<Stripe.PaymentMethod | null> {
  const { default_payment_method: own } = await stripe.subscriptions.retrieve(subscription, {
    expand: ['default_payment_method'],
  });
  return own !== null && typeof own === 'object' ? own : chosenOf(stripe, customer);
}

async function chosenOf(stripe: Stripe, customer: string): Promise<Stripe.PaymentMethod | null> {
  const known = await stripe.customers.retrieve(customer, {
    expand: ['invoice_settings.default_payment_method'],
  });
  if (known.deleted) return null;
  const chosen = known.invoice_settings.default_payment_method;
  return chosen !== null && typeof chosen === 'object' ? chosen : null;
}

/** The first moment after its month (UTC). Null: it does not end by a month. */
export function endOf(method: Pick<Stripe.PaymentMethod, 'card'> | null): Date | null {
  const card = method?.card;
  return card == null ? null : new Date(Date.UTC(card.exp_year, card.exp_month));
}
