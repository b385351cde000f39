/**
 * How a plan stands: asked of Stripe whenever it tells that something changed, since what it told in which order says
 * less than its books now. One after the other for each plan, so that the last answer is the one that stays.
 */
import { and, eq, isNull, ne, or } from 'drizzle-orm';
import type Stripe from 'stripe';
import type { Id } from '../../../link/ids.ts';
import type { EventContent } from '../event-content.ts';
import type { PaymentParts } from '../parts.ts';
import { planSubscription } from './schema.ts';

type Told = Extract<EventContent, { is: 'subscription' }>;

const turns = new Map<Id, Promise<unknown>>();

/** False: it is none of ours, or its account is erased. */
export async function takeSubscription(parts: PaymentParts, told: Told): Promise<boolean> {
  const turn = (turns.get(told.plan) ?? Promise.resolve()).catch(() => {}).then(() => take(parts, told));
  turns.set(told.plan, turn);
  try {
    return await turn;
  } finally {
    if (turns.get(told.plan) === turn) turns.delete(told.plan);
  }
}

async function take(parts: PaymentParts, { plan, subscription }: Told): Promise<boolean> {
  const { db } = parts.services;
  const its = eq(planSubscription.id, plan);
  const [row] = await db.select().from(planSubscription).where(its);
  if (row === undefined) return false;
  // Its page is over, and nobody subscribed.
  if (subscription === null) {
    await db
      .update(planSubscription)
      .set({ state: 'ended', endedAt: new Date(parts.now()) })
      .where(and(its, eq(planSubscription.state, 'open')));
    return true;
  }
  if (row.subscription !== null && row.subscription !== subscription) return false;
  const now = await parts.stripe.subscriptions.retrieve(subscription);
  // Somebody may have put our number on a subscription of their own.
  if (now.metadata.plan !== plan) return false;
  await writeDown(parts, plan, now);
  return true;
}

/** Ended is the end. */
export async function writeDown(
  { services: { db }, now }: PaymentParts,
  plan: Id,
  subscription: Stripe.Subscription,
): Promise<void> {
  const state = stateOf(subscription.status);
  const periodEnd = subscription.items.data[0]?.current_period_end;
  await db
    .update(planSubscription)
    .set({
      state,
      subscription: subscription.id,
      periodEndsAt: periodEnd === undefined ? null : new Date(periodEnd * 1000),
      endsThen: subscription.cancel_at_period_end || subscription.cancel_at !== null,
      ...(state === 'ended' && { endedAt: new Date(now()) }),
    })
    .where(
      and(
        eq(planSubscription.id, plan),
        or(ne(planSubscription.state, 'ended'), isNull(planSubscription.subscription)),
      ),
    );
}

function stateOf(status: Stripe.Subscription.Status): 'active' | 'unpaid' | 'ended' {
  if (status === 'active' || status === 'trialing') return 'active';
  return status === 'canceled' || status === 'incomplete_expired' ? 'ended' : 'unpaid';
}
