/** Who belongs to an account, with their names and addresses: for those who belong to it themselves. */
import { eq, inArray } from 'drizzle-orm';
import type { Id } from '../../link/ids.ts';
import { readValue } from '../../store/sealed-rows.ts';
import type { Services } from '../services.ts';
import type { MemberRole } from './members.ts';
import { MEMBER_ROLES, membership, person } from './schema.ts';

export interface ListedMember {
  readonly person: Id;
  readonly name: string;
  readonly email: string;
  readonly role: MemberRole;
}

/**
 * Owners first, then by name. `people`: where the names are read. Row security lets a member see who belongs to the
 * account, and of the rows about people only their own.
 */
export async function listMembers(
  { db, vault }: Pick<Services, 'db' | 'vault'>,
  account: Id,
  people = db,
): Promise<ListedMember[]> {
  const members = await db
    .select({ person: membership.person, role: membership.role })
    .from(membership)
    .where(eq(membership.account, account));
  const ids = members.map((member) => member.person);
  const rows = ids.length === 0 ? [] : await people.select().from(person).where(inArray(person.id, ids));
  const listed = rows.flatMap((row) => {
    const member = members.find((each) => each.person === row.id);
    if (member === undefined) return [];
    const name = readValue(vault, person, row, 'name') ?? '';
    return [{ person: row.id, name, email: readValue(vault, person, row, 'email') ?? '', role: member.role }];
  });
  const rank = ({ role }: ListedMember): number => MEMBER_ROLES.indexOf(role);
  return listed.sort((one, other) => rank(one) - rank(other) || one.name.localeCompare(other.name));
}

/** All but one of them. */
export async function otherMembers(
  services: Pick<Services, 'db' | 'vault'>,
  account: Id,
  but: Id,
): Promise<ListedMember[]> {
  return (await listMembers(services, account)).filter((member) => member.person !== but);
}
