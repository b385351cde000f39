/** The mail that recharge has stopped, and what to do: once for each stop and person. */
import { createHmac } from 'node:crypto';
import { and, eq } from 'drizzle-orm';
import type { Id } from '../../../link/ids.ts';
import { peopleOf } from '../../accounts/index.ts';
import { formatAmount } from '../../amount.ts';
import { outward } from '../../outward.ts';
import type { PaymentParts } from '../parts.ts';
import { type Recharge, recharge, type StopReason } from './schema.ts';

/** Said in the mail. */
export const STOPPED: Readonly<Record<StopReason, string>> = {
  refused: 'your bank refused the card that Stripe keeps',
  confirm: 'your bank wants you to confirm the payment yourself',
  no_card: 'Stripe keeps no card for you any more',
  not_possible:
    'Stripe could not carry it out; it may lack your address, which it asks for when you pay there',
  disputed: 'a payment of this account was demanded back at the bank',
};
const STOPS_MAX = 100;

/** Every stop of which nobody was told yet. */
export async function tellStops(parts: PaymentParts): Promise<void> {
  const rows = await parts.services.db
    .select()
    .from(recharge)
    .where(and(eq(recharge.state, 'stopped'), eq(recharge.isTold, false)))
    .limit(STOPS_MAX);
  for (const row of rows) await tell(parts, row);
  if (rows.length > 0) parts.notices.wake();
}

async function tell({ services, notices, siteUrl }: PaymentParts, row: Recharge): Promise<void> {
  const values = {
    amount: `${formatAmount(row.amount)} USD`,
    why: STOPPED[row.why ?? 'refused'],
    url: `${siteUrl}/console/${outward('acct', row.account)}/credit/recharge`,
  };
  const idFor = (person: Id): Id =>
    createHmac('sha256', services.pepper)
      .update(`recharge stopped ${row.account} ${row.changedAt.getTime()} ${person}`)
      .digest('hex')
      .slice(0, 32);
  await services.db.transaction(async (tx) => {
    for (const person of await peopleOf(tx, row.account, ['owner', 'billing']))
      await notices.send(tx, { template: 'recharge_stopped', person, values, id: idFor(person) });
    await tx
      .update(recharge)
      .set({ isTold: true })
      .where(and(eq(recharge.account, row.account), eq(recharge.changedAt, row.changedAt)));
  });
}
