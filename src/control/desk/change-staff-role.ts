/** Gives somebody a role of staff, with an end or without, or takes it away. Sessions go on; the desk asks each time. */
import { eq } from 'drizzle-orm';
import { z } from 'zod';
import { demandEnd, findPerson, type StaffRole } from '../accounts/index.ts';
import { person, STAFF_ROLES } from '../accounts/schema.ts';
import { futureMoment } from '../input.ts';
import type { Notices } from '../notices/index.ts';
import { Problem } from '../problem.ts';
import type { Services } from '../services.ts';

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
  { services, notices, siteUrl, now }: StaffParts,
  reference: string,
  { role: chosen, until }: z.output<typeof staffInput>,
): Promise<GivenRole> {
  const role = chosen === NONE ? null : chosen;
  demandEnd(role, until, now());
  const whom = await findPerson(services, reference);
  const changed = await services.record.act(async (tx, enter) => {
    const [before] = await tx
      .select({ role: person.staffRole, until: person.staffUntil })
      .from(person)
      .where(eq(person.id, whom))
      .for('update');
    if (before === undefined || !services.keys.has('person', whom))
      throw new Problem(404, 'no_such_account', 'There is no such person or account.');
    if (before.role === role && before.until?.getTime() === until?.getTime()) return false;
    await tx.update(person).set({ staffRole: role, staffUntil: until }).where(eq(person.id, whom));
    await enter({
      kind: 'role_change',
      role: 'operator',
      about: { kind: 'person', id: whom },
      content: {
        person: whom,
        from: before.role,
        to: role,
        until: until?.toISOString() ?? null,
        approver: 'operator',
      },
    });
    const values = {
      deskRole: role ?? NONE,
      until: until === null ? '' : minuteOf(until),
      url: `${siteUrl}/desk`,
    };
    await notices.send(tx, { template: 'staff_role_changed', person: whom, values });
    return true;
  });
  notices.wake();
  return { role, until, changed };
}

/** Like `2027-01-31 12:00`. */
const minuteOf = (at: Date): string => at.toISOString().slice(0, 16).replace('T', ' ');
