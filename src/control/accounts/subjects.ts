/** What erasing and showing ask about people and their accounts. */
import { and, eq, exists, inArray, isNull, lt, ne, notExists, or, sql } from 'drizzle-orm';
import { alias } from 'drizzle-orm/pg-core';
import type { Id } from '../../link/ids.ts';
import type { Db } from '../../store/database.ts';
import { prepare, run } from '../../store/prepared.ts';
import { readValue } from '../../store/sealed-rows.ts';
import type { Tx } from '../../store/store.ts';
import { conversation } from '../messages/schema.ts';
import type { Services } from '../services.ts';
import { PASSWORD, signInMethod } from '../sign-in/schema.ts';
import type { MemberRole } from './members.ts';
import { account, agreement, membership, person } from './schema.ts';

/** The accounts that end with this person, because nobody else owns them (DESIGN.md, Words). */
export async function accountsEndingWith(db: Db | Tx, personId: Id): Promise<Id[]> {
  const found = await run<{ account_id: string }>(db, ENDING_WITH, { person: personId });
  return found.map((row) => row.account_id.replaceAll('-', ''));
}

const other = alias(membership, 'other');
const ENDING_WITH = prepare(sql`
  select ${membership.account} from ${membership}
  where ${membership.person} = ${sql.placeholder('person')}::uuid and ${membership.role} = 'owner'
    and not exists (select from ${membership} ${other} where ${other.account} = ${membership.account}
      and ${other.role} = 'owner' and ${other.person} <> ${membership.person})`);

/** The accounts that this person owns, alone or with others. */
export async function accountsOwnedBy(db: Db | Tx, personId: Id): Promise<Id[]> {
  const found = await db
    .select({ account: membership.account })
    .from(membership)
    .where(and(eq(membership.person, personId), eq(membership.role, 'owner')));
  return found.map((row) => row.account);
}

/** Those of them that nobody else belongs to. */
export async function accountsHeldAlone(db: Db | Tx, personId: Id): Promise<Id[]> {
  const found = await run<{ account_id: string }>(db, HELD_ALONE, { person: personId });
  return found.map((row) => row.account_id.replaceAll('-', ''));
}

const HELD_ALONE = prepare(sql`
  select ${membership.account} from ${membership}
  where ${membership.person} = ${sql.placeholder('person')}::uuid and ${membership.role} = 'owner'
    and not exists (select from ${membership} ${other} where ${other.account} = ${membership.account}
      and ${other.person} <> ${membership.person})`);

/** Tables that say whose an account is: a hold on one that is somebody's alone keeps their rows of it. */
export const ACCOUNT_LINKS = ['membership'] as const;

/** Who owns the account. */
export const ownersOf = (db: Db | Tx, accountId: Id): Promise<Id[]> => peopleOf(db, accountId, ['owner']);

/** Those who have one of these roles in an account. */
export async function peopleOf(db: Db | Tx, accountId: Id, roles: readonly MemberRole[]): Promise<Id[]> {
  const found = await db
    .select({ person: membership.person })
    .from(membership)
    .where(and(eq(membership.account, accountId), inArray(membership.role, [...roles])));
  return found.map(({ person: member }) => member);
}

/**
 * Until the end of the transaction nothing is booked on these accounts: what was is visible from now on, and what
 * comes waits and finds them gone.
 */
export async function lockAccounts(tx: Tx, ids: readonly Id[]): Promise<void> {
  await run(tx, LOCK, { ids });
}

const LOCK = prepare(sql`
  select from ${account} where ${account.id} = any(${sql.placeholder('ids')}::uuid[])
  order by ${account.id} for update`);

/** The address that a person is found by; null where there is none, or it cannot be opened. */
export async function addressOf(
  { vault }: Pick<Services, 'vault'>,
  db: Db | Tx,
  personId: Id,
): Promise<string | null> {
  const [row] = await run<Pick<PersonRow, 'email'>>(db, ADDRESS, { person: personId });
  return row === undefined ? null : readValue(vault, person, { ...row, id: personId }, 'email');
}

type PersonRow = typeof person.$inferSelect;
const ADDRESS = prepare(
  sql`select ${person.email} from ${person} where ${person.id} = ${sql.placeholder('person')}::uuid`,
);

const NEVER_CONFIRMED_MAX = 100;

/**
 * Who signed up before then and went no further, 100 at most: they never showed that the address reaches them, or came by
 * a provider and agreed to nothing.
 */
export async function signUpsNeverConfirmed(db: Db, before: Date): Promise<Id[]> {
  const agreed = db.select({ one: sql`1` }).from(agreement).where(eq(agreement.person, person.id));
  const isByProvider = and(eq(signInMethod.person, person.id), ne(signInMethod.provider, PASSWORD));
  const byProvider = db.select({ one: sql`1` }).from(signInMethod).where(isByProvider);
  const wentNoFurther = and(eq(account.way, 'sign_up'), exists(byProvider), notExists(agreed));
  // Whoever has the address may have written to us, whoever signed up with it.
  const wrote = db.select({ one: sql`1` }).from(conversation).where(eq(conversation.person, person.id));
  const isUnconfirmed = and(isNull(person.emailVerifiedAt), eq(account.awaitsAddress, true));
  const found = await db
    .select({ id: person.id })
    .from(person)
    .innerJoin(membership, eq(membership.person, person.id))
    .innerJoin(account, eq(account.id, membership.account))
    .where(and(lt(person.createdAt, before), or(isUnconfirmed, wentNoFurther), notExists(wrote)))
    .limit(NEVER_CONFIRMED_MAX);
  return found.map(({ id }) => id);
}
