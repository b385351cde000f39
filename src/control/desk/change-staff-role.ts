/** The operator's command gives somebody a role of staff, with an end or without, or takes it away. */
import { z } from 'zod';
import { demandEnd, findPerson, type StaffRole } from '../accounts/index.ts';
import { STAFF_ROLES } from '../accounts/schema.ts';
import { futureMoment } from '../input.ts';
import type { Notices } from '../notices/index.ts';
import { Problem } from '../problem.ts';
import type { Services } from '../services.ts';
import { setStaffRole } from '../set-staff-role.ts';

const NONE = 'none';
const CHOICES = [...STAFF_ROLES, NONE] as const;

export const staffInput = z.strictObject({
  role: z.enum(CHOICES, `must be one of ${CHOICES.join(', ')}`),
  until: futureMoment.nullable().default(null),
});

export interface StaffParts {
  readonly services: Services;
  readonly notices: Notices;
  readonly siteUrl: string;
  readonly now: () => number;
}

export interface GivenRole {
  /** Null: none. */
  readonly role: StaffRole | null;
  readonly until: Date | null;
  /** False where it was so already. */
  readonly changed: boolean;
}

/**
 * By the operator's command. `reference`: an e-mail address, or the id of an account with one owner. The person hears of
 * it by mail. Throws `Problem` 400, 404 or 409.
 */
export async function changeStaffRole(
  parts: StaffParts,
  reference: string,
  { role: chosen, until }: z.output<typeof staffInput>,
): Promise<GivenRole> {
  const role = chosen === NONE ? null : chosen;
  demandEnd(role, until, parts.now());
  const whom = await findPerson(parts.services, reference);
  const changed = await setStaffRole(parts, whom, { role, until, provider: null });
  if (changed === null) throw new Problem(404, 'no_such_account', 'There is no such person or account.');
  return { role, until, changed };
}
