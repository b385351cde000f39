/**
 * Gives, changes or takes away a role of staff, for whoever decided it: the operator's command, or a provider's groups.
 * The row, its entry in the record, and the mail to the person are one act. Sessions go on; the desk asks each time.
 */
import { eq } from 'drizzle-orm';
import type { Id } from '../link/ids.ts';
import type { StaffRole } from './accounts/index.ts';
import { person } from './accounts/schema.ts';
import { minuteOf } from './minute.ts';
import type { Notices } from './notices/index.ts';
import type { Services } from './services.ts';

interface Parts {
  readonly services: Services;
  readonly notices: Notices;
  readonly siteUrl: string;
}

export interface Decided {
  /** Null: none. */
  readonly role: StaffRole | null;
  /** Null: it has no end. */
  readonly until: Date | null;
  /** Null: the operator; otherwise whose groups it follows from, and which are said to hold it. */
  readonly provider: { readonly id: string; readonly name: string } | null;
}

type Held = Pick<typeof person.$inferSelect, 'staffRole' | 'staffUntil'>;

/** Null: nobody of that id is there. False: it was so already. */
export async function setStaffRole(
  { services, notices, siteUrl }: Parts,
  whom: Id,
  { role, until, provider }: Decided,
): Promise<boolean | null> {
  const theirs = eq(person.id, whom);
  const isSo = ({ staffRole, staffUntil }: Held): boolean =>
    staffRole === role && staffUntil?.getTime() === until?.getTime();
  // Asked at each sign-in by a provider: mostly nothing is to be done.
  const [found] = await services.db.select().from(person).where(theirs);
  if (found === undefined || !services.keys.has('person', whom)) return null;
  if (isSo(found)) return false;
  const changed = await services.record.act(async (tx, enter) => {
    const [before] = await tx.select().from(person).where(theirs).for('update');
    if (before === undefined) return null;
    if (isSo(before)) return false;
    await tx.update(person).set({ staffRole: role, staffUntil: until }).where(theirs);
    await enter({
      kind: 'role_change',
      role: provider === null ? 'operator' : 'system',
      about: { kind: 'person', id: whom },
      content: {
        person: whom,
        from: before.staffRole,
        to: role,
        until: until?.toISOString() ?? null,
        approver: provider?.id ?? 'operator',
      },
    });
    const values = {
      deskRole: role ?? 'none',
      until: until === null ? '' : minuteOf(until),
      provider: provider?.name ?? '',
      url: `${siteUrl}/desk`,
    };
    await notices.send(tx, { template: 'staff_role_changed', person: whom, values });
    return true;
  });
  notices.wake();
  return changed;
}
