/**
 * Begins a plan: our row with the terms first, then Stripe's page, which the browser goes to. Sent twice, the same form
 * makes one row and one page; an account has one plan at a time.
 */
import { and, eq, gte, inArray, or } from 'drizzle-orm';
import { z } from 'zod';
import type { Id } from '../../../link/ids.ts';
import { formatAmount } from '../../amount.ts';
import { checkInput } from '../../input.ts';
import { outward } from '../../outward.ts';
import { Problem } from '../../problem.ts';
import { customerOf, stripeProblem } from '../begin.ts';
import { CENT_MICRO_USD } from '../cents.ts';
import type { PaymentParts } from '../parts.ts';
import { type PlanSubscription, planSubscription } from './schema.ts';
import type { Plan } from './settings.ts';

const HOUR_MS = 3_600_000;

const input = z.strictObject({
  /** Drawn by the page, so that a form that is sent twice begins one. */
  once: z.uuid('is missing: open the page again').transform((text): Id => text.replaceAll('-', '')),
  plan: z.string().max(64),
  agreed: z.literal('yes', 'must be ticked: without it nothing is charged'),
});

/** Answers where the browser goes. Throws `Problem`: 400, 404, 409, and 503 where Stripe does not answer. */
export async function subscribe(
  parts: PaymentParts,
  account: Id,
  form: Readonly<Record<string, string>>,
): Promise<{ readonly url: string }> {
  const { once, plan: wanted } = checkInput(form, input);
  const plan = parts.settings.plans.find(({ id }) => id === wanted);
  if (plan === undefined) throw new Problem(404, 'no_such_plan', 'There is no such plan.');
  if (parts.services.keys.inGrace(account))
    throw new Problem(409, 'leaving', 'This account is going to be deleted, so no plan can be begun for it.');
  const row = await begin(parts, once, account, plan);
  try {
    return await pageOf(parts, row, plan, await customerOf(parts, account));
  } catch (error) {
    throw stripeProblem(parts, error);
  }
}

async function begin({ services: { db }, now }: PaymentParts, id: Id, account: Id, plan: Plan) {
  const at = new Date(now());
  const standing = or(
    inArray(planSubscription.state, ['active', 'unpaid']),
    and(eq(planSubscription.state, 'open'), gte(planSubscription.askedAt, new Date(at.getTime() - HOUR_MS))),
  );
  const [other] = await db
    .select()
    .from(planSubscription)
    .where(and(eq(planSubscription.account, account), standing));
  if (other !== undefined && other.state !== 'open')
    throw new Problem(
      409,
      'has_plan',
      'There is a plan already. End it first; it can be ended in one click.',
    );
  if (other !== undefined && other.id !== id)
    throw new Problem(
      409,
      'plan_begun',
      'A plan was begun here less than an hour ago. Finish it on Stripe’s page, or begin another later.',
    );
  const { id: name, every, price, credit } = plan;
  await db
    .insert(planSubscription)
    .values({ id, account, plan: name, every, price, credit, state: 'open', askedAt: at })
    .onConflictDoNothing();
  const [row] = await db.select().from(planSubscription).where(eq(planSubscription.id, id));
  if (row?.account !== account || row.plan !== name || row.state !== 'open')
    throw new Problem(409, 'sent_before', 'This form was sent before. Open the page again.');
  return row;
}

async function pageOf(
  { stripe, services, settings, siteUrl }: PaymentParts,
  row: PlanSubscription,
  { name }: Plan,
  customer: string,
): Promise<{ url: string }> {
  const place = `${siteUrl}/console/${outward('acct', row.account)}/credit/plan`;
  const withTax = settings.tax === 'stripe';
  const session = await stripe.checkout.sessions.create(
    {
      mode: 'subscription',
      customer,
      client_reference_id: row.id,
      success_url: `${place}?begun`,
      cancel_url: place,
      expires_at: Math.floor((row.askedAt.getTime() + HOUR_MS) / 1000),
      line_items: [
        {
          quantity: 1,
          price_data: {
            currency: 'usd',
            unit_amount: row.price / CENT_MICRO_USD,
            tax_behavior: 'exclusive',
            recurring: { interval: row.every },
            product_data: { name: `${name}: credit of ${formatAmount(row.credit)} USD each ${row.every}` },
          },
        },
      ],
      subscription_data: { metadata: { plan: row.id } },
      automatic_tax: { enabled: withTax },
      ...(withTax && {
        tax_id_collection: { enabled: true },
        billing_address_collection: 'required',
        customer_update: { address: 'auto', name: 'auto' },
      }),
    },
    { idempotencyKey: row.id },
  );
  await services.db
    .update(planSubscription)
    .set({ session: session.id })
    .where(eq(planSubscription.id, row.id));
  if (session.url === null) throw new Problem(409, 'sent_before', 'This page is over. Begin another.');
  return { url: session.url };
}
