/** A plan is ended in one click, at the end of what is paid; until then, that is taken back in one click as well. */
import { and, desc, eq, inArray } from 'drizzle-orm';
import type { Id } from '../../../link/ids.ts';
import { Problem } from '../../problem.ts';
import { stripeProblem } from '../begin.ts';
import type { PaymentParts } from '../parts.ts';
import { type PlanSubscription, planSubscription } from './schema.ts';
import { takeSubscription } from './take-subscription.ts';

const STANDING = ['active', 'unpaid'] as const;

/** `ends`: at the end of the period. Throws `Problem` 409, 503. */
export async function endPlan(parts: PaymentParts, account: Id, ends: boolean): Promise<void> {
  const row = await standingPlan(parts.services, account);
  if (row?.subscription == null) throw new Problem(409, 'no_plan', 'There is no plan to be ended.');
  try {
    await parts.stripe.subscriptions.update(row.subscription, { cancel_at_period_end: ends });
    await takeSubscription(parts, { is: 'subscription', plan: row.id, subscription: row.subscription });
  } catch (error) {
    throw stripeProblem(parts, error);
  }
}

/** The newest that is not over; null: there is none. */
async function standingPlan(
  { db }: Pick<PaymentParts['services'], 'db'>,
  account: Id,
): Promise<PlanSubscription | null> {
  const [row] = await db
    .select()
    .from(planSubscription)
    .where(and(eq(planSubscription.account, account), inArray(planSubscription.state, [...STANDING])))
    .orderBy(desc(planSubscription.askedAt))
    .limit(1);
  return row ?? null;
}

export interface ShownPlan
  extends Pick<PlanSubscription, 'plan' | 'every' | 'price' | 'credit' | 'state' | 'endsThen' | 'isPaused'> {
  /** ISO; null: Stripe has not told yet. */
  readonly periodEndsAt: string | null;
}

/** The one that is not over; null: there is none. */
export async function shownPlan(
  services: Pick<PaymentParts['services'], 'db'>,
  account: Id,
): Promise<ShownPlan | null> {
  const row = await standingPlan(services, account);
  if (row === null) return null;
  const { plan, every, price, credit, state, endsThen, isPaused, periodEndsAt } = row;
  return {
    plan,
    every,
    price,
    credit,
    state,
    endsThen,
    isPaused,
    periodEndsAt: periodEndsAt?.toISOString() ?? null,
  };
}
