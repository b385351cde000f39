/** What a failed statement means: whether the same may work later, and which rule was broken. */
import pg from 'pg';

/**
 * SQLSTATE classes and codes that pass by themselves: connection, transaction rolled back by a conflict, out of
 * resources (disk full included), shutdown and cancel, input and output.
 */
const PASSING = /^(08|40|53|57|58)/;
/** What Node and `pg` say when a connection is refused, breaks or does not answer. */
const BROKEN =
  /ECONN|ENOENT|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|timeout|onnection terminated|not queryable/;

/** The PostgreSQL error inside `error` (Drizzle wraps them), or null when it came from elsewhere. */
function databaseError(error: unknown): pg.DatabaseError | null {
  for (let at: unknown = error; at instanceof Error; at = at.cause) {
    if (at instanceof pg.DatabaseError) return at;
  }
  return null;
}

/** PostgreSQL's code of what went wrong (SQLSTATE), or null when it was not PostgreSQL that said so. */
export const databaseCode = (error: unknown): string | null => databaseError(error)?.code ?? null;

/** Where PostgreSQL says so, whatever its language: in the code that looks at a plan again. */
const PLAN_ROUTINE = 'RevalidateCachedQuery';

/**
 * Whether a table was altered by hand under a statement that a connection has planned: it fails there from then on (0A000,
 * “cached plan must not change result type”), and works on another connection.
 */
export function isStalePlan(error: unknown): boolean {
  const found = databaseError(error);
  return found?.code === '0A000' && found.routine === PLAN_ROUTINE;
}

/** Whether the database could not be reached, broke off or was busy, so that the same may work later. */
export function isOutage(error: unknown): boolean {
  const code = databaseCode(error);
  if (code !== null) return PASSING.test(code) || isStalePlan(error);
  for (let at: unknown = error; at instanceof Error; at = at.cause) {
    if (BROKEN.test(`${(at as NodeJS.ErrnoException).code} ${at.message}`)) return true;
  }
  return false;
}

const FULL: ReadonlySet<unknown> = new Set(['ENOSPC', 'EDQUOT', 'EFBIG', '53100']);

/** Whether a disk had no room, ours or the database's. */
export function isDiskFull(error: unknown): boolean {
  for (let at: unknown = error; at instanceof Error; at = at.cause) {
    if (FULL.has((at as NodeJS.ErrnoException).code)) return true;
  }
  return false;
}
