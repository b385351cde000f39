/**
 * Inviting somebody into an account, by an address and a role. A mail with a link goes there; nothing tells who invites
 * whether the address has an account here. Nobody is pestered by way of us: so many are sent in a day, by an account and
 * to an address; the mail holds no words of theirs but the address that they confirmed; and whoever was erased, or wants
 * no invitations, gets none.
 */
import { and, count, eq, gt } from 'drizzle-orm';
import { z } from 'zod';
import { type Id, newId } from '../../link/ids.ts';
import { sealRow } from '../../store/sealed-rows.ts';
import type { Tx } from '../../store/store.ts';
import { demandRole, emailInput, lockAccounts, type MemberRole } from '../accounts/index.ts';
import { MEMBER_ROLES, membership, person } from '../accounts/schema.ts';
import { named } from '../actor.ts';
import { checkInput } from '../input.ts';
import { minuteOf } from '../minute.ts';
import { Problem } from '../problem.ts';
import { hashToken, newToken } from '../random-token.ts';
import { whoIsIt } from './mails.ts';
import { endInvitations, type InvitationRow, invitedAddress, lockOpenOf } from './open-invitations.ts';
import type { Acting, MemberParts } from './parts.ts';
import { membershipInvitation } from './schema.ts';

const DAY_MS = 86_400_000;
/** How long a link is good for. */
export const INVITATION_DAYS = 7;
/** Invitations of an account that are open at a time, and that it sends in 24 hours, those sent again included. */
const OPEN_MAX = 20;
const SENT_IN_A_DAY_MAX = 20;
/** Members and open invitations together: a page shows them all. */
const MEMBERS_MAX = 200;

const inviteInput = z.strictObject({
  email: emailInput,
  role: z.enum(MEMBER_ROLES, `must be one of ${MEMBER_ROLES.join(', ')}`),
});
const LABELS = { email: 'E-mail address', role: 'Role' };

/**
 * `form`: `email` and `role`. An open one to the same address ends. Throws `Problem` 400, 403, 409 (`member_already`,
 * `too_many_invitations`, `not_invited`).
 */
export async function invite(parts: MemberParts, acting: Acting, form: unknown): Promise<void> {
  const { email, role } = checkInput(form, inviteInput, LABELS);
  refuseUnwanted(parts, email);
  await send(parts, acting, async (tx, open) => {
    await refuseMember(parts, tx, acting.account, email);
    const earlier = open.filter((row) => invitedAddress(parts.services, row) === email);
    return { email, role, earlier };
  });
}

/** A fresh link for another seven days; the earlier one ends. Throws `Problem` as `invite`, and 404. */
export async function sendAgain(parts: MemberParts, acting: Acting, id: Id): Promise<void> {
  await send(parts, acting, async (_tx, open) => {
    const row = open.find((each) => each.id === id);
    const email = row === undefined ? null : invitedAddress(parts.services, row);
    if (row === undefined || email === null) throw noSuchInvitation();
    refuseUnwanted(parts, email);
    return { email, role: row.role, earlier: [row] };
  });
}

/** Throws `Problem` 404 for one that is over. */
export async function revokeInvitation(
  { services, store }: MemberParts,
  { account, actor }: Acting,
  id: Id,
): Promise<void> {
  await services.record.act(async (tx, enter) => {
    await lockAccounts(tx, [account]);
    await demandRole({ db: tx }, actor.person, account, 'manage_members');
    const open = await lockOpenOf(tx, account, store.now());
    if (!open.some((row) => row.id === id)) throw noSuchInvitation();
    await endInvitations(tx, [id], 'revoked');
    await enter({
      kind: 'access_change',
      role: actor.role,
      about: { kind: 'account', id: account },
      content: { what: 'invitation_revoked', account, invitation: id, ...named(actor) },
    });
  });
}

interface Wish {
  readonly email: string;
  readonly role: MemberRole;
  /** What this one takes the place of. */
  readonly earlier: readonly InvitationRow[];
}

async function send(
  parts: MemberParts,
  { account, actor }: Acting,
  wishOf: (tx: Tx, open: readonly InvitationRow[]) => Promise<Wish>,
): Promise<void> {
  const { services, store, notices } = parts;
  const now = store.now();
  await services.record.act(async (tx, enter) => {
    await lockAccounts(tx, [account]);
    await demandRole({ db: tx }, actor.person, account, 'manage_members');
    const open = await lockOpenOf(tx, account, now);
    const { email, role, earlier } = await wishOf(tx, open);
    await endInvitations(
      tx,
      earlier.map(({ id }) => id),
      'revoked',
    );
    await refuseTooMany(tx, account, open.length - earlier.length, now);
    const made = { id: newId(), account, inviter: actor.person, role, email, now };
    await write(parts, tx, made);
    await enter({
      kind: 'access_change',
      role: actor.role,
      about: { kind: 'account', id: account },
      content: { what: 'member_invited', account, invitation: made.id, role, ...named(actor) },
    });
  });
  notices.wake();
}

interface Made {
  readonly id: Id;
  readonly account: Id;
  readonly inviter: Id;
  readonly role: MemberRole;
  readonly email: string;
  readonly now: number;
}

/** The row, and the mail of the same id: both go when the invitation is over. */
async function write(parts: MemberParts, tx: Tx, { now, ...made }: Made): Promise<void> {
  const { services, notices, siteUrl } = parts;
  const token = newToken();
  const expiresAt = new Date(now + INVITATION_DAYS * DAY_MS);
  await tx.insert(membershipInvitation).values(
    sealRow(services.vault, membershipInvitation, {
      ...made,
      invited: await confirmedOwner(parts, tx, made.email),
      token: hashToken(token),
      createdAt: new Date(now),
      expiresAt,
    }),
  );
  const { email: inviter } = await whoIsIt(parts, tx, made.inviter);
  await notices.send(tx, {
    id: made.id,
    template: 'membership_invitation',
    person: made.inviter,
    to: made.email,
    toUntil: expiresAt,
    values: {
      inviter,
      role: made.role,
      until: minuteOf(expiresAt),
      url: `${siteUrl}/join?token=${token}`,
    },
  });
}

/** Whose confirmed address it is. Asked of the database for every address, so that the answer takes as long for each. */
async function confirmedOwner({ services }: MemberParts, tx: Tx, email: string): Promise<Id | null> {
  const owner = services.keys.lookup('email', email) ?? newId();
  const [row] = await tx.select().from(person).where(eq(person.id, owner));
  return row === undefined || row.emailVerifiedAt === null ? null : row.id;
}

/**
 * The same words for whoever was erased, for whoever wants no invitations, and for an address that got several today:
 * they tell nobody which of it is so.
 */
function refuseUnwanted({ store, limits }: Pick<MemberParts, 'store' | 'limits'>, email: string): void {
  if (store.keys.isSuppressed(email, 'invitation') || limits.waitMs('invitation', email) > 0)
    throw new Problem(
      409,
      'not_invited',
      'No invitation goes to this address: it got several of late, or whoever reads its mail wants none. Ask them to sign up by themselves; then they can be invited.',
    );
  limits.count('invitation', email);
}

async function refuseMember({ services }: MemberParts, tx: Tx, account: Id, email: string): Promise<void> {
  const known = services.keys.lookup('email', email) ?? newId();
  const its = and(eq(membership.account, account), eq(membership.person, known));
  const [found] = await tx.select({ role: membership.role }).from(membership).where(its);
  if (found !== undefined)
    throw new Problem(409, 'member_already', 'They belong to this account already. Change their role there.');
}

async function refuseTooMany(tx: Tx, account: Id, open: number, now: number): Promise<void> {
  const refuse = (sentence: string): never => {
    throw new Problem(409, 'too_many_invitations', sentence);
  };
  if (open >= OPEN_MAX)
    refuse(`At most ${OPEN_MAX} invitations are open at a time. Revoke one, or wait until one is accepted.`);
  const [sent] = await tx
    .select({ today: count() })
    .from(membershipInvitation)
    .where(
      and(
        eq(membershipInvitation.account, account),
        gt(membershipInvitation.createdAt, new Date(now - DAY_MS)),
      ),
    );
  if ((sent?.today ?? 0) >= SENT_IN_A_DAY_MAX)
    refuse(`An account sends at most ${SENT_IN_A_DAY_MAX} invitations in 24 hours. Try again tomorrow.`);
  const [members] = await tx.select({ all: count() }).from(membership).where(eq(membership.account, account));
  if ((members?.all ?? 0) + open >= MEMBERS_MAX)
    refuse(`An account has at most ${MEMBERS_MAX} members, those who are invited included.`);
}

const noSuchInvitation = (): Problem =>
  new Problem(404, 'no_such_invitation', 'This invitation is not open any more.');
