/** What checks have seen, kept for auditors: as long as it stays the same it is one row, and a gap ends it. */
import { and, desc, eq, gte, lte } from 'drizzle-orm';
import type { Db } from '../../store/database.ts';
import type { CheckStanding } from './index.ts';
import { observation } from './schema.ts';

export interface Observation {
  readonly check: string;
  readonly verdict: CheckStanding['verdict'];
  readonly observed: string;
  /** ISO. */
  readonly since: string;
  readonly until: string;
  readonly looks: number;
}

/** `gapMs`: a look that came later than this after the one before it was not monitoring. */
export async function remember(db: Db, seen: CheckStanding, gapMs: number): Promise<void> {
  const at = new Date(seen.at);
  const { id: check, verdict, observed } = seen;
  await db.transaction(async (tx) => {
    const [last] = await tx
      .select()
      .from(observation)
      // One that is later than now was seen by a clock that was wrong.
      .where(and(eq(observation.check, check), lte(observation.since, at)))
      .orderBy(desc(observation.since))
      .limit(1);
    const goesOn =
      last !== undefined &&
      last.verdict === verdict &&
      at.getTime() >= last.until.getTime() &&
      at.getTime() - last.until.getTime() <= gapMs;
    if (goesOn)
      await tx
        .update(observation)
        .set({ until: at, observed, looks: last.looks + 1 })
        .where(and(eq(observation.check, check), eq(observation.since, last.since)));
    else
      await tx
        .insert(observation)
        .values({ check, since: at, until: at, verdict, observed, looks: 1 })
        .onConflictDoNothing();
  });
}

/** Those that reach beyond `from` (ms since 1970), in their order. */
export async function observationsSince(db: Db, from: number): Promise<Observation[]> {
  const rows = await db
    .select()
    .from(observation)
    .where(gte(observation.until, new Date(from)))
    .orderBy(observation.since);
  return rows.map(({ since, until, ...row }) => ({
    ...row,
    since: since.toISOString(),
    until: until.toISOString(),
  }));
}
