/** Roles of staff: what somebody may do at the desk, and until when. */
import { Problem } from '../problem.ts';
import type { person, STAFF_ROLES } from './schema.ts';

export type StaffRole = (typeof STAFF_ROLES)[number];
type Held = Pick<typeof person.$inferSelect, 'staffRole' | 'staffUntil'>;

const DAY_MS = 86_400_000;
/** Whoever audits is let in for so long at most; after that anew. */
const AUDITOR_DAYS_MAX = 90;

/** The role that stands at `now` (ms since 1970): past its end it is as if it were not there. */
export const standingRole = ({ staffRole, staffUntil }: Held, now: number): StaffRole | null =>
  staffUntil !== null && staffUntil.getTime() <= now ? null : staffRole;

/** Throws `Problem` 400 where this role cannot be given with this end. */
export function demandEnd(role: StaffRole | null, until: Date | null, now: number): void {
  if (role === null && until !== null) throw refused('only a role has an end');
  if (role !== 'auditor') return;
  if (until === null) throw refused('an auditor’s role needs an end');
  if (until.getTime() > now + AUDITOR_DAYS_MAX * DAY_MS)
    throw refused(`an auditor’s role lasts at most ${AUDITOR_DAYS_MAX} days`);
}

const refused = (why: string): Problem => new Problem(400, 'invalid_input', `until: ${why}.`);
