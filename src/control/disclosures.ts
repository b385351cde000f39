/** Disclosures of the last twelve months, for the statement in the policy (CPPA-4): counted in the record, not claimed. */
import type { Db } from '../store/database.ts';
import { countEntries } from '../store/ledger/record-entries.ts';

const YEAR_MS = 365 * 86_400_000;

/** `now`: milliseconds since 1970. */
export const countDisclosures = (db: Db, now: number): Promise<number> =>
  countEntries(db, 'disclosure', now - YEAR_MS);
