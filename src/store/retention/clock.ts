/**
 * Whether the time can be believed, asked before anything is destroyed because of it. It is not where our clock and the
 * database's differ, nor where both have jumped ahead since the last look (a machine restored from a copy, a time server
 * gone wrong) until a second look, half an hour later by the same clock. Never changes anything but its own mark.
 */
import { eq, sql } from 'drizzle-orm';
import type { Store, Tx } from '../store.ts';
import { clockMark } from './schema.ts';

/** Our clock and the database's may differ by this. */
const CLOCK_MS_MAX = 5 * 60_000;
/** What may pass between two looks; beyond it Kept was off, or a clock jumped. So nothing goes an hour too early. */
const JUMP_MS_MAX = 60 * 60_000;
/** From the first look after a jump to the one that believes it: with a look every 20 minutes within the hour. */
const SECOND_LOOK_MS = 30 * 60_000;
const ONLY = 1;

/** The time cannot be believed: what has ended cannot be told, and nothing was destroyed. */
export class ClockDoubted extends Error {
  override readonly name = 'ClockDoubted';
  readonly code: 'clock_disagrees' | 'clock_jumped';

  constructor(code: ClockDoubted['code']) {
    super(code === 'clock_disagrees' ? 'our clock and the database’s disagree' : 'the clock jumped ahead');
    this.code = code;
  }
}

/** The database's clock, milliseconds since 1970. */
export type DatabaseClock = (tx: Tx) => Promise<number>;

const askDatabase: DatabaseClock = async (tx) => {
  const { rows } = await tx.execute<{ now: Date }>(sql`select clock_timestamp() as now`);
  return new Date(rows[0]?.now as Date).getTime();
};

/**
 * The time, milliseconds since 1970. A first look believes, and so does one after the clock went back: less has ended
 * then. Throws `ClockDoubted`.
 */
export async function believedNow(store: Store, databaseClock: DatabaseClock = askDatabase): Promise<number> {
  const doubt = await store.db.transaction(async (tx) => {
    const now = store.now();
    if (Math.abs((await databaseClock(tx)) - now) > CLOCK_MS_MAX) return 'clock_disagrees' as const;
    const at = new Date(now);
    await tx.insert(clockMark).values({ id: ONLY, seenAt: at, jumpedTo: null }).onConflictDoNothing();
    const rows = await tx.select().from(clockMark).where(eq(clockMark.id, ONLY)).for('update');
    const mark = rows[0] as Mark;
    if (isBelieved(mark, now)) {
      await tx.update(clockMark).set({ seenAt: at, jumpedTo: null });
      return now;
    }
    if (!isSameJump(mark, now)) await tx.update(clockMark).set({ jumpedTo: at });
    return 'clock_jumped' as const;
  });
  if (typeof doubt !== 'number') throw new ClockDoubted(doubt);
  return doubt;
}

type Mark = Pick<typeof clockMark.$inferSelect, 'seenAt' | 'jumpedTo'>;

const isBelieved = (mark: Mark, now: number): boolean =>
  now - mark.seenAt.getTime() <= JUMP_MS_MAX ||
  (isSameJump(mark, now) && now - (mark.jumpedTo as Date).getTime() >= SECOND_LOOK_MS);

/** Whether time has gone on as time does since the first look after a jump. */
function isSameJump({ jumpedTo }: Mark, now: number): boolean {
  if (jumpedTo === null) return false;
  const since = now - jumpedTo.getTime();
  return since >= 0 && since <= JUMP_MS_MAX;
}
