/**
 * Which consents stand now: given to the text that is shown now, not taken back, not ended. What the choice ledger
 * knows to be taken back does not stand, whatever the rows say.
 */
import { and, eq, gt, inArray, isNull, or, type SQL, sql } from 'drizzle-orm';
import type { Db } from '../../store/database.ts';
import type { ChoiceLedger } from '../../store/ledger/choice-ledger.ts';
import type { SubjectName } from '../../store/map/rows.ts';
import type { ConsentPurpose, SubjectKind } from '../../store/map/words.ts';
import type { Consents } from '../../store/store.ts';
import { CONSENT_RULES } from './purposes.ts';
import { type ConsentRow, consent } from './schema.ts';
import type { ConsentTexts } from './texts.ts';

export interface StandingSources {
  readonly db: Db;
  readonly choices: ChoiceLedger;
  readonly texts: ConsentTexts;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

export class StandingConsents implements Consents {
  readonly #sources: StandingSources;

  constructor(sources: StandingSources) {
    this.#sources = sources;
  }

  among(purpose: ConsentPurpose, subjects: readonly SubjectName[]): Promise<ReadonlySet<string>> {
    return this.amongIn(this.#sources.db, purpose, subjects);
  }

  /** As `among`, as a transaction sees it. */
  async amongIn(
    tx: Pick<Db, 'select'>,
    purpose: ConsentPurpose,
    subjects: readonly SubjectName[],
  ): Promise<ReadonlySet<string>> {
    const { subject: kind } = CONSENT_RULES[purpose];
    const ids = subjects.flatMap((subject) => (subject.kind === kind ? [subject.id] : []));
    if (ids.length === 0) return new Set();
    return this.#standing(tx, purpose, inArray(columnOf(kind), ids));
  }

  /** Everybody whose consent stands. */
  everybody(purpose: ConsentPurpose): Promise<ReadonlySet<string>> {
    return this.#standing(this.#sources.db, purpose, sql`true`);
  }

  async #standing(db: Pick<Db, 'select'>, purpose: ConsentPurpose, whose: SQL): Promise<ReadonlySet<string>> {
    const { texts, now } = this.#sources;
    const rows = await db
      .select()
      .from(consent)
      .where(
        and(
          whose,
          eq(consent.purpose, purpose),
          eq(consent.version, texts.current(purpose).version),
          eq(consent.answer, 'given'),
          isNull(consent.withdrawnAt),
          or(isNull(consent.expiresAt), gt(consent.expiresAt, new Date(now()))),
        ),
      );
    return new Set(rows.filter((row) => stands(row, this.#sources)).map((row) => subjectOfRow(row).id));
  }
}

/** Whether one answer is a consent that stands. */
export function stands(row: ConsentRow, { choices, texts, now }: Omit<StandingSources, 'db'>): boolean {
  if (row.answer !== 'given' || row.withdrawnAt !== null) return false;
  if (row.version !== texts.current(row.purpose).version) return false;
  if (row.expiresAt !== null && row.expiresAt.getTime() <= now()) return false;
  const withdrawn = choices.withdrawnAt(row.purpose, subjectOfRow(row));
  return withdrawn === null || row.at.getTime() > withdrawn;
}

/** The column that names a subject of this kind. */
export const columnOf = (kind: SubjectKind) => (kind === 'person' ? consent.person : consent.account);

/** Whom an answer is of. */
export function subjectOfRow(row: ConsentRow): SubjectName {
  if (row.person !== null) return { kind: 'person', id: row.person };
  if (row.account !== null) return { kind: 'account', id: row.account };
  throw new Error('a consent is about nobody');
}
