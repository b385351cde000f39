/** Requests look again whether they are carried out everywhere. */
import { and, eq } from 'drizzle-orm';
import type { Id } from '../../link/ids.ts';
import type { Store, Tx } from '../../store/store.ts';
import { privacyRequest } from '../requests/schema.ts';

/** One of them; or all, where a system is new. */
export async function wakeRequest(
  { now }: Pick<Store, 'now'>,
  tx: Tx | Store['db'],
  request: Id | null,
): Promise<void> {
  const its = request === null ? undefined : eq(privacyRequest.id, request);
  await tx
    .update(privacyRequest)
    .set({ nextAt: new Date(now()) })
    .where(and(its, eq(privacyRequest.state, 'carrying_out')));
}
