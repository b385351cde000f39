/**
 * Gives a consent. Row and entry in the record are one act; given twice, it is one consent. The choice ledger learns that
 * it may stand in backups from now on.
 */
import { and, eq } from 'drizzle-orm';
import { type Id, newId } from '../../link/ids.ts';
import type { ActorRole } from '../../record/commitment.ts';
import { demandAlive } from '../../store/erasure/demand-alive.ts';
import type { SubjectName } from '../../store/map/rows.ts';
import type { ConsentPurpose } from '../../store/map/words.ts';
import { lockAlone } from '../../store/rights/subject-lock.ts';
import type { Store, Tx } from '../../store/store.ts';
import { CONSENT_RULES } from './purposes.ts';
import { settleWithdrawn } from './replay-withdrawals.ts';
import { type ConsentRow, type ConsentWay, consent } from './schema.ts';
import { columnOf, stands } from './standing.ts';
import type { ConsentTexts } from './texts.ts';

const HOUR_MS = 3_600_000;

/** What the consent ledger works with. */
export interface ConsentLedger {
  readonly store: Store;
  readonly texts: ConsentTexts;
  /** What begins with a consent begins in the transaction that gives it. */
  readonly onGiven?: (tx: Tx, given: ConsentRow) => Promise<void>;
  /** What ends with a consent ends in the transaction that takes it back. */
  readonly onWithdrawn?: (tx: Tx, purpose: ConsentPurpose, subject: SubjectName) => Promise<void>;
}

export interface Answer {
  readonly subject: SubjectName;
  readonly purpose: ConsentPurpose;
  readonly way: ConsentWay;
  /** Of who acts. */
  readonly role: ActorRole;
  /** Who of an account answers for it; stands in the record, sealed. */
  readonly person?: Id;
  /** Why somebody else acts for the person; stands in the record, sealed under the subject's key. */
  readonly reason?: string;
}

export interface Answered {
  readonly row: ConsentRow;
  /** False: it was so before. */
  readonly changed: boolean;
}

/**
 * Gives consent to the text that is shown now. `hours`: for purposes whose consents end by themselves; a longer one
 * than before is a new consent. Throws `RangeError` for another subject or a time that the purpose does not allow,
 * `Refused` (`erased`).
 */
export async function giveConsent(
  ledger: ConsentLedger,
  answer: Answer & { readonly hours?: number },
): Promise<Answered> {
  const { store, texts } = ledger;
  const { subject, purpose } = answer;
  const lasts = lastsFor(purpose, subject, answer.hours);
  return await store.record.act(async (tx, enter) => {
    await lockAlone(tx, subject);
    await demandAlive(tx, store, subject);
    await settleWithdrawn(tx, store.choices, purpose, subject);
    const at = store.choices.laterThanAnswers(purpose, subject, store.now());
    const expiresAt = lasts === null ? null : new Date(at + lasts);
    const now = () => at;
    const known = (await answersTo(tx, subject, purpose)).find(
      (row) => stands(row, { choices: store.choices, texts, now }) && lastsAsLong(row, expiresAt),
    );
    if (known !== undefined) return { row: known, changed: false };
    const { version, sha256 } = texts.current(purpose);
    const id = newId();
    const entry = await enter({
      kind: 'consent_given',
      role: answer.role,
      about: subject,
      content: {
        consent: id,
        purpose,
        version,
        text_sha256: sha256,
        way: answer.way,
        ...(expiresAt !== null && { expires_at: expiresAt.toISOString() }),
        ...(answer.person !== undefined && { person: answer.person }),
        ...(answer.reason !== undefined && { reason: answer.reason }),
      },
    });
    const row = newAnswer(subject, { id, purpose, version, way: answer.way, at, expiresAt, entry });
    await tx.insert(consent).values(row);
    await ledger.onGiven?.(tx, row);
    await store.choices.write([{ act: 'given', purpose, subject, at }]);
    return { row, changed: true };
  });
}

/** Everything that the subject ever answered for this purpose, newest first. */
export const answersTo = (
  tx: Tx,
  { kind, id }: SubjectName,
  purpose: ConsentPurpose,
): Promise<ConsentRow[]> =>
  tx
    .select()
    .from(consent)
    .where(and(eq(columnOf(kind), id), eq(consent.purpose, purpose)))
    .orderBy(consent.at)
    .then((rows) => rows.reverse());

interface NewAnswer extends Pick<ConsentRow, 'id' | 'purpose' | 'version' | 'way' | 'entry' | 'expiresAt'> {
  readonly at: number;
  readonly answer?: ConsentRow['answer'];
}

export const newAnswer = (subject: SubjectName, made: NewAnswer): ConsentRow => ({
  answer: 'given',
  ...made,
  at: new Date(made.at),
  person: subject.kind === 'person' ? subject.id : null,
  account: subject.kind === 'account' ? subject.id : null,
  withdrawnAt: null,
  withdrawnWay: null,
  withdrawnEntry: null,
});

/** Milliseconds, or null for a consent without an end. */
function lastsFor(purpose: ConsentPurpose, subject: SubjectName, hours: number | undefined): number | null {
  const { subject: kind, ends } = CONSENT_RULES[purpose];
  if (subject.kind !== kind) throw new RangeError(`consent to ${purpose} is for a ${kind}`);
  if (ends === null) {
    if (hours !== undefined) throw new RangeError(`consent to ${purpose} has no end of its own`);
    return null;
  }
  const asked = hours ?? ends.hoursDefault;
  if (!(asked > 0 && asked <= ends.hoursMax))
    throw new RangeError(`consent to ${purpose} lasts more than 0 and at most ${ends.hoursMax} hours`);
  return Math.round(asked * HOUR_MS);
}

const lastsAsLong = (row: ConsentRow, expiresAt: Date | null): boolean =>
  row.expiresAt === null || (expiresAt !== null && row.expiresAt >= expiresAt);
