/**
 * The ledger's other side: credit that the operator adds, and the one function that books. What usage takes is written
 * with the usage records themselves (see usage), in the same statement as the balance; what is bought comes from payments.
 */
export { addCredit } from './add-credit.ts';
export { book, nextNumber } from './book.ts';
export { hasLedger } from './has-ledger.ts';
export { readLedger } from './read-ledger.ts';
export { creditInput } from './routes.ts';
export { BalanceWarnings } from './warn.ts';
export { addWarning, levelText, listWarnings, removeWarning, WARNINGS_MAX } from './warnings.ts';
export { giveWelcome, giveWelcomes, isWelcome } from './welcome.ts';
