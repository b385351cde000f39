/**
 * The other end of an invitation: looked at, accepted, declined.
 *
 * Only the person whose confirmed address was invited may accept. The link alone would do for whoever it is forwarded to,
 * whoever reads a shared mailbox, an archive or a proxy's log, and the role may be an owner's; the address alone says
 * whom the owners meant. Who has another address is told so, not which one, and asks for an invitation to theirs.
 * Declining needs no more than the link: it gives nobody anything.
 */
import { and, eq } from 'drizzle-orm';
import type { Id } from '../../link/ids.ts';
import { keepAway } from '../../store/rights/suppress.ts';
import type { Tx } from '../../store/store.ts';
import { addressOf, lockAccounts, type MemberRole, ownersOf } from '../accounts/index.ts';
import { membership } from '../accounts/schema.ts';
import { outward } from '../outward.ts';
import { Problem } from '../problem.ts';
import { accountName, type Called, otherOwners, tell, whoIsIt } from './mails.ts';
import { endInvitations, findByToken, type InvitationRow, invitedAddress } from './open-invitations.ts';
import type { MemberParts } from './parts.ts';

export interface SeenInvitation {
  /** Like `acct_…`. */
  readonly account: string;
  readonly name: string;
  readonly inviter: Called;
  readonly role: MemberRole;
  /** ISO 8601. */
  readonly until: string;
  /** What whoever looks can do; null: nobody is signed in. */
  readonly you: 'invited' | 'somebody_else' | 'member_already' | null;
}

/** What a link says; null where it is over, or was never one. `person`: who looks, with a confirmed address. */
export async function lookAtInvitation(
  parts: MemberParts,
  token: string,
  person: Id | null,
): Promise<SeenInvitation | null> {
  const { services, store } = parts;
  const { db } = services;
  const row = await findByToken(db, token, store.now());
  if (row === null) return null;
  return {
    account: outward('acct', row.account),
    name: await accountName(parts, db, row.account),
    inviter: await whoIsIt(parts, db, row.inviter),
    role: row.role,
    until: row.expiresAt.toISOString(),
    you: person === null ? null : await standing(parts, row, person),
  };
}

async function standing({ services }: MemberParts, row: InvitationRow, person: Id) {
  const { db } = services;
  const its = and(eq(membership.account, row.account), eq(membership.person, person));
  const found = await db.select({ role: membership.role }).from(membership).where(its);
  if (found.length > 0) return 'member_already';
  const isTheirs = (await addressOf(services, db, person)) === invitedAddress(services, row);
  return isTheirs ? 'invited' : 'somebody_else';
}

/**
 * `person`: who is signed in, with a confirmed address and nothing else asked of them. Answers the account's id outward.
 * Throws `Problem` 403 (`not_for_you`), 409 (`member_already`, `account_ends`) or 410.
 */
export async function acceptInvitation(parts: MemberParts, token: string, person: Id): Promise<string> {
  const { services, notices } = parts;
  const account = await services.record.act(async (tx, enter) => {
    const row = await lockInvitation(parts, tx, token);
    if ((await addressOf(services, tx, person)) !== invitedAddress(services, row))
      throw new Problem(403, 'not_for_you', 'This invitation went to another address than yours.');
    if (services.keys.inGrace(row.account))
      throw new Problem(
        409,
        'account_ends',
        'This account is going to be deleted. Nobody joins it any more.',
      );
    const made = await tx
      .insert(membership)
      .values({ person, account: row.account, role: row.role })
      .onConflictDoNothing()
      .returning({ role: membership.role });
    if (made.length === 0) throw new Problem(409, 'member_already', 'You belong to this account already.');
    await endInvitations(tx, [row.id], 'accepted');
    const { name, email } = await whoIsIt(parts, tx, person);
    await tell(parts, tx, {
      template: 'member_joined',
      account: row.account,
      people: await otherOwners(tx, row.account, person),
      values: { who: `${name} (${email})`, role: row.role },
    });
    await enter({
      kind: 'access_change',
      role: 'person',
      about: { kind: 'account', id: row.account },
      content: { what: 'member_joined', account: row.account, invitation: row.id, person, role: row.role },
    });
    return row.account;
  });
  notices.wake();
  return outward('acct', account);
}

/** `never`: no invitation goes to the address any more, until its person signs up by themselves. Throws `Problem` 410. */
export async function declineInvitation(parts: MemberParts, token: string, never: boolean): Promise<void> {
  const { services, store } = parts;
  const seen = await findByToken(services.db, token, store.now());
  const email = seen === null ? null : invitedAddress(services, seen);
  if (email === null) throw notValid();
  // First what they wish for: killed between the two, the link still works.
  if (never)
    await keepAway(store, { value: email, declined: false, purpose: 'invitation', ground: 'opt_out' });
  await services.record.act(async (tx, enter) => {
    const { id, account } = await lockInvitation(parts, tx, token);
    await endInvitations(tx, [id], 'declined');
    await enter({
      kind: 'access_change',
      role: 'person',
      about: { kind: 'account', id: account },
      content: { what: 'invitation_declined', account, invitation: id },
    });
  });
}

/** Accepted twice, or while it is revoked, it is found once: the account's lock comes first everywhere. */
async function lockInvitation({ store }: MemberParts, tx: Tx, token: string): Promise<InvitationRow> {
  const seen = await findByToken(tx, token, store.now());
  if (seen === null) throw notValid();
  await lockAccounts(tx, [seen.account]);
  const row = await findByToken(tx, token, store.now());
  if (row === null || !(await ownersOf(tx, row.account)).includes(row.inviter)) throw notValid();
  return row;
}

const notValid = (): Problem =>
  new Problem(
    410,
    'link_not_valid',
    'This invitation was used, taken back or has ended. Ask whoever invited you for another.',
  );
