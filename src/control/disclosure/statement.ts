/**
 * Disclosures of the last twelve months, for the statement in the policy (CPPA-4): counted in the register and in the record, not
 * claimed. Of a case that may not be told of, the twelve months begin when that is over.
 */
import { and, eq, gte, inArray, notExists, sql } from 'drizzle-orm';
import type { EntryKind } from '../../record/commitment.ts';
import { recordEntry } from '../../store/ledger/schema.ts';
import type { Store } from '../../store/store.ts';
import { disclosureCase, disclosureStep } from './schema.ts';
import { isTellable } from './transparency.ts';
import { isDisclosed, OUTCOMES } from './words.ts';

const YEAR_MS = 365 * 86_400_000;
const KIND: EntryKind = 'disclosure';
const DISCLOSED = OUTCOMES.filter(isDisclosed);

export async function countDisclosures({ db, now }: Pick<Store, 'db' | 'now'>): Promise<number> {
  const since = new Date(now() - YEAR_MS);
  const { closedAt, gagOverAt, outcome } = disclosureCase;
  const ofCases = await db.$count(
    disclosureCase,
    and(
      isTellable,
      inArray(outcome, DISCLOSED),
      gte(sql`greatest(${closedAt}, ${gagOverAt})`, since.toISOString()),
    ),
  );
  // What else the record knows of: entries that are no step of a case.
  const isStep = db.select({ one: sql`1` }).from(disclosureStep).where(eq(disclosureStep.id, recordEntry.id));
  const others = await db.$count(
    recordEntry,
    and(eq(recordEntry.kind, KIND), gte(recordEntry.at, since), notExists(isStep)),
  );
  return ofCases + others;
}
