/** Who of the staff may answer, as the inbox names them. */
import { inArray } from 'drizzle-orm';
import type { Id } from '../../link/ids.ts';
import type { Db } from '../../store/database.ts';
import { readValue } from '../../store/sealed-rows.ts';
import type { Vault } from '../../store/sealing/vault.ts';
import { type StaffRole, standingRole } from '../accounts/index.ts';
import { person } from '../accounts/schema.ts';

/** As `answer_messages` of the desk has them. */
export const ANSWERING_ROLES = ['support', 'privacy', 'admin'] as const satisfies readonly StaffRole[];

export interface Colleague {
  readonly id: Id;
  readonly role: StaffRole;
  readonly name: string;
}

export async function colleagues(db: Db, vault: Vault, now: number): Promise<readonly Colleague[]> {
  const { id, name, staffRole, staffUntil } = person;
  const rows = await db
    .select({ id, name, staffRole, staffUntil })
    .from(person)
    .where(inArray(staffRole, [...ANSWERING_ROLES]));
  return rows.flatMap((row) => {
    const role = standingRole(row, now);
    return role === null
      ? []
      : [{ id: row.id, role, name: readValue(vault, person, row, 'name') ?? 'Somebody' }];
  });
}
