/** What auditors get out of a running instance: how every promise stood in a period, and every act of it, by kind. */
import { and, asc, gte, lt } from 'drizzle-orm';
import { z } from 'zod';
import type { Db } from '../../store/database.ts';
import type { LocalRecordKeeper } from '../../store/ledger/record-keeper.ts';
import { recordEntry } from '../../store/ledger/schema.ts';
import type { Store } from '../../store/store.ts';
import { type Attestation, attestations } from './attestations.ts';
import type { Standing, Verification } from './index.ts';
import { type Observation, observationsSince } from './observations.ts';
import { KEPT_DAYS } from './schema.ts';

const DAY_MS = 86_400_000;
/** A period before this instance has no acts; nobody asks for the year 1. */
const FIRST_DAY = '2020-01-01';

const day = (least: string) =>
  z.iso.date('a day such as 2027-06-30').refine((text) => text >= least, 'too early');
export const evidenceInput = z
  .strictObject({ from: day(FIRST_DAY), to: day(FIRST_DAY) })
  .refine(({ from, to }) => from <= to, 'the first day comes before the last');

/** An act of the record: of whom it is about nothing is said. */
export interface RecordedAct {
  readonly id: string;
  readonly kind: string;
  readonly role: string;
  /** ISO. */
  readonly at: string;
  /** Its place in the record; null: it has none yet. */
  readonly index: number | null;
}

export interface Evidence {
  /** First and last day (UTC). */
  readonly from: string;
  readonly to: string;
  /** How long observations are kept: before that, monitoring is not known of. */
  readonly keptDays: number;
  readonly standing: Standing;
  readonly observations: readonly Observation[];
  readonly attestations: readonly Attestation[];
  readonly acts: readonly RecordedAct[];
  readonly record: {
    readonly size: number;
    readonly checkpoint: string | null;
    readonly verifierKey: string;
  };
}

interface Parts {
  readonly store: Store;
  readonly record: LocalRecordKeeper;
  readonly verification: Verification;
}

export async function evidence(
  { store, record, verification }: Parts,
  { from, to }: z.output<typeof evidenceInput>,
): Promise<Evidence> {
  const start = Date.parse(`${from}T00:00:00Z`);
  const end = Date.parse(`${to}T00:00:00Z`) + DAY_MS;
  const observations = await observationsSince(store.db, start);
  const { log, verifierKey } = record;
  return {
    from,
    to,
    keptDays: KEPT_DAYS,
    standing: verification.standing(),
    observations: observations.filter(({ since }) => Date.parse(since) < end),
    attestations: await attestations(store),
    acts: await actsBetween(store.db, new Date(start), new Date(end)),
    record: { size: log.publishedSize, checkpoint: await log.checkpoint(), verifierKey },
  };
}

async function actsBetween(db: Db, from: Date, to: Date): Promise<RecordedAct[]> {
  const { id, kind, role, at, index } = recordEntry;
  const rows = await db
    .select({ id, kind, role, at, index })
    .from(recordEntry)
    .where(and(gte(at, from), lt(at, to)))
    .orderBy(asc(at), asc(id));
  return rows.map((row) => ({ ...row, at: row.at.toISOString() }));
}
