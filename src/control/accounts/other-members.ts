/** Who else belongs to an account, with their names: for its owners. */
import { and, eq, ne } from 'drizzle-orm';
import type { Id } from '../../link/ids.ts';
import { readValue } from '../../store/sealed-rows.ts';
import type { Services } from '../services.ts';
import type { MemberRole } from './members.ts';
import { membership, person } from './schema.ts';

export interface OtherMember {
  readonly person: Id;
  readonly name: string;
  readonly email: string;
  readonly role: MemberRole;
}

export async function otherMembers(
  { db, vault }: Pick<Services, 'db' | 'vault'>,
  account: Id,
  but: Id,
): Promise<OtherMember[]> {
  const rows = await db
    .select({ whom: person, role: membership.role })
    .from(membership)
    .innerJoin(person, eq(person.id, membership.person))
    .where(and(eq(membership.account, account), ne(membership.person, but)));
  return rows.map(({ whom, role }) => ({
    person: whom.id,
    name: readValue(vault, person, whom, 'name') ?? '',
    email: readValue(vault, person, whom, 'email') ?? '',
    role,
  }));
}
