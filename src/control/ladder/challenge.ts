/**
 * What a program shows together with an API key: random, bound to one request, good once and for half an hour. Whoever
 * has the key sends both, as every call of the API sends the key.
 */
import { and, eq, gt } from 'drizzle-orm';
import type { Id } from '../../link/ids.ts';
import { hashToken, isToken, newToken } from '../random-token.ts';
import { proofLadder } from './schema.ts';
import { ensureLadder, type LadderParts, type NewLadder } from './tally.ts';

const CHALLENGE_MS = 30 * 60_000;

/** A new one, in place of an earlier one of the same request. */
export async function newChallenge(
  { services: { db }, store }: LadderParts,
  made: NewLadder,
): Promise<{ readonly challenge: string; readonly until: Date }> {
  const challenge = newToken();
  const until = new Date(store.now() + CHALLENGE_MS);
  await db.transaction(async (tx) => {
    await ensureLadder(tx, made);
    await tx
      .update(proofLadder)
      .set({ challenge: hashToken(challenge), challengeUntil: until })
      .where(eq(proofLadder.request, made.request));
  });
  return { challenge, until };
}

/** Which request it belongs to, and the hash by which it is used up; null: it is none, was used or has ended. */
export async function challenged(
  { services: { db }, store }: LadderParts,
  challenge: string,
): Promise<{ readonly request: Id; readonly hash: string } | null> {
  if (!isToken(challenge)) return null;
  const hash = hashToken(challenge);
  const live = and(eq(proofLadder.challenge, hash), gt(proofLadder.challengeUntil, new Date(store.now())));
  const [row] = await db.select({ request: proofLadder.request }).from(proofLadder).where(live);
  return row === undefined ? null : { request: row.request, hash };
}
