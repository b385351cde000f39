/**
 * Accounts: people, the accounts they belong to, and what an account may do. Money is not here: see billing.
 */
export { accountStates, toAccountState } from './account-state.ts';
export { type AccountChanges, changeAccount } from './change-account.ts';
export { createAccount, type NewAccount } from './create-account.ts';
export { type Account, findAccount } from './find-account.ts';
export { nameInput } from './name.ts';
