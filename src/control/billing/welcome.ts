/**
 * The credit of a sign-up: once for each account that was made by one, as soon as its owner's address is confirmed and
 * they have agreed to policy and terms. The account says that it is due until it is booked, in the same transaction, so
 * that a kill neither loses nor doubles it.
 */
import { and, eq, exists } from 'drizzle-orm';
import type { Id } from '../../link/ids.ts';
import { account, agreement, membership } from '../accounts/schema.ts';
import type { Actor } from '../actor.ts';
import type { Services } from '../services.ts';
import { creditAct } from './add-credit.ts';

const SYSTEM: Actor = { role: 'system', person: null };
const REASON = 'Credit for signing up';
/** Whether a credit was one of these, by its reason. */
export const isWelcome = (reason: string | null): boolean => reason === REASON;
/** Accounts of one look. */
const ACCOUNTS_MAX = 1000;

const due = and(eq(account.welcomeDue, true), eq(account.awaitsAddress, false));

/** Whoever signed up by a form agreed there; who came by a provider is asked at their first sign-in. */
const agreed = ({ db }: Services) =>
  exists(
    db
      .select({ person: agreement.person })
      .from(agreement)
      .innerJoin(membership, eq(membership.person, agreement.person))
      .where(
        and(eq(membership.account, account.id), eq(membership.role, 'owner'), eq(agreement.to, 'terms')),
      ),
  );

/** False: nothing was due. `microUsd` 0: it is not given any more. */
export async function giveWelcome(services: Services, id: Id, microUsd: number): Promise<boolean> {
  const { db, record, writer, money } = services;
  // Nobody takes it back, so it holds in the transaction that follows as well.
  const [owed] = await db
    .select({ id: account.id })
    .from(account)
    .where(and(eq(account.id, id), due, agreed(services)));
  if (owed === undefined) return false;
  const credit = creditAct(services, { account: id, microUsd, reason: REASON, by: SYSTEM });
  return record.act(
    async (tx, enter) => {
      const taken = await tx
        .update(account)
        .set({ welcomeDue: false })
        .where(and(eq(account.id, id), due))
        .returning({ id: account.id });
      if (taken.length === 0 || microUsd === 0) return false;
      await credit(tx, enter);
      return true;
    },
    {
      transaction: writer.transaction,
      committed: (isGiven) => {
        if (isGiven) money.credit(id, microUsd);
      },
    },
  );
}

/** What a kill left undone. Answers how many accounts got it. */
export async function giveWelcomes(services: Services, microUsd: number): Promise<number> {
  const found = await services.db
    .select({ id: account.id })
    .from(account)
    .where(and(due, agreed(services)))
    .limit(ACCOUNTS_MAX);
  let given = 0;
  for (const { id } of found) if (await giveWelcome(services, id, microUsd)) given++;
  return given;
}
