/** The rows of people from outside: found by their link, sealed, counted, ended. */
import { and, eq, isNull, lt, sql } from 'drizzle-orm';
import { z } from 'zod';
import type { Id } from '../../link/ids.ts';
import type { Tx } from '../../store/store.ts';
import { Intake } from '../intake.ts';
import { type OutsiderEnd, type OutsiderRow, outsider } from '../outsiders/schema.ts';
import { Problem } from '../problem.ts';
import { hashToken, isToken } from '../random-token.ts';
import type { RequestParts } from './parts.ts';

/** Wrong codes in a row; then the invitation ends, and another is made where it was them. */
const TRIES_MAX = 10;

export const outsiderWho = new Intake(
  'outsider',
  'who',
  z.strictObject({ name: z.string(), address: z.string() }),
);
/** Base32. */
export const outsiderFactor = new Intake('outsider', 'factor', z.strictObject({ secret: z.string() }));

export const outsideOver = (): Problem =>
  new Problem(
    410,
    'link_not_valid',
    'This invitation is over: it was decided, taken back, has ended, or was never one of ours.',
  );

/** The one that stands for a request; null: none. */
export async function standingOutsider(db: Tx, request: Id): Promise<OutsiderRow | null> {
  const [row] = await db
    .select()
    .from(outsider)
    .where(and(eq(outsider.request, request), isNull(outsider.endedAt)));
  return row ?? null;
}

/** Whose link it is, where the invitation stands. Throws `Problem` 410. */
export async function outsiderByLink(
  { erasing: { services, store } }: RequestParts,
  token: string,
): Promise<OutsiderRow> {
  if (!isToken(token)) throw outsideOver();
  const [row] = await services.db
    .select()
    .from(outsider)
    .where(and(eq(outsider.link, hashToken(token)), isNull(outsider.endedAt)));
  if (row === undefined || row.endsAt.getTime() <= store.now()) throw outsideOver();
  return row;
}

/** The same, locked in `tx`, where nothing was changed meanwhile. Throws `Problem` 410. */
export async function lockOutsider(tx: Tx, { id }: OutsiderRow): Promise<OutsiderRow> {
  const [row] = await tx
    .select()
    .from(outsider)
    .where(and(eq(outsider.id, id), isNull(outsider.endedAt)))
    .for('update');
  if (row === undefined) throw outsideOver();
  return row;
}

/** Counts a code before it is looked at. Throws `Problem` 410; the invitation has ended then. */
export async function countCode(
  { erasing: { services, store } }: RequestParts,
  row: OutsiderRow,
): Promise<void> {
  const counted = await services.db
    .update(outsider)
    .set({ tries: sql`${outsider.tries} + 1` })
    .where(and(eq(outsider.id, row.id), isNull(outsider.endedAt), lt(outsider.tries, TRIES_MAX)))
    .returning({ id: outsider.id });
  if (counted.length > 0) return;
  await services.db.transaction((tx) => endOutsider(tx, row.request, 'wrong_codes', store.now()));
  throw outsideOver();
}

/** Ends the one that stands, if any. Answers whether one did. */
export async function endOutsider(tx: Tx, request: Id, why: OutsiderEnd, now: number): Promise<boolean> {
  const ended = await tx
    .update(outsider)
    .set({ endedAt: new Date(now), endedFor: why, handover: null, factor: null })
    .where(and(eq(outsider.request, request), isNull(outsider.endedAt)))
    .returning({ id: outsider.id });
  return ended.length > 0;
}
