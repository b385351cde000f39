/** Who of the staff may do what at the desk. */
import type { Id } from '../../link/ids.ts';
import type { StaffRole } from '../accounts/index.ts';
import { Problem } from '../problem.ts';
import {
  type Caller,
  type Demand,
  demandSignedIn,
  type SignedIn,
  type SignInParts,
} from '../sign-in/index.ts';
import type { DeskRole } from './schema.ts';

/** What somebody does at the desk, and the roles that may. */
const MAY = {
  see: ['support', 'privacy', 'finance', 'admin', 'auditor'],
  see_mails: ['support', 'privacy', 'finance', 'admin', 'auditor'],
  see_record: ['support', 'privacy', 'finance', 'admin', 'auditor'],
  find: ['support', 'privacy', 'finance', 'admin'],
  look: ['support', 'privacy', 'admin'],
  suspend: ['support', 'privacy', 'admin'],
  credit: ['finance', 'admin'],
  /** Requests about people's data: how they stand, nothing of what was written. */
  see_requests: ['support', 'privacy', 'admin', 'auditor'],
  enter_request: ['support', 'privacy', 'admin'],
  /** Also opens what was written, since that is what is decided about. */
  decide_request: ['privacy'],
  /** The register of systems outside Kept. */
  see_systems: ['support', 'privacy', 'admin', 'auditor'],
  change_systems: ['privacy', 'admin'],
  /** What is to be done in a system, for who looks after it. */
  do_tasks: ['support', 'privacy', 'finance', 'admin'],
  /** Promotional mail, from the first word to the last recipient. */
  campaigns: ['admin'],
  /** Versions of the policy and the terms, and who was told when. */
  see_publications: ['support', 'privacy', 'finance', 'admin', 'auditor'],
  publish: ['privacy', 'admin'],
  /** Demands for data; a case may be one that nobody may be told of. */
  disclosures: ['privacy'],
  /** The register of breaches. */
  breaches: ['privacy', 'admin'],
  /** How conversations with people who wrote to us stand: nothing of what was written. */
  see_messages: ['support', 'privacy', 'admin', 'auditor'],
  /** Also opens them, with a reason. */
  answer_messages: ['support', 'privacy', 'admin'],
  /** Events, and who comes. */
  events: ['support', 'admin'],
  /** Surveys, and what was answered, in groups. */
  surveys: ['support', 'admin'],
  /** People whom partners name to us. */
  imports: ['admin'],
  /** Comments, read before they are shown. */
  comments: ['support', 'admin'],
  /** Requests that owners asked to be kept, opened with a reason. */
  captures: ['support', 'privacy', 'admin'],
  /** Somebody from outside, for an appeal that nobody else may decide. */
  invite_outsider: ['privacy', 'admin'],
} as const satisfies Record<string, readonly StaffRole[]>;
export type DeskPermission = keyof typeof MAY;
type Allowed<What extends DeskPermission> = (typeof MAY)[What][number];

const isAllowed = <What extends DeskPermission>(role: StaffRole, what: What): role is Allowed<What> =>
  (MAY[what] as readonly StaffRole[]).includes(role);

/** All of it, for what a page offers. */
export const allowedTo = (role: StaffRole): Readonly<Record<DeskPermission, boolean>> =>
  Object.fromEntries(
    (Object.keys(MAY) as DeskPermission[]).map((what) => [what, isAllowed(role, what)]),
  ) as Record<DeskPermission, boolean>;

export interface DeskActor<Role extends DeskRole = DeskRole> {
  readonly role: Role;
  /** Null: the operator, by command. */
  readonly person: Id | null;
}

export interface Staff<What extends DeskPermission> {
  readonly who: SignedIn;
  readonly actor: DeskActor<Allowed<What>> & { readonly person: Id };
}

/**
 * A member of staff who may do `what`. Throws `Problem`: 404 for everybody else, so that nobody learns what is here; 403
 * for a role that is not enough, and for somebody who could be anybody with their password.
 */
export async function demandStaff<What extends DeskPermission>(
  parts: SignInParts,
  caller: Caller,
  what: What,
  demand?: Demand,
): Promise<Staff<What>> {
  const { who } = await demandSignedIn(parts, caller, demand);
  const role = who.staffRole;
  if (role === null) throw new Problem(404, 'not_found', 'There is nothing here.');
  if (!who.strong)
    throw new Problem(
      403,
      'second_factor_missing',
      'Whoever works here signs in with a passkey, or with a second factor besides the password. Sign in like that first.',
    );
  if (!isAllowed(role, what))
    throw new Problem(403, 'role_not_enough', `Your role is ${role}. Ask somebody whose role allows this.`);
  return { who, actor: { role, person: who.person } };
}
