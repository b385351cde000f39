/** What of the API is not there under a mode of billing. */
import { ERRORS, type ErrorCode, type ErrorEntry, NUMBERS } from '../../gateway/api/error-table.ts';
import { type BillingMode, METERS, type MeterKind } from '../../link/words.ts';

/** Of money, beginning with what is there under `prepaid` only. */
const QUOTA = 'insufficient_quota';
const IN_MONEY: readonly ErrorCode[] = [QUOTA, 'budget_exceeded'];
const BALANCE = 'balance';
const METERS_IN_MONEY: readonly MeterKind[] = [BALANCE, 'day', 'month'];

/** Errors that can come up. */
export const errorsUnder = (billing: BillingMode): (readonly [ErrorCode, ErrorEntry])[] =>
  (Object.entries(ERRORS) as [ErrorCode, ErrorEntry][]).filter(([code]) =>
    billing === 'off' ? !IN_MONEY.includes(code) : billing === 'prepaid' || code !== QUOTA,
  );

/** Limits that can hold. */
export const metersUnder = (billing: BillingMode): readonly MeterKind[] =>
  METERS.filter((kind) =>
    billing === 'off' ? !METERS_IN_MONEY.includes(kind) : billing === 'prepaid' || kind !== BALANCE,
  );

/** Numbers that an error may carry. */
export const numbersUnder = (billing: BillingMode): readonly string[] =>
  NUMBERS.filter((name) => billing !== 'off' || !name.endsWith('_microusd'));
