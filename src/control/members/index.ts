/**
 * The members of an account: invited by an owner, with a role, which an owner changes; removed by one, or leaving by
 * themselves. An account always has an owner. What each role may do stands in `../accounts/members.ts`.
 */
export { changeRole } from './change-role.ts';
export { endMembership } from './end-membership.ts';
export { INVITATION_DAYS, invite, revokeInvitation, sendAgain } from './invite.ts';
export { acceptInvitation, declineInvitation, lookAtInvitation, type SeenInvitation } from './join.ts';
export { claimInvitations, isInvited, openInvitations } from './open-invitations.ts';
export type { MemberParts } from './parts.ts';
