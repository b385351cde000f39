/**
 * Tells people before something of theirs ends: each step once, over kills and clocks that jump. A mail's id follows from
 * thing, date, step and person, so that it is queued once; a later step that was told keeps the earlier ones from coming
 * after it.
 */
import { createHmac } from 'node:crypto';
import { inArray } from 'drizzle-orm';
import type { Id } from '../../link/ids.ts';
import { ClockDoubted } from '../../store/retention/clock.ts';
import type { Tx } from '../../store/store.ts';
import { type MemberRole, peopleOf } from '../accounts/index.ts';
import { formatAmount } from '../amount.ts';
import { minuteOf } from '../minute.ts';
import type { ServiceMail } from '../notices/index.ts';
import { mail } from '../notices/schema.ts';
import { outward } from '../outward.ts';
import { cardsEnding, type EndingCard, lastDay } from './ending-cards.ts';
import { type EndingKey, KEY_ROLES, keysEnding } from './ending-keys.ts';
import type { DateParts } from './parts.ts';
import { PLAN_ROLES, plansRenewing, type RenewingPlan } from './renewing-plans.ts';
import { ENDS, RENEWS_YEARLY, type Span, stepAt } from './steps.ts';

const DAY_MS = 86_400_000;
const BATCH = 200;

/** All that are due now. */
export async function remind(parts: DateParts, signal: AbortSignal): Promise<void> {
  const now = await believedOrNull(parts);
  if (now === null) return;
  const until = (days: readonly number[]) => now + Math.max(...days) * DAY_MS;
  await each(
    (after) => keysEnding(parts, { from: now, to: until(ENDS), after }, BATCH),
    signal,
    (key) => remindOf(parts, ofKey(parts, key), now),
  );
  const to = until(RENEWS_YEARLY);
  await each(
    (after) => plansRenewing(parts, { from: now, to, after }, BATCH),
    signal,
    (plan) => remindOf(parts, ofPlan(parts, plan), now),
  );
  await each(
    (after) => cardsEnding(parts, { from: now, to: until(ENDS), after }, BATCH),
    signal,
    async (cards) => {
      for (const card of cards.ends) await remindOf(parts, ofCard(parts, card), now);
    },
  );
  parts.notices.wake();
}

/** One after the other, a batch at a time. */
async function each<Thing extends { readonly id: Id }>(
  next: (after: Id | null) => Promise<Thing[]>,
  signal: AbortSignal,
  work: (thing: Thing) => Promise<void>,
): Promise<void> {
  for (let after: Id | null = null; !signal.aborted; ) {
    const things: Thing[] = await next(after);
    for (const thing of things) await work(thing);
    after = things.at(-1)?.id ?? null;
    if (things.length < BATCH) return;
  }
}

/** A clock that jumped is asked again in the next round. */
async function believedOrNull({ believed }: DateParts): Promise<number | null> {
  try {
    return await believed();
  } catch (error) {
    if (error instanceof ClockDoubted) return null;
    throw error;
  }
}

/** Something that ends or renews, and what its people are told. */
interface Thing extends Span {
  readonly id: Id;
  readonly account: Id;
  readonly days: readonly number[];
  readonly roles: readonly MemberRole[];
  readonly letter: (person: Id) => Omit<ServiceMail, 'id'>;
}

const ofKey = ({ siteUrl }: DateParts, key: EndingKey): Thing => ({
  ...key,
  days: ENDS,
  roles: KEY_ROLES,
  letter: (person) => ({
    template: 'key_ends',
    person,
    values: {
      key: key.name,
      account: key.accountName,
      on: minuteOf(key.at),
      url: `${siteUrl}/console/${outward('acct', key.account)}/keys`,
    },
  }),
});

const ofPlan = ({ siteUrl }: DateParts, plan: RenewingPlan): Thing => ({
  ...plan,
  days: plan.every === 'year' && !plan.endsThen ? RENEWS_YEARLY : ENDS,
  roles: PLAN_ROLES,
  letter: (person) => {
    const values = {
      plan: plan.name,
      account: plan.accountName,
      on: minuteOf(plan.at),
      url: `${siteUrl}/console/${outward('acct', plan.account)}/credit/plan`,
    };
    return plan.endsThen
      ? { template: 'plan_ends', person, values }
      : { template: 'plan_renews', person, values: { ...values, amount: `${formatAmount(plan.price)} USD` } };
  },
});

const ofCard = ({ siteUrl }: DateParts, card: EndingCard): Thing => ({
  ...card,
  // Whoever brings one that ends soon is told of it, too: what rests on it goes on longer.
  since: 0,
  days: ENDS,
  roles: PLAN_ROLES,
  letter: (person) => ({
    template: 'card_ends',
    person,
    values: {
      account: card.accountName,
      on: lastDay(card.at),
      what: card.paysFor,
      url: `${siteUrl}/console/${outward('acct', card.account)}/credit/portal`,
    },
  }),
});

async function remindOf({ services, notices }: DateParts, thing: Thing, now: number): Promise<void> {
  const step = stepAt(thing, thing.days, now);
  if (step === null) return;
  await services.db.transaction(async (tx) => {
    for (const person of await peopleOf(tx, thing.account, thing.roles)) {
      const idOf = (day: number) => idOfStep(services.pepper, { of: thing.id, at: thing.at, day, person });
      const told = thing.days.filter((day) => day <= step).map(idOf);
      if (await isThere(tx, told)) continue;
      await notices.send(tx, { ...thing.letter(person), id: idOf(step) } as ServiceMail);
    }
  });
}

interface Step {
  readonly of: Id;
  readonly at: number;
  readonly day: number;
  readonly person: Id;
}

const idOfStep = (pepper: string, { of, at, day, person }: Step): Id =>
  createHmac('sha256', Buffer.from(pepper, 'hex'))
    .update(`kept date v1\n${of} ${at} ${day} ${person}`)
    .digest('hex')
    .slice(0, 32);

async function isThere(tx: Tx, ids: readonly Id[]): Promise<boolean> {
  const found = await tx
    .select({ id: mail.id })
    .from(mail)
    .where(inArray(mail.id, [...ids]))
    .limit(1);
  return found.length > 0;
}
