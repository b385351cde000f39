/** What of the API is not there under a mode of billing. */
import { ERRORS, type ErrorCode, type ErrorEntry } from '../../gateway/api/error-table.ts';
import { type BillingMode, METERS, type MeterKind } from '../../link/words.ts';

/** Errors that can come up. */
export const errorsUnder = (billing: BillingMode): (readonly [ErrorCode, ErrorEntry])[] =>
  (Object.entries(ERRORS) as [ErrorCode, ErrorEntry][]).filter(
    ([code]) => billing === 'prepaid' || code !== 'insufficient_quota',
  );

/** Limits that can hold. */
export const metersUnder = (billing: BillingMode): readonly MeterKind[] =>
  METERS.filter((kind) => billing === 'prepaid' || kind !== 'balance');
