/**
 * A capture begins with the consent to it and ends with it (INFER-4): in the consent's own transaction, so that there is none
 * without the other. A consent that is given anew, for longer, begins another capture under another key: nothing is kept for
 * longer than was said when it was asked.
 */
import { randomBytes } from 'node:crypto';
import { and, eq, gt, isNull } from 'drizzle-orm';
import { HPKE_KEY_BYTES, publicHalf } from '../../link/hpke.ts';
import type { Id } from '../../link/ids.ts';
import type { Store, Tx } from '../../store/store.ts';
import { capture, capturedRequest } from './schema.ts';

/** The consent that a capture rests on; times in milliseconds since 1970. */
export interface Allowed {
  readonly id: Id;
  readonly account: Id;
  readonly at: number;
  readonly until: number;
}

/** Its key is durable before the consent is; where that is rolled back, the key ends by itself. */
export async function beginCapture(
  tx: Tx,
  { keys }: Pick<Store, 'keys'>,
  { id, account, at, until }: Allowed,
): Promise<void> {
  const value = randomBytes(HPKE_KEY_BYTES);
  const key = publicHalf(value).toString('hex');
  await keys.create('capture', id, { value, until });
  value.fill(0);
  await stopCaptures(tx, account, at);
  const times = { startedAt: new Date(at), until: new Date(until), stoppedAt: null };
  await tx.insert(capture).values({ id, account, key, ...times, requests: 0, bytes: 0 });
}

/** Nothing more is kept of the account; what there is stays until its end. */
export async function stopCaptures(tx: Pick<Tx, 'update'>, account: Id, now: number): Promise<void> {
  await tx
    .update(capture)
    .set({ stoppedAt: new Date(now) })
    .where(and(eq(capture.account, account), isNull(capture.stoppedAt)));
}

/**
 * The consent was taken back: the keys are destroyed before anything else, so that what follows can only be late; the sweep
 * takes the rows. Repeated, it changes nothing.
 */
export async function endCaptures(
  tx: Tx,
  { keys, now }: Pick<Store, 'keys' | 'now'>,
  account: Id,
): Promise<void> {
  const at = new Date(now());
  const going = and(eq(capture.account, account), gt(capture.until, at));
  const rows = await tx.select({ id: capture.id }).from(capture).where(going);
  await keys.destroy(rows.map(({ id }) => ({ kind: 'capture', id }) as const));
  await stopCaptures(tx, account, at.getTime());
  await tx.update(capture).set({ until: at }).where(going);
  await tx
    .update(capturedRequest)
    .set({ until: at })
    .where(and(eq(capturedRequest.account, account), gt(capturedRequest.until, at)));
}
