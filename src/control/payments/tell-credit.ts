/** The mail that credit was added: once for each payment and person, however often it is written. */
import { createHmac } from 'node:crypto';
import type { Id } from '../../link/ids.ts';
import { peopleOf } from '../accounts/index.ts';
import { formatAmount } from '../amount.ts';
import { outward } from '../outward.ts';
import type { PaymentParts } from './parts.ts';
import type { Payment } from './schema.ts';

export async function tellCredit(parts: PaymentParts, paid: Payment): Promise<void> {
  const { services, notices, siteUrl } = parts;
  const usd = (microUsd: number) => `${formatAmount(microUsd)} USD`;
  const values = {
    amount: usd(paid.amount),
    charged: usd(paid.gross ?? paid.amount),
    tax: usd(paid.tax ?? 0),
    url: `${siteUrl}/console/${outward('acct', paid.account)}/credit/payments/${paid.id}`,
  };
  await services.db.transaction(async (tx) => {
    for (const person of await peopleOf(tx, paid.account, ['owner', 'billing']))
      await notices.send(tx, { template: 'credit_added', person, values, id: idOf(parts, paid.id, person) });
  });
  notices.wake();
}

const idOf = ({ services: { pepper } }: PaymentParts, payment: Id, person: Id): Id =>
  createHmac('sha256', pepper).update(`credit added ${payment} ${person}`).digest('hex').slice(0, 32);
