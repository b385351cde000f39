/** Lives of accounts at Stripe, all that happens there at once, and what our books have to say of it in the end. */
import { randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import { netPart } from '../../src/control/payments/cents.ts';
import type { Payer, Shop } from './paying.ts';

const CENT = 10_000;
const USD = 1_000_000;
const PLAN_CREDIT = 22 * USD;
const RECHARGE = 5 * USD;
/** What its bound allows in a month. */
export const RECHARGES = 2;
export const PLANS = [
  { id: 'start', name: 'Start', every: 'month', price: 20 * USD, credit: PLAN_CREDIT },
] as const;

export interface Life {
  readonly usd: number;
  readonly periods: readonly string[];
  readonly back: readonly { readonly as: string; readonly percent: number }[];
  readonly recharges: boolean;
  readonly uses: readonly number[];
}

export interface Lived extends Life {
  readonly payer: Payer;
  readonly key: string;
  /** Stripe's id of it. */
  readonly customer: string;
  /** Of the page that credit was bought on. */
  readonly intent: string;
  /** Micro-dollars, as they were recorded. */
  used: number;
}
export type Lives = readonly Lived[];

let lives = 0;

/** Each begins what it buys with us; then all of it happens at Stripe, which has not told anything yet. */
export async function beginLives(shop: Shop, all: readonly Life[]): Promise<Lives> {
  const begun = await Promise.all(all.map((life) => begin(shop, life)));
  return begun.map(({ payer, key, once, plan, life }) => {
    const session = shop.stripe.sessionOf(once);
    shop.stripe.pay(session);
    const intent = session.intent ?? '';
    for (const back of life.back) goBack(shop, intent, session.cents + session.taxCents, back);
    if (plan !== null) goOn(shop, plan, life.periods);
    const customer = session.fields.get('customer') ?? '';
    return { ...life, payer, key, customer, intent, used: 0 };
  });
}

async function begin(shop: Shop, life: Life) {
  const payer = await shop.payer(`life-${++lives}`);
  const place = `/console/${payer.account}/credit`;
  const [once, plan] = [randomUUID(), randomUUID()];
  const bought = await payer.post(`${place}/buy`, { once, amount: String(life.usd), keep: 'yes' });
  expect(bought.status).toBe(200);
  if (life.recharges) {
    const month = String((RECHARGE * RECHARGES) / USD);
    const bounds = { do: 'choose', threshold: '500', amount: '5', month, agreed: 'yes' };
    expect((await payer.post(`${place}/recharge`, bounds)).status).toBe(303);
  }
  if (life.periods.length > 0) {
    const form = { do: 'begin', once: plan, plan: 'start', agreed: 'yes' };
    expect((await payer.post(`${place}/plan`, form)).status).toBe(200);
  }
  const made = await shop.control.admin('POST', `/accounts/${payer.account}/keys`, { name: 'any' });
  const ourId = (uuid: string) => uuid.replaceAll('-', '');
  return {
    life,
    payer,
    key: made.body.id.slice(4) as string,
    once: ourId(once),
    plan: life.periods.length > 0 ? ourId(plan) : null,
  };
}

/** Cents. */
function goBack({ stripe }: Shop, intent: string, gross: number, { as, percent }: Life['back'][number]) {
  if (as.startsWith('dispute')) {
    const dispute = stripe.dispute(intent, gross);
    if (as === 'dispute won') dispute.reinstate();
    return;
  }
  stripe.refund(intent, Math.max(1, Math.floor((gross * percent) / 100)));
  const made = [...stripe.refunds.values()].at(-1);
  if (as === 'refund in vain' && made !== undefined) stripe.failRefund(made);
}

/** The first period is paid on the page. */
function goOn({ stripe }: Shop, plan: string, periods: Life['periods']): void {
  stripe.pay(stripe.sessionOf(plan));
  const of = stripe.subscriptionOf(plan);
  for (const as of periods.slice(1)) {
    stripe.renew(of, as === 'paid');
    const invoice = [...stripe.invoices.values()].at(-1);
    if (as === 'paid late' && invoice !== undefined) stripe.payInvoice(invoice);
  }
}

/** A dispute ends it for good, unless the news that it is won comes first: either is right. */
const isRecharged = (life: Lived) => life.recharges && !life.back.some(({ as }) => as.startsWith('dispute'));

/** Whether what is to be bought by itself is bought, where nothing stops it. */
export async function isAllBought({ control }: Shop, all: Lives): Promise<boolean> {
  const rows = await control.sql<{ account: string; state: string; n: number }>(
    "select replace(account_id::text, '-', '') as account, state, count(*)::int as n from payment where way = 'recharge' group by 1, 2",
  );
  const paid = (life: Lived) =>
    rows.find(({ account, state }) => account === life.payer.account.slice(5) && state === 'paid')?.n ?? 0;
  return (
    rows.every(({ state }) => state !== 'open') &&
    all.filter(isRecharged).every((life) => paid(life) === RECHARGES)
  );
}

/** By Stripe's books, which know nothing of ours. */
export async function expectTheirBooks(shop: Shop, life: Lived): Promise<void> {
  const { stripe, control } = shop;
  const theirs = [...stripe.intents.values()].filter(
    ({ customer, status }) => customer === life.customer && (status ?? 'succeeded') === 'succeeded',
  );
  const ofPlan = new Set(
    [...stripe.invoices.values()].flatMap(({ of, status, intent }) =>
      of.customer === life.customer && status === 'paid' ? [intent] : [],
    ),
  );
  const creditOf = (intent: string): number => {
    if (intent === life.intent) return life.usd * USD;
    return ofPlan.has(intent) ? PLAN_CREDIT : RECHARGE;
  };
  const rows = await control.sql<{ intent: string; gross: string; amount: string; net: string }>(
    `select stripe_intent as intent, gross_microusd as gross, amount_microusd as amount, returned_net_microusd as net
     from payment where account_id = $1::uuid and state = 'paid'`,
    [life.payer.account.slice(5)],
  );
  const ours = new Map(rows.map((row) => [row.intent, row]));
  expect([...ours.keys()].sort()).toEqual(theirs.map(({ id }) => id).sort());
  let balance = -life.used;
  for (const { id, gross } of theirs) {
    const whole = { amount: creditOf(id), gross: gross * CENT };
    const back = netPart(returnedOf(shop, id, gross) * CENT, whole);
    const row = ours.get(id);
    expect([Number(row?.gross), Number(row?.amount), Number(row?.net)]).toEqual([
      whole.gross,
      whole.amount,
      back,
    ]);
    balance += whole.amount - back;
  }
  expect(await life.payer.balance()).toBe(balance);
  await expectEachOnce(shop, life, theirs.length - ofPlan.size, ofPlan.size);
}

/** Cents, of one payment. */
function returnedOf({ stripe }: Shop, intent: string, gross: number): number {
  const refunds = [...stripe.refunds.values()].filter(
    (each) => each.intent === intent && each.status !== 'failed',
  );
  const won = new Set(
    stripe.events.flatMap(({ type, body }) =>
      type === 'charge.dispute.funds_reinstated' ? [JSON.parse(body).data.object.id] : [],
    ),
  );
  const disputes = stripe.events.filter(({ type, body }) => {
    if (type !== 'charge.dispute.funds_withdrawn') return false;
    const { object } = JSON.parse(body).data;
    return object.payment_intent === intent && !won.has(object.id);
  });
  return refunds.reduce((sum, { cents }) => sum + cents, 0) + disputes.length * gross;
}

/** One entry of the ledger for each payment, with its entry in the record and its mail; use never took it below zero. */
async function expectEachOnce(
  { control }: Shop,
  { payer }: Lived,
  paid: number,
  ofPlan: number,
): Promise<void> {
  const ledger = await payer.ledger();
  const of = (...kinds: string[]) => ledger.filter(([kind]) => kinds.includes(kind)).length;
  expect([of('payment'), of('plan')]).toEqual([paid, ofPlan]);
  const account = payer.account.slice(5);
  const count = async (what: string) => (await control.sql(what, [account])).length;
  expect(
    await count(
      "select 1 from record_entry where kind = 'credit_change' and index is not null and account_id = $1::uuid",
    ),
  ).toBe(of('payment', 'plan', 'refund', 'dispute'));
  expect(
    await count(
      "select 1 from mail where template = 'credit_added' and person_id in (select person_id from membership where account_id = $1::uuid)",
    ),
  ).toBe(paid + ofPlan);
  // What went back is not use's doing.
  let left = 0;
  for (const [kind, amount] of ledger)
    if (kind !== 'refund' && kind !== 'dispute') {
      left += amount;
      expect(left).toBeGreaterThanOrEqual(0);
    }
}
