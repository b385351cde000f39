/** Who may do what in an account that several people share. */
import { and, eq } from 'drizzle-orm';
import type { Id } from '../../link/ids.ts';
import { readValue } from '../../store/sealed-rows.ts';
import { outward } from '../outward.ts';
import { Problem } from '../problem.ts';
import type { Services } from '../services.ts';
import { account, type MEMBER_ROLES, membership } from './schema.ts';

export type MemberRole = (typeof MEMBER_ROLES)[number];

/** What somebody does in an account, and the roles that may. */
const MAY = {
  see: ['owner', 'developer', 'billing', 'viewer'],
  see_usage: ['owner', 'developer', 'billing', 'viewer'],
  use_models: ['owner', 'developer'],
  manage_keys: ['owner', 'developer'],
  see_money: ['owner', 'billing'],
  manage_money: ['owner', 'billing'],
  set_data_terms: ['owner'],
  /** Requests that are kept to find a fault: what they say, and whether. */
  capture: ['owner'],
  manage_members: ['owner'],
  end_account: ['owner'],
} as const satisfies Record<string, readonly MemberRole[]>;
export type Permission = keyof typeof MAY;

export const may = (role: MemberRole, what: Permission): boolean =>
  (MAY[what] as readonly MemberRole[]).includes(role);

export interface OwnAccount {
  readonly account: Id;
  /** As its owner named it. */
  readonly name: string;
  readonly role: MemberRole;
}

/** The accounts that a person belongs to, the oldest first. */
export async function accountsOf(
  { db, vault }: Pick<Services, 'db' | 'vault'>,
  person: Id,
): Promise<OwnAccount[]> {
  const rows = await db
    .select({ account, role: membership.role })
    .from(membership)
    .innerJoin(account, eq(account.id, membership.account))
    .where(eq(membership.person, person))
    .orderBy(account.createdAt, account.id);
  return rows.map(({ account: row, role }) => ({
    account: row.id,
    name: readValue(vault, account, row, 'name') ?? outward('acct', row.id),
    role,
  }));
}

/**
 * The role of a person in an account in which they may do `what`. Throws `Problem` 404 for an account that they do not
 * belong to, as for one that does not exist, and 403 when their role is not enough.
 */
export async function demandRole(
  { db }: Pick<Services, 'db'>,
  person: Id,
  of: Id,
  what: Permission,
): Promise<MemberRole> {
  const [found] = await db
    .select({ role: membership.role })
    .from(membership)
    .where(and(eq(membership.person, person), eq(membership.account, of)));
  if (found === undefined)
    throw new Problem(404, 'no_such_account', 'You do not belong to an account with this id.');
  if (!may(found.role, what))
    throw new Problem(403, 'role_not_enough', `Your role in this account is ${found.role}. Ask an owner.`);
  return found.role;
}
