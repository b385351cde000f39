/**
 * Accounts: people, the accounts they belong to, and what an account may do. Money is not here: see billing.
 */
export { accountStates, isUsable, tellGateways } from './account-state.ts';
export { changeAccount } from './change-account.ts';
export { createAccount } from './create-account.ts';
export { emailInput, normaliseEmail } from './email.ts';
export { findAccount } from './find-account.ts';
export { findPerson } from './find-person.ts';
export { type ListedMember, listMembers, otherMembers } from './list-members.ts';
export { makeOwner } from './make-owner.ts';
export {
  accountsOf,
  demandRole,
  type MemberRole,
  may,
  type OwnAccount,
  type Permission,
} from './members.ts';
export { nameInput } from './name.ts';
export { addFirstAccount, createReader, isReader, withoutAccount, writerOf } from './readers.ts';
export { demandEnd, type StaffRole, standingRole } from './staff-role.ts';
export {
  ACCOUNT_LINKS,
  accountsEndingWith,
  accountsHeldAlone,
  accountsOwnedBy,
  addressOf,
  lockAccounts,
  ownersOf,
  peopleOf,
  signUpsNeverConfirmed,
} from './subjects.ts';
