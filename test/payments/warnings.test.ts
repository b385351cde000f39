/** Warnings of little credit: bounds that people set, one mail for each crossing, also over restarts; without Stripe. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startPostgres, type TestPostgres } from '../support/postgres.ts';
import { openShop, type Payer, type Shop } from './paying.ts';

let postgres: TestPostgres;
let shop: Shop;

beforeAll(async () => {
  postgres = await startPostgres();
  shop = await openShop(postgres, 0, { stripe: null });
}, 60_000);
afterAll(async () => {
  await shop?.stop();
  await postgres?.stop();
});

const send = (payer: Payer, form: Record<string, string>) =>
  payer.post(`/console/${payer.account}/credit/warnings`, form);
const credit = (payer: Payer, amount: string) =>
  shop.control.admin('POST', `/accounts/${payer.account}/credit`, { amount, reason: 'a test' });
const below = (payer: Payer) =>
  shop.control.sql(
    `select level_microusd::int / 1000000 as level, is_below as below from balance_warning
     where account_id = $1::uuid order by 1`,
    [payer.account.slice(5)],
  );
const mails = async (payer: Payer) =>
  (
    await shop.control.sql(
      `select 1 from mail where template = 'balance_low' and person_id in
        (select person_id from membership where account_id = $1::uuid)`,
      [payer.account.slice(5)],
    )
  ).length;
/** A look begins with the start. */
async function look(): Promise<void> {
  await shop.control.stop();
  await shop.control.start();
}

test('what is no amount, a sixth, somebody else’s account: refused', async () => {
  const [payer, other] = [await shop.payer('bounds'), await shop.payer('stranger')];
  for (const level of ['', '0', '-1', '0.001', '10000.01', 'all'])
    expect([level, (await send(payer, { do: 'add', level })).status]).toEqual([level, 400]);
  const all = await Promise.all(
    ['1', '2', '3', '4', '5', '6'].map((level) => send(payer, { do: 'add', level })),
  );
  expect(all.map(({ status }) => status).sort()).toEqual([303, 303, 303, 303, 303, 409]);
  const [first] = await below(payer);
  expect((await send(other, { do: 'add', level: '7' })).status).toBe(303);
  const form = { do: 'remove', level: String(first?.level) };
  expect((await other.post(`/console/${payer.account}/credit/warnings`, form)).status).toBe(404);
  expect(await below(payer)).toHaveLength(5);
  expect((await send(payer, form)).status).toBe(303);
  expect(await below(payer)).toHaveLength(4);
}, 60_000);

test('one mail for each crossing, whatever is looked at how often; several at once are one; above, it is armed anew', async () => {
  const payer = await shop.payer('crossing');
  await credit(payer, '20');
  for (const level of ['5', '10', '30']) expect((await send(payer, { do: 'add', level })).status).toBe(303);
  // Below already: that is no crossing.
  expect(await below(payer)).toContainEqual({ level: 30, below: true });
  await look();
  expect(await mails(payer)).toBe(0);
  await credit(payer, '-12');
  await look();
  await expect.poll(() => mails(payer), { timeout: 10_000 }).toBe(1);
  await look();
  await credit(payer, '12');
  await look();
  await expect.poll(() => below(payer), { timeout: 10_000 }).toContainEqual({ level: 10, below: false });
  await credit(payer, '-20');
  await look();
  await expect.poll(() => mails(payer), { timeout: 10_000 }).toBe(2);
  expect(await below(payer)).toEqual([5, 10, 30].map((level) => ({ level, below: true })));
}, 60_000);
