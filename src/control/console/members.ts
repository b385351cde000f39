/** Who belongs to an account, and who is invited. */
import { type Id, isId } from '../../link/ids.ts';
import { listMembers, may } from '../accounts/index.ts';
import {
  changeRole,
  endMembership,
  INVITATION_DAYS,
  invite,
  type MemberParts,
  openInvitations,
  revokeInvitation,
  sendAgain,
} from '../members/index.ts';
import { Problem } from '../problem.ts';
import type { Services } from '../services.ts';
import type { SignInParts } from '../sign-in/index.ts';
import { acting, type ConsoleParts, type Form, type Gate } from './gate.ts';
import { forJoining } from './joining.ts';

function idIn(text: string): Id {
  if (!isId(text)) throw new Problem(404, 'not_found', 'There is no such member or invitation.');
  return text;
}

const memberPartsOf = (
  services: Services,
  { store, notices, settings, limits }: SignInParts,
): MemberParts => ({
  services,
  store,
  notices,
  siteUrl: settings.siteUrl,
  limits,
});

export function memberPages({ services, signIn }: ConsoleParts, { reading, changing }: Gate) {
  const memberParts = memberPartsOf(services, signIn);
  return {
    members: {
      invitationDays: INVITATION_DAYS,
      /** Owners see whom they have invited as well. */
      list: reading('see', async ({ account, role, who }, mine) => {
        const mayManage = may(role, 'manage_members');
        const members = await listMembers(mine, account, services.db);
        return {
          mayManage,
          members: members.map((each) => ({ ...each, isYou: each.person === who.person })),
          invitations: mayManage ? await openInvitations(mine, account, signIn.now()) : [],
        };
      }),
      invite: changing('manage_members', (whose, form: Form) => invite(memberParts, acting(whose), form), {
        fresh: true,
      }),
      sendAgain: changing('manage_members', (whose, invitation: string) =>
        sendAgain(memberParts, acting(whose), idIn(invitation)),
      ),
      revoke: changing('manage_members', (whose, invitation: string) =>
        revokeInvitation(memberParts, acting(whose), idIn(invitation)),
      ),
      changeRole: changing(
        'manage_members',
        (whose, person: string, form: Form) => changeRole(memberParts, acting(whose), idIn(person), form),
        { fresh: true },
      ),
      remove: changing(
        'manage_members',
        (whose, person: string) => endMembership(memberParts, acting(whose), idIn(person)),
        { fresh: true },
      ),
      leave: changing('see', (whose) => endMembership(memberParts, acting(whose), whose.who.person), {
        fresh: true,
      }),
    },
    joining: forJoining(memberParts, signIn),
  };
}
