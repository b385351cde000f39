/** Whose credit is to be recharged now, and the row that comes before Stripe is asked. */
import { sql } from 'drizzle-orm';
import { type Id, newId } from '../../../link/ids.ts';
import type { Tx } from '../../../store/store.ts';
import type { PaymentParts } from '../parts.ts';
import { payment } from '../schema.ts';

/** Of one look. */
const ACCOUNTS_MAX = 100;

/** What was bought by itself in a month (UTC), as its bound counts it: credit, without tax. */
const boughtSince = (month: Date) => sql`(
  select coalesce(sum(p.amount_microusd), 0) from payment p
  where p.account_id = r.account_id and p.way = 'recharge' and p.state in ('open', 'paid')
    and p.asked_at >= ${month.toISOString()}::timestamptz)`;

const isDue = (now: Date) => sql`
  r.state = 'on' and r.next_at <= ${now.toISOString()}::timestamptz and a.active
  and a.balance_microusd < r.threshold_microusd
  and not exists (select from payment p where p.account_id = r.account_id and p.way = 'recharge' and p.state = 'open')
  and ${boughtSince(monthOf(now))} + r.amount_microusd <= r.month_max_microusd`;

/** Its first moment, in UTC. */
export const monthOf = (at: Date): Date => new Date(Date.UTC(at.getUTCFullYear(), at.getUTCMonth()));

/** Micro-dollars of this month. */
export async function boughtThisMonth(
  db: Pick<PaymentParts['services'], 'db'>['db'],
  account: Id,
  now: Date,
): Promise<number> {
  const { rows } = await db.execute<{ bought: string }>(
    sql`select ${boughtSince(monthOf(now))} as bought from (select ${account}::uuid as account_id) r`,
  );
  return Number(rows[0]?.bought ?? 0);
}

/** Those whose deletion is asked for are left alone, until that is taken back. */
export async function beginDue(parts: PaymentParts): Promise<void> {
  const { services, now } = parts;
  const at = new Date(now());
  const { rows } = await services.db.execute<{ account: string }>(sql`
    select r.account_id as account from recharge r join account a on a.id = r.account_id
    where ${isDue(at)} limit ${ACCOUNTS_MAX}`);
  for (const { account } of rows) {
    const id = account.replaceAll('-', '');
    if (!services.keys.inGrace(id))
      await services.db.transaction((tx) => begin(tx, id, at), { isolationLevel: 'read committed' });
  }
}

/** One at a time for each account: whoever is second finds that it is under way, or is no longer wanted. */
async function begin(tx: Tx, account: Id, at: Date): Promise<void> {
  await tx.execute(sql`select from account where id = ${account}::uuid for key share`);
  await tx.execute(sql`select from recharge where account_id = ${account}::uuid for update`);
  const { rows } = await tx.execute<{ amount: string }>(sql`
    select r.amount_microusd as amount from recharge r join account a on a.id = r.account_id
    where r.account_id = ${account}::uuid and ${isDue(at)}`);
  const [due] = rows;
  if (due === undefined) return;
  await tx
    .insert(payment)
    .values({ id: newId(), account, amount: Number(due.amount), way: 'recharge', state: 'open', askedAt: at })
    .onConflictDoNothing();
}
