/** Plans that renew, or end where that was chosen; not those that rest while a deletion is scheduled. */
import { and, asc, eq, gt, inArray, lte } from 'drizzle-orm';
import type { Id } from '../../link/ids.ts';
import { readValue } from '../../store/sealed-rows.ts';
import type { MemberRole } from '../accounts/index.ts';
import { account, membership } from '../accounts/schema.ts';
import { planSubscription } from '../payments/index.ts';
import type { DateParts } from './parts.ts';

/** Who can end it. */
export const PLAN_ROLES: readonly MemberRole[] = ['owner', 'billing'];
const DAY_MS = 86_400_000;
/** At the longest. */
const PERIOD_MS = { month: 31 * DAY_MS, year: 366 * DAY_MS } as const;

export interface RenewingPlan {
  readonly id: Id;
  readonly account: Id;
  readonly accountName: string;
  readonly name: string;
  readonly every: keyof typeof PERIOD_MS;
  /** Micro-dollars, without tax. */
  readonly price: number;
  readonly endsThen: boolean;
  /** Milliseconds since 1970: of this period. */
  readonly since: number;
  readonly at: number;
}

type Parts = Pick<DateParts, 'services' | 'plans'>;

/** The next within the span, in the order of their ids after `after`; times in ms since 1970. */
export async function plansRenewing(
  parts: Parts,
  span: { readonly from: number; readonly to: number; readonly after: Id | null },
  count: number,
): Promise<RenewingPlan[]> {
  const { id, periodEndsAt } = planSubscription;
  const rows = await parts.services.db
    .select({ plan: planSubscription, account })
    .from(planSubscription)
    .innerJoin(account, eq(account.id, planSubscription.account))
    .where(
      and(
        LIVING,
        gt(periodEndsAt, new Date(span.from)),
        lte(periodEndsAt, new Date(span.to)),
        span.after === null ? undefined : gt(id, span.after),
      ),
    )
    .orderBy(asc(id))
    .limit(count);
  return rows.map((row) => read(parts, row));
}

/** Those of the accounts that somebody sees to the money of, the soonest first. */
export async function plansOf(parts: Parts, whom: Id, now: number): Promise<RenewingPlan[]> {
  const rows = await parts.services.db
    .select({ plan: planSubscription, account })
    .from(planSubscription)
    .innerJoin(account, eq(account.id, planSubscription.account))
    .innerJoin(membership, eq(membership.account, account.id))
    .where(
      and(
        LIVING,
        gt(planSubscription.periodEndsAt, new Date(now)),
        eq(membership.person, whom),
        inArray(membership.role, [...PLAN_ROLES]),
      ),
    )
    .orderBy(asc(planSubscription.periodEndsAt));
  return rows.map((row) => read(parts, row));
}

const LIVING = and(eq(planSubscription.state, 'active'), eq(planSubscription.isPaused, false));

interface Row {
  readonly plan: typeof planSubscription.$inferSelect;
  readonly account: typeof account.$inferSelect;
}

function read({ services, plans }: Parts, { plan, account: of }: Row): RenewingPlan {
  const at = plan.periodEndsAt?.getTime() ?? 0;
  return {
    id: plan.id,
    account: plan.account,
    accountName: readValue(services.vault, account, of, 'name') ?? '',
    // One that is offered no more has its word.
    name: plans.find(({ id }) => id === plan.plan)?.name ?? plan.plan,
    every: plan.every,
    price: plan.price,
    endsThen: plan.endsThen,
    since: at - PERIOD_MS[plan.every],
    at,
  };
}
