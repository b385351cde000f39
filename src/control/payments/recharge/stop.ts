/** Automatic recharge stops, and goes on: in the transaction of what makes it so. */
import { and, eq, inArray, lt, or } from 'drizzle-orm';
import type { Id } from '../../../link/ids.ts';
import type { Tx } from '../../../store/store.ts';
import { recharge, type StopReason } from './schema.ts';

/** Its people are told afterwards (`tell-stop.ts`). One that is not on stays as it is. */
export async function stopRecharge(tx: Tx, account: Id, why: StopReason, at: Date): Promise<void> {
  await tx
    .update(recharge)
    .set({ state: 'stopped', why, isTold: false, changedAt: at })
    .where(and(eq(recharge.account, account), eq(recharge.state, 'on')));
}

/** A card was brought. `cardAt`: when Stripe began to keep it; one that is older than a stop ends none. */
export async function goOn(tx: Tx, account: Id, at: Date, cardAt: Date = at): Promise<void> {
  const isNewer = and(eq(recharge.state, 'stopped'), lt(recharge.changedAt, cardAt));
  await tx
    .update(recharge)
    .set({ state: 'on', why: null, isTold: true, attempts: 0, nextAt: at, changedAt: at })
    .where(
      and(
        eq(recharge.account, account),
        inArray(recharge.state, ['waiting', 'stopped']),
        or(eq(recharge.state, 'waiting'), isNewer),
      ),
    );
}
