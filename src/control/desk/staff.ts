/** Who of the staff may do what at the desk. */
import type { Actor } from '../actor.ts';
import { Problem } from '../problem.ts';
import {
  type Caller,
  type Demand,
  demandSignedIn,
  type SignedIn,
  type SignInParts,
} from '../sign-in/index.ts';
import type { DeskRole } from './schema.ts';

const MAY = {
  find: ['support', 'privacy', 'admin'],
  look: ['support', 'privacy', 'admin'],
  suspend: ['support', 'admin'],
  credit: ['admin'],
} as const satisfies Record<string, readonly DeskRole[]>;
export type DeskPermission = keyof typeof MAY;

export const mayAtDesk = (role: DeskRole, what: DeskPermission): boolean =>
  (MAY[what] as readonly DeskRole[]).includes(role);

export type DeskActor = Actor & { readonly role: DeskRole };

export interface Staff {
  readonly who: SignedIn;
  readonly actor: DeskActor;
}

/**
 * A member of staff who may do `what`. Throws `Problem`: 404 for everybody else, so that nobody learns what is here; 403
 * for a role that is not enough, and for somebody who could be anybody with their password.
 */
export async function demandStaff(
  parts: SignInParts,
  caller: Caller,
  what: DeskPermission,
  demand?: Demand,
): Promise<Staff> {
  const { who } = await demandSignedIn(parts, caller, demand);
  const role = who.staffRole;
  if (role === null) throw new Problem(404, 'not_found', 'There is nothing here.');
  if (!who.strong)
    throw new Problem(
      403,
      'second_factor_missing',
      'Whoever works here signs in with a passkey, or with a second factor besides the password. Sign in like that first.',
    );
  if (!mayAtDesk(role, what))
    throw new Problem(403, 'role_not_enough', `Your role is ${role}. Ask somebody whose role allows this.`);
  return { who, actor: { role, person: who.person } };
}
