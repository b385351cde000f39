/**
 * Tries are counted in the database before anything is looked at, and stay counted whatever follows: by request, by the
 * address that it names, and in sum. An address that nobody has is counted as any other. What it is counted by is a hash
 * under a key of the week, which dies in the key store.
 */
import { createHash, createHmac } from 'node:crypto';
import { and, eq, lt, sql } from 'drizzle-orm';
import type { Id } from '../../link/ids.ts';
import type { KeyStore } from '../../store/keys/key-store.ts';
import type { Store, Tx } from '../../store/store.ts';
import { Problem } from '../problem.ts';
import type { Services } from '../services.ts';
import { type LadderRow, proofLadder, proofTally } from './schema.ts';

/** For one request, whatever is tried. */
export const TRIES_OF_REQUEST = 5;
/** For one address in a week (UTC, from Thursday on), over all requests that name it. */
export const TRIES_OF_ADDRESS = 10;
/** For all of this instance in an hour. */
export const TRIES_OF_ALL = 500;
const HOUR_MS = 3_600_000;
const WEEK_MS = 7 * 24 * HOUR_MS;

export interface LadderParts {
  readonly services: Services;
  readonly store: Store;
}

/** The row of a request that is not there yet. */
export type NewLadder = Pick<LadderRow, 'request' | 'stop' | 'until'>;

/** Makes the row where it is missing. */
export async function ensureLadder(tx: Tx, made: NewLadder): Promise<void> {
  await tx
    .insert(proofLadder)
    .values({ ...made, tries: 0 })
    .onConflictDoNothing();
}

/**
 * Counts one try; `challenge`: the hash of one that is used up by it. Throws `Problem` 429 (`too_many_tries`), and then
 * nothing is counted.
 */
export async function countProof(
  { services, store }: LadderParts,
  made: NewLadder,
  address: string | null,
  challenge: string | null = null,
): Promise<void> {
  const now = store.now();
  const buckets = await bucketsOf(services.keys, now, address ?? made.request);
  await services.db.transaction(async (tx) => {
    await ensureLadder(tx, made);
    const its = eq(proofLadder.request, made.request);
    const counted = await tx
      .update(proofLadder)
      .set({
        tries: sql`${proofLadder.tries} + 1`,
        ...(challenge !== null && { challenge: null, challengeUntil: null }),
      })
      .where(
        and(
          its,
          lt(proofLadder.tries, TRIES_OF_REQUEST),
          challenge === null ? undefined : eq(proofLadder.challenge, challenge),
        ),
      )
      .returning({ request: proofLadder.request });
    if (counted.length === 0) throw tooMany();
    for (const { bucket, max, until } of buckets) {
      const more = await tx
        .insert(proofTally)
        .values({ bucket, tries: 1, until: new Date(until) })
        .onConflictDoUpdate({
          target: proofTally.bucket,
          set: { tries: sql`${proofTally.tries} + 1` },
          setWhere: lt(proofTally.tries, max),
        })
        .returning({ tries: proofTally.tries });
      if (more.length === 0) throw tooMany();
    }
  });
}

async function bucketsOf(keys: KeyStore, now: number, address: Id | string) {
  const week = Math.floor(now / WEEK_MS);
  const hour = Math.floor(now / HOUR_MS);
  const key = await keyOf(keys, week);
  const hash = (what: string) => createHmac('sha256', key).update(what).digest();
  return [
    { bucket: hash(`address\n${address}`), max: TRIES_OF_ADDRESS, until: (week + 1) * WEEK_MS },
    { bucket: hash(`all\n${hour}`), max: TRIES_OF_ALL, until: (hour + 1) * HOUR_MS },
  ];
}

async function keyOf(keys: KeyStore, week: number): Promise<Buffer> {
  const id = createHash('sha256').update(`proof tally ${week}`).digest('hex').slice(0, 32);
  if (!keys.has('intake', id)) await keys.create('intake', id, { until: (week + 2) * WEEK_MS });
  const key = keys.key('intake', id);
  if (key === null) throw new Error('a key that was just made is gone');
  return key;
}

const tooMany = (): Problem =>
  new Problem(
    429,
    'too_many_tries',
    'There were too many tries. The link in the mail still works, and so does writing to us.',
  );
