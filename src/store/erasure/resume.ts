/** Carries on what a kill interrupted, and does what has become due. `resumeErasures` runs before anything is served. */
import { setTimeout as sleep } from 'node:timers/promises';
import { and, eq, inArray, isNull } from 'drizzle-orm';
import type { SubjectName } from '../map/rows.ts';
import { endStaleHolds, readHeldTables } from '../retention/held-rows.ts';
import type { Tx } from '../store.ts';
import { type Erased, eraseNow } from './erase.ts';
import { countDue, dueErasures, repairGrace } from './grace.ts';
import { repairKeptAway } from './keep-away.ts';
import { refersTo } from './open-erasures.ts';
import { markReplayed, replayedLines } from './replay-mark.ts';
import { eraseRows } from './rows.ts';
import { erasure } from './schema.ts';
import type { ErasureSettings } from './settings.ts';

const REPLAY_SUBJECTS_MAX = 500;
const HELD_MAX = 10_000;
/** Between erasures that nobody waits for there is a rest of so many times the last one's time: they take a twentieth of it. */
const REST_TIMES = 20;
const REST_MS_MAX = 2_000;
/** All rests of a round; where so many are due that this is too short for them, each is shorter. */
const RESTS_MS_MAX = 10 * 60_000;
const BY_SYSTEM = { role: 'system' } as const;

/** At the start: carries on everything that was interrupted. Returns how many erasures. */
export async function resumeErasures(settings: ErasureSettings): Promise<number> {
  const done = await endBegunErasures(settings, ['begun', 'held']);
  await repairGrace(settings);
  await repairKeptAway(settings);
  return done;
}

/**
 * Ends every erasure that has begun, and those in the ledger that the database knows nothing of: a kill, a lost
 * connection or a full disk stopped them. Returns how many.
 */
export async function endBegunErasures(
  settings: ErasureSettings,
  states: readonly ('begun' | 'held')[] = ['begun'],
  signal?: AbortSignal,
): Promise<number> {
  const { store, ledger } = settings;
  const rows = await store.db
    .select()
    .from(erasure)
    .where(and(inArray(erasure.state, ['begun', 'held']), isNull(erasure.cause)));
  const subjectsOf = (some: typeof rows) => some.flatMap((row) => refersTo(row) ?? []);
  const open = subjectsOf(rows.filter(({ state }) => (states as readonly string[]).includes(state)));
  // The ledger was written, and the transaction that it belongs to never ended: it was decided, so it is done.
  const known = new Set(subjectsOf(rows).map(({ id }) => id));
  const lost = ledger.lines.filter(({ kind, id }) => !known.has(id) && store.keys.has(kind, id));
  let done = 0;
  // People first: an account that ends with its person is part of theirs.
  const order = [...open, ...lost].sort((one, other) =>
    one.kind < other.kind ? 1 : one.kind > other.kind ? -1 : 0,
  );
  for (const subject of order) {
    if (signal?.aborted) break;
    if ((await eraseNow(settings, subject, BY_SYSTEM)) !== null) done += 1;
  }
  return done;
}

/** Goes on with erasures that a legal hold kept from ending; returns how many ended. */
export async function runHeldErasures(settings: ErasureSettings, signal?: AbortSignal): Promise<number> {
  const rows = await settings.store.db
    .select()
    .from(erasure)
    .where(and(eq(erasure.state, 'held'), isNull(erasure.cause)))
    .orderBy(erasure.begunAt)
    .limit(HELD_MAX);
  let done = 0;
  for (const subject of rows.flatMap((row) => refersTo(row) ?? [])) {
    if (signal?.aborted) break;
    if ((await eraseNow(settings, subject, BY_SYSTEM))?.state === 'done') done += 1;
  }
  return done;
}

/** Erases everybody whose grace has ended, however many; other people's work goes first. */
export async function runDueErasures(settings: ErasureSettings, signal?: AbortSignal): Promise<Erased[]> {
  const done: Erased[] = [];
  const restMsMax = Math.min(REST_MS_MAX, RESTS_MS_MAX / Math.max(1, await countDue(settings)));
  let restMs = 0;
  for (let more = true; more; ) {
    const due = await dueErasures(settings);
    const before = done.length;
    for (const subject of due) {
      await sleep(restMs, undefined, { ...(signal && { signal }) }).catch(() => {});
      if (signal?.aborted) return done;
      const begun = performance.now();
      const erased = await eraseNow(settings, subject, BY_SYSTEM);
      if (erased !== null) done.push(erased);
      restMs = Math.min((performance.now() - begun) * REST_TIMES, restMsMax);
    }
    more = done.length > before;
  }
  return done;
}

/**
 * Takes out everybody whom the ledger says was erased, rows and keys, before anything can be read: a restored database
 * has them again. Begins where this database was replayed to before. Returns how many it still had a key or rows of. May
 * be repeated.
 */
export async function replayLedger(settings: ErasureSettings): Promise<number> {
  const { store, ledger } = settings;
  let found = 0;
  for (let at = await replayedLines(store.db, ledger); at < ledger.lines.length; at += REPLAY_SUBJECTS_MAX) {
    const subjects: readonly SubjectName[] = ledger.lines.slice(at, at + REPLAY_SUBJECTS_MAX);
    const free = subjects.filter((subject) => !ledger.held(subject));
    await store.db.transaction((tx) => endStaleHolds(tx, store.map, free, store.now()));
    const alive = subjects.filter(({ kind, id }) => store.keys.has(kind, id));
    for (const subject of alive) await eraseNow(settings, subject, BY_SYSTEM);
    let rows = 0;
    for (let more = true; more; ) {
      const pass = await store.db.transaction(async (tx) => {
        const erased = await eraseUnlessHeld(tx, settings, subjects);
        // In the same transaction: whoever has the mark has lost the rows.
        if (!erased.more) await markReplayed(tx, ledger, at + subjects.length);
        return erased;
      });
      rows += pass.rows;
      more = pass.more;
    }
    found += Math.max(alive.length, rows > 0 ? 1 : 0);
  }
  return found;
}

/** A hold is kept by a replay too: of who is erased but for it, that part stays, and their erasure waits for its end. */
const eraseUnlessHeld = async (tx: Tx, settings: ErasureSettings, subjects: readonly SubjectName[]) =>
  eraseRows(tx, settings, subjects, await readHeldTables(tx, settings.store.map));
