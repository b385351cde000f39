/**
 * A signed message is taken once, also within the time that it is good for. The protocol forgets to say so: without it,
 * whoever has one message and the agent's token could send it again and again.
 */
import { eq } from 'drizzle-orm';
import type { Db } from '../../store/database.ts';
import type { Tx } from '../../store/store.ts';
import { replayed } from './refused.ts';
import { drpMessage } from './schema.ts';

/** Before anything is made for it. Throws `DrpRefused` 409. */
export async function demandNew(db: Db, hash: string): Promise<void> {
  const [taken] = await db
    .select({ hash: drpMessage.hash })
    .from(drpMessage)
    .where(eq(drpMessage.hash, hash));
  if (taken !== undefined) throw replayed();
}

/** In the transaction of what the message asks, so that a kill leaves both or neither. Throws `DrpRefused` 409. */
export async function takeOnce(tx: Tx, hash: string, expiresAt: number): Promise<void> {
  const taken = await tx
    .insert(drpMessage)
    .values({ hash, expiresAt: new Date(expiresAt) })
    .onConflictDoNothing()
    .returning({ hash: drpMessage.hash });
  if (taken.length === 0) throw replayed();
}
