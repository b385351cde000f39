/** What a person, or an account, answered for each purpose, and where that stands now. */
import { desc, eq } from 'drizzle-orm';
import type { SubjectName } from '../../store/map/rows.ts';
import type { ConsentPurpose } from '../../store/map/words.ts';
import type { ConsentLedger } from './give-consent.ts';
import { CONSENT_PURPOSE_NAMES, CONSENT_RULES } from './purposes.ts';
import { type ConsentRow, consent } from './schema.ts';
import { columnOf, stands } from './standing.ts';

/** `outdated`: given to an earlier text, so that it has to be asked anew. */
export type ConsentState = 'none' | 'given' | 'refused' | 'withdrawn' | 'expired' | 'outdated';

export interface PurposeState {
  readonly purpose: ConsentPurpose;
  readonly state: ConsentState;
  /** The version of the text that is shown now. */
  readonly currentVersion: number;
  /** The latest answer, or null. */
  readonly latest: ConsentRow | null;
}

/** One for each purpose that this kind of subject is asked. */
export async function consentStates(
  { store, texts }: ConsentLedger,
  subject: SubjectName,
): Promise<readonly PurposeState[]> {
  const rows = await store.db
    .select()
    .from(consent)
    .where(eq(columnOf(subject.kind), subject.id))
    .orderBy(desc(consent.at));
  return CONSENT_PURPOSE_NAMES.filter((purpose) => CONSENT_RULES[purpose].subject === subject.kind).map(
    (purpose) => {
      const sources = { choices: store.choices, texts, now: store.now };
      const answers = rows.filter((row) => row.purpose === purpose);
      const standing = answers.find((row) => stands(row, sources));
      const latest = standing ?? answers[0] ?? null;
      const state = standing !== undefined ? 'given' : stateOf(latest, { store, texts });
      return { purpose, state, currentVersion: texts.current(purpose).version, latest };
    },
  );
}

/** Of an answer that is no consent that stands. */
function stateOf(
  row: ConsentRow | null,
  { store, texts }: Pick<ConsentLedger, 'store' | 'texts'>,
): ConsentState {
  if (row === null) return 'none';
  if (row.answer === 'refused') return 'refused';
  if (row.withdrawnAt !== null) return 'withdrawn';
  if (row.expiresAt !== null && row.expiresAt.getTime() <= store.now()) return 'expired';
  // Only the choice ledger knows that it was taken back; the next start puts it into the row.
  return row.version === texts.current(row.purpose).version ? 'withdrawn' : 'outdated';
}
