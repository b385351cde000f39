/**
 * Limits across gateways: leases of every meter, sessions that hold them, balances that money is cut from. Knows
 * nothing of prices or of why a limit is what it is.
 */
export { Balances } from './balances.ts';
export { type Grant, Leases } from './leases.ts';
export { limitColumns, limitInput, shownLimits, toldLimits } from './limit-input.ts';
export { SessionStore } from './session-store.ts';
export { Sessions } from './sessions.ts';
export { budgetWindow, MINUTE_MS } from './windows.ts';
