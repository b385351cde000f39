/** Invitations that are open: looked for, and ended. */
import { and, eq, getTableColumns, gt, inArray, isNull } from 'drizzle-orm';
import type { Id } from '../../link/ids.ts';
import type { Db } from '../../store/database.ts';
import { readValue } from '../../store/sealed-rows.ts';
import type { Tx } from '../../store/store.ts';
import type { MemberRole } from '../accounts/index.ts';
import { forgetMails } from '../notices/index.ts';
import { hashToken, isToken } from '../random-token.ts';
import type { Services } from '../services.ts';
import { type INVITATION_STATES, membershipInvitation } from './schema.ts';

/** Open ones that are compared with an address; there are far fewer. */
const COMPARED_MAX = 10_000;

export type InvitationRow = typeof membershipInvitation.$inferSelect;

export const isOpen = (now: number) =>
  and(eq(membershipInvitation.state, 'open'), gt(membershipInvitation.expiresAt, new Date(now)));

const openOf = (account: Id, now: number) => and(eq(membershipInvitation.account, account), isOpen(now));

export const invitedAddress = (
  { vault }: Pick<Services, 'vault'>,
  row: Omit<InvitationRow, 'token'>,
): string | null => readValue(vault, membershipInvitation, row, 'email');

/** Those of an account, locked until the end of the transaction; the caller has locked the account. */
export const lockOpenOf = (tx: Tx, account: Id, now: number): Promise<InvitationRow[]> =>
  tx.select().from(membershipInvitation).where(openOf(account, now)).for('update');

/** The one that a link opens; null where it is over, was never one, or its account is gone. */
export async function findByToken(db: Db | Tx, token: string, now: number): Promise<InvitationRow | null> {
  if (!isToken(token)) return null;
  const its = and(eq(membershipInvitation.token, hashToken(token)), isOpen(now));
  const [row] = await db.select().from(membershipInvitation).where(its);
  return row ?? null;
}

/** These are over: whom they were for goes, and what of a mail to them is still here. */
export async function endInvitations(
  tx: Tx,
  ids: readonly Id[],
  state: Exclude<(typeof INVITATION_STATES)[number], 'open'>,
): Promise<void> {
  if (ids.length === 0) return;
  await tx
    .update(membershipInvitation)
    .set({ state, email: null, invited: null })
    .where(inArray(membershipInvitation.id, [...ids]));
  await forgetMails(tx, ids);
}

/** Those that somebody sent end when they own the account no more: nobody comes in by the word of who left. */
export async function endInvitationsBy(tx: Tx, account: Id, inviter: Id, now: number): Promise<void> {
  const open = await lockOpenOf(tx, account, now);
  const theirs = open.filter((row) => row.inviter === inviter);
  await endInvitations(
    tx,
    theirs.map(({ id }) => id),
    'revoked',
  );
}

export interface ListedInvitation {
  readonly id: Id;
  readonly email: string;
  readonly role: MemberRole;
  /** ISO 8601. */
  readonly until: string;
}

/** Those of an account, the newest first. */
export async function openInvitations(
  { db, vault }: Pick<Services, 'db' | 'vault'>,
  account: Id,
  now: number,
): Promise<ListedInvitation[]> {
  const rows = await db.select(COLUMNS).from(membershipInvitation).where(openOf(account, now));
  return rows
    .sort((one, other) => other.createdAt.getTime() - one.createdAt.getTime())
    .map((row) => ({
      id: row.id,
      email: invitedAddress({ vault }, row) ?? '',
      role: row.role,
      until: row.expiresAt.toISOString(),
    }));
}

/** Whoever may read what is shown may not read the token's hash. */
const { token: _, ...COLUMNS } = getTableColumns(membershipInvitation);

/** Whether this link is an open invitation of this address: then its person may sign up where that wants an invitation. */
export async function isInvited(
  services: Pick<Services, 'db' | 'vault'>,
  { token, email, now }: { readonly token: string; readonly email: string; readonly now: number },
): Promise<boolean> {
  const row = await findByToken(services.db, token, now);
  return row !== null && invitedAddress(services, row) === email;
}

/**
 * Somebody showed that an address is theirs: invitations that went to it name them from now on, so that they go when the
 * person is erased. Nothing else finds them, since no hash of an address stands in the database.
 */
export async function claimInvitations(
  { vault }: Pick<Services, 'vault'>,
  tx: Tx,
  { person, email, now }: { readonly person: Id; readonly email: string; readonly now: number },
): Promise<void> {
  const open = await tx
    .select()
    .from(membershipInvitation)
    .where(and(isOpen(now), isNull(membershipInvitation.invited)))
    .limit(COMPARED_MAX);
  const theirs = open.filter((row) => invitedAddress({ vault }, row) === email).map(({ id }) => id);
  if (theirs.length === 0) return;
  await tx
    .update(membershipInvitation)
    .set({ invited: person })
    .where(inArray(membershipInvitation.id, theirs));
}
