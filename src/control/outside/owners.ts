/**
 * Who looks after a system: a person of staff, as long as they have a role that lets them. Of a system without one, whoever
 * decides about requests does.
 */
import { inArray } from 'drizzle-orm';
import type { Id } from '../../link/ids.ts';
import { readValue } from '../../store/sealed-rows.ts';
import { type StaffRole, standingRole } from '../accounts/index.ts';
import { person } from '../accounts/schema.ts';
import type { OutsideParts } from './parts.ts';

/** An auditor changes nothing anywhere, so looks after no system. */
const OWNER_ROLES = ['support', 'privacy', 'finance', 'admin'] as const satisfies readonly StaffRole[];

export interface PossibleOwner {
  readonly id: Id;
  readonly role: StaffRole;
  /** Null where it can no longer be read. */
  readonly name: string | null;
}

/** Everybody who may look after a system now, by their random ids. */
export async function possibleOwners({
  services: { db, vault },
  store,
}: Pick<OutsideParts, 'services' | 'store'>): Promise<ReadonlyMap<Id, PossibleOwner>> {
  const { id, name, staffRole, staffUntil } = person;
  const rows = await db
    .select({ id, name, staffRole, staffUntil })
    .from(person)
    .where(inArray(staffRole, [...OWNER_ROLES]));
  return new Map(
    rows.flatMap((row) => {
      const role = standingRole(row, store.now());
      return role === null
        ? []
        : [[row.id, { id: row.id, role, name: readValue(vault, person, row, 'name') }]];
    }),
  );
}
