/**
 * Begins a payment: our row first, then Stripe's page, which the browser goes to. Sent twice, the same form makes one row
 * and one page. Stripe is told a random number, an amount, and where to lead back; nothing about anybody.
 */
import { and, count, eq, gte, isNull } from 'drizzle-orm';
import Stripe from 'stripe';
import { z } from 'zod';
import { type Id, newId } from '../../link/ids.ts';
import { faultFields } from '../../log/log.ts';
import { formatAmount, parseAmount } from '../amount.ts';
import { checkInput } from '../input.ts';
import { outward } from '../outward.ts';
import { Problem } from '../problem.ts';
import { CENT_MICRO_USD } from './cents.ts';
import type { PaymentParts } from './parts.ts';
import { type Payment, payment, stripeCustomer } from './schema.ts';

export const AMOUNT_MICRO_USD_MIN = 5_000_000;
export const AMOUNT_MICRO_USD_MAX = 500_000_000;
/** Offered; any other between the two can be entered. */
export const OFFERED_USD = ['10', '25', '50', '100'] as const;
const HOUR_MS = 3_600_000;
/** Begun by one account within an hour. */
const BEGUN_MAX = 20;

const beginInput = z.strictObject({
  /** Drawn by the page, so that a form that is sent twice begins one payment. */
  once: z.uuid('is missing: open the page again').transform((text): Id => text.replaceAll('-', '')),
  amount: z.string().transform((text, context) => {
    const amount = parseAmount(text);
    const fits =
      amount !== null &&
      amount >= AMOUNT_MICRO_USD_MIN &&
      amount <= AMOUNT_MICRO_USD_MAX &&
      amount % CENT_MICRO_USD === 0;
    if (fits) return amount;
    context.addIssue({ code: 'custom', message: 'must be an amount from 5 to 500 US dollars, like 25.00' });
    return z.NEVER;
  }),
  /** That Stripe keeps the card for automatic recharge. */
  keep: z.literal('yes').optional(),
});

/** Answers where the browser goes. Throws `Problem`: 400, 409, 429, and 503 where Stripe does not answer. */
export async function beginPayment(
  parts: PaymentParts,
  account: Id,
  form: Readonly<Record<string, string>>,
): Promise<{ readonly url: string }> {
  const { once, amount, keep } = checkInput(form, beginInput);
  if (parts.services.keys.inGrace(account))
    throw new Problem(
      409,
      'leaving',
      'This account is going to be deleted, so no credit can be bought for it.',
    );
  const begun = await begin(parts, { id: once, account, amount, keepsCard: keep === 'yes' });
  try {
    return await pageOf(parts, begun, await customerOf(parts, account));
  } catch (error) {
    throw stripeProblem(parts, error);
  }
}

async function begin(
  { services: { db }, now }: PaymentParts,
  wish: Pick<Payment, 'id' | 'account' | 'amount' | 'keepsCard'>,
): Promise<Payment> {
  const recent = and(
    eq(payment.account, wish.account),
    eq(payment.way, 'page'),
    gte(payment.askedAt, new Date(now() - HOUR_MS)),
  );
  const [begun] = await db.select({ n: count() }).from(payment).where(recent);
  if ((begun?.n ?? 0) >= BEGUN_MAX)
    throw new Problem(429, 'too_many_payments', 'Many payments were begun here. Try again in an hour.');
  await db
    .insert(payment)
    .values({ ...wish, state: 'open', askedAt: new Date(now()) })
    .onConflictDoNothing();
  const [row] = await db.select().from(payment).where(eq(payment.id, wish.id));
  const isSame =
    row?.account === wish.account &&
    row.amount === wish.amount &&
    row.keepsCard === wish.keepsCard &&
    row.state === 'open';
  if (!isSame)
    throw new Problem(
      409,
      'sent_before',
      'This form was sent before. Open the page again to buy more credit.',
    );
  return row;
}

async function pageOf(parts: PaymentParts, row: Payment, customer: string): Promise<{ url: string }> {
  const { stripe, services, settings, siteUrl } = parts;
  const place = `${siteUrl}/console/${outward('acct', row.account)}/credit`;
  const withTax = settings.tax === 'stripe';
  const session = await stripe.checkout.sessions.create(
    {
      mode: 'payment',
      customer,
      client_reference_id: row.id,
      success_url: `${place}/payments/${row.id}`,
      cancel_url: `${place}/payments/${row.id}`,
      // Follows from the row: asked again under the same key, Stripe wants the same words.
      expires_at: Math.floor((row.askedAt.getTime() + HOUR_MS) / 1000),
      line_items: [
        {
          quantity: 1,
          price_data: {
            currency: 'usd',
            unit_amount: row.amount / CENT_MICRO_USD,
            tax_behavior: 'exclusive',
            product_data: { name: `Credit of ${formatAmount(row.amount)} USD` },
          },
        },
      ],
      adaptive_pricing: { enabled: false },
      invoice_creation: { enabled: true },
      payment_intent_data: {
        metadata: { payment: row.id },
        ...(row.keepsCard && { setup_future_usage: 'off_session' as const }),
      },
      automatic_tax: { enabled: withTax },
      ...(withTax && {
        tax_id_collection: { enabled: true },
        billing_address_collection: 'required',
        customer_update: { address: 'auto', name: 'auto' },
      }),
    },
    { idempotencyKey: row.id },
  );
  await services.db.update(payment).set({ session: session.id }).where(eq(payment.id, row.id));
  if (session.url === null) throw new Problem(409, 'sent_before', 'This payment is over. Begin another.');
  return { url: session.url };
}

/** Under which Stripe knows the account; made at the first payment, with nothing in it. */
export async function customerOf({ services: { db }, stripe }: PaymentParts, account: Id): Promise<string> {
  await db.insert(stripeCustomer).values({ account, wish: newId() }).onConflictDoNothing();
  const its = eq(stripeCustomer.account, account);
  const [row] = await db.select().from(stripeCustomer).where(its);
  if (row === undefined) throw new Problem(404, 'no_such_account', 'This account is no more.');
  if (row.customer !== null) return row.customer;
  const { id } = await stripe.customers.create({}, { idempotencyKey: row.wish });
  await db
    .update(stripeCustomer)
    .set({ customer: id })
    .where(and(its, isNull(stripeCustomer.customer)));
  return id;
}

/** What the person is told of Stripe's refusals; a fault of ours stays one. */
export function stripeProblem(
  { services: { log } }: Pick<PaymentParts, 'services'>,
  error: unknown,
): unknown {
  if (!(error instanceof Stripe.errors.StripeError)) return error;
  log('warn', 'stripe_away', faultFields(error));
  return new Problem(
    503,
    'stripe_away',
    'Stripe, which takes payments for us, does not answer as it should. Nothing was charged. Try again in a few minutes.',
  );
}
