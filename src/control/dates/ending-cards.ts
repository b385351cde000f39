/** Cards that Stripe keeps and that end while something is paid by them; all that is known of them is the month. */
import { and, asc, eq, gt, inArray, lte, or } from 'drizzle-orm';
import type { Id } from '../../link/ids.ts';
import { readValue } from '../../store/sealed-rows.ts';
import { account, membership } from '../accounts/schema.ts';
import { planSubscription, savedCard } from '../payments/index.ts';
import type { DateParts } from './parts.ts';
import { PLAN_ROLES } from './renewing-plans.ts';

export interface EndingCard {
  /** The account's: of one account, cards differ by when they end. */
  readonly id: Id;
  readonly account: Id;
  readonly accountName: string;
  /** In words, such as `automatic recharge and the plan “Small”`. */
  readonly paysFor: string;
  /** The first moment after its month (UTC), ms since 1970. */
  readonly at: number;
}

type Parts = Pick<DateParts, 'services' | 'plans'>;

/** In the order of accounts after `after`, each with those of its cards that end within the span; ms since 1970. */
export async function cardsEnding(
  parts: Parts,
  span: { readonly from: number; readonly to: number; readonly after: Id | null },
  count: number,
): Promise<{ readonly id: Id; readonly ends: readonly EndingCard[] }[]> {
  const { account: id, rechargeEndsAt, planEndsAt } = savedCard;
  const [from, to] = [new Date(span.from), new Date(span.to)];
  const rows = await select(parts)
    .where(
      and(
        or(
          and(gt(rechargeEndsAt, from), lte(rechargeEndsAt, to)),
          and(gt(planEndsAt, from), lte(planEndsAt, to)),
        ),
        span.after === null ? undefined : gt(id, span.after),
      ),
    )
    .orderBy(asc(id))
    .limit(count);
  return rows.map((row) => ({ id: row.account.id, ends: endsOf(parts, row, span) }));
}

/** Those of the accounts that somebody sees to the money of, the soonest first. */
export async function endingCardsOf(parts: Parts, whom: Id, now: number): Promise<EndingCard[]> {
  const rows = await select(parts)
    .innerJoin(membership, eq(membership.account, account.id))
    .where(and(eq(membership.person, whom), inArray(membership.role, [...PLAN_ROLES])));
  return rows
    .flatMap((row) => endsOf(parts, row, { from: now, to: Number.POSITIVE_INFINITY }))
    .sort((one, other) => one.at - other.at);
}

/** The last day of its month. */
export const lastDay = (at: number): string => new Date(at - 1).toISOString().slice(0, 10);

const select = ({ services }: Parts) =>
  services.db
    .select({ card: savedCard, account, plan: planSubscription.plan })
    .from(savedCard)
    .innerJoin(account, eq(account.id, savedCard.account))
    .leftJoin(
      planSubscription,
      and(
        eq(planSubscription.account, savedCard.account),
        inArray(planSubscription.state, ['active', 'unpaid']),
      ),
    );

interface Row {
  readonly card: typeof savedCard.$inferSelect;
  readonly account: typeof account.$inferSelect;
  readonly plan: string | null;
}

/** One for each end: what rests on the same card is told of together. Nobody is told of what is going to be deleted. */
function endsOf(
  { services, plans }: Parts,
  { card, account: of, plan }: Row,
  { from, to }: { readonly from: number; readonly to: number },
): EndingCard[] {
  if (services.keys.inGrace(of.id)) return [];
  const planName = plans.find(({ id }) => id === plan)?.name ?? plan;
  const rests = [
    { at: card.rechargeEndsAt?.getTime(), what: 'automatic recharge' },
    { at: card.planEndsAt?.getTime(), what: `the plan “${planName}”` },
  ];
  const ends = new Set(rests.flatMap(({ at }) => (at !== undefined && at > from && at <= to ? [at] : [])));
  return [...ends].map((at) => ({
    id: of.id,
    account: of.id,
    accountName: readValue(services.vault, account, of, 'name') ?? '',
    paysFor: rests
      .filter((each) => each.at === at)
      .map(({ what }) => what)
      .join(' and '),
    at,
  }));
}
