/** The mail that credit was added: once for each payment and person, however often it is written. */
import { createHmac } from 'node:crypto';
import type { Id } from '../../link/ids.ts';
import { together } from '../../store/together.ts';
import { peopleOf } from '../accounts/index.ts';
import { formatAmount } from '../amount.ts';
import { outward } from '../outward.ts';
import type { PaymentParts } from './parts.ts';
import type { Payment } from './schema.ts';

export async function tellCredit(parts: PaymentParts, ...paid: readonly Payment[]): Promise<void> {
  if (paid.length === 0) return;
  const { services, notices } = parts;
  await services.db.transaction(async (tx) => {
    const people = new Map<Id, readonly Id[]>();
    for (const account of new Set(paid.map((each) => each.account)))
      people.set(account, await peopleOf(tx, account, ['owner', 'billing']));
    await together(
      ...paid.flatMap((each) =>
        (people.get(each.account) ?? []).map((person) =>
          notices.send(tx, {
            template: 'credit_added',
            person,
            values: valuesOf(parts, each),
            id: idOf(parts, each.id, person),
          }),
        ),
      ),
    );
  });
  notices.wake();
}

const usd = (microUsd: number) => `${formatAmount(microUsd)} USD`;

const valuesOf = ({ siteUrl }: PaymentParts, paid: Payment) => ({
  amount: usd(paid.amount),
  charged: usd(paid.gross ?? paid.amount),
  tax: usd(paid.tax ?? 0),
  url: `${siteUrl}/console/${outward('acct', paid.account)}/credit/payments/${paid.id}`,
});

const idOf = ({ services: { pepper } }: PaymentParts, payment: Id, person: Id): Id =>
  createHmac('sha256', pepper).update(`credit added ${payment} ${person}`).digest('hex').slice(0, 32);
