/** Prices have dates: what becomes dearer waits for its day, is told before to whom it concerns, and stands on the page. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { datePrices } from '../../src/control/models/price-changes.ts';
import { charge } from '../../src/gateway/meter.ts';
import { Snapshot } from '../../src/gateway/snapshot.ts';
import type { CatalogueModel } from '../../src/link/words.ts';
import { openSite } from '../../src/site/server.ts';
import { openDatabase } from '../../src/store/database.ts';
import { somebody } from '../sign-in/person.ts';
import { startTestControl, type TestControl } from '../support/control.ts';
import { startPostgres, type TestPostgres } from '../support/postgres.ts';

const DAY_MS = 86_400_000;
const DEFAULT = 100_000;
let postgres: TestPostgres;
let engine: Server;
let control: TestControl;
let databaseUrl: string;

beforeAll(async () => {
  postgres = await startPostgres();
  databaseUrl = await postgres.database();
  engine = createServer((_request, response) => {
    response.end(JSON.stringify({ data: [{ id: 'small' }, { id: 'large' }] }));
  });
  await new Promise<void>((resolve) => engine.listen(0, '127.0.0.1', resolve));
  control = await startTestControl(postgres, { databaseUrl, engines: engines() }, openSite);
}, 120_000);
afterAll(async () => {
  await control?.end();
  engine?.close().closeAllConnections();
  await postgres?.stop();
});

const engines = () => [
  {
    number: 1,
    url: `http://127.0.0.1:${(engine.address() as AddressInfo).port}/v1`,
    socket: null,
    key: null,
  },
];

/** The price of a million tokens in and out, by model, as gateways are told. */
async function served(): Promise<Record<string, readonly [number, number]>> {
  const gateway = await control.gateway();
  const { models } = await gateway.until('catalogue', (body) => body.models.length > 0);
  gateway.close();
  return Object.fromEntries(models.map(({ name, prices }) => [name, [prices.prompt, prices.completion]]));
}

/** Another start, with these prices for the large one. */
async function wanted(prompt: number, completion: number, more: object = {}): Promise<void> {
  const { linkSocket: _, adminSocket: __, sitePort: ___, siteUrl: ____, ...same } = control.settings;
  await control.stop();
  const models = [{ name: 'large', prices: { prompt, completion } }];
  control = await startTestControl(postgres, { ...same, databaseUrl, models, ...more }, openSite);
}

const page = async () => (await fetch(`${control.settings.siteUrl}/pricing`)).text();
const told = async (): Promise<string[]> => {
  const rows = await control.sql<{ id: string }>(
    "select replace(id::text, '-', '') as id from mail where template = 'price_changes' order by created_at",
  );
  return rows.map(({ id }) => id);
};
const waiting = () =>
  control.sql<{ at: Date }>('select effective_at as at from price_change where settled_at is null');

test('the first price holds at once; a dearer one is told to who has credit or used it, and waits', async () => {
  await served();
  for (const name of ['credit', 'used', 'neither', 'unused']) await somebody(control, `${name}@example.org`);
  const add = { amount: '5.00', reason: 'test' };
  await control.admin('POST', '/accounts/credit@example.org/credit', add);
  const accountOf = async (name: string) =>
    (await control.admin('GET', `/accounts/${name}@example.org`)).body.id.slice(5);
  for (const [name, model] of [
    ['used', 2],
    ['unused', 1],
  ] as const)
    await control.sql(
      `insert into usage_day (account_id, day, model, key_id, requests)
       values ($1::uuid, date_trunc('day', now()) - interval '3 days', $2, gen_random_uuid(), 1)`,
      [await accountOf(name), model],
    );
  // Whoever only looks at the account hears nothing.
  await control.sql(
    "insert into membership (person_id, account_id, role) select person_id, $1::uuid, 'viewer' from membership where account_id = $2::uuid",
    [await accountOf('credit'), await accountOf('neither')],
  );
  await wanted(200_000, 300_000);
  expect(await served()).toEqual({ small: [DEFAULT, DEFAULT], large: [DEFAULT, DEFAULT] });
  await expect.poll(told, { timeout: 20_000 }).toHaveLength(2);
  const [first] = await told();
  const { body } = await control.admin('GET', `/mails/${first}`);
  expect(body.text).toContain('large: 0.2 USD for a million tokens in and 0.3 USD out (so far 0.1 and 0.1).');
  const [row] = await waiting();
  const days = ((row?.at.getTime() ?? 0) - Date.now()) / DAY_MS;
  expect(days).toBeGreaterThan(13.9);
  expect(days).toBeLessThan(14.1);
  expect(body.text).toContain(row?.at.toISOString().slice(0, 10));
  const shown = await page();
  expect(shown).toContain('Prices that change');
  expect(shown).toContain('$0.20');
});

test('started again, nobody is told twice, and the day stays; a cheaper one holds at once and ends what waits', async () => {
  const [before] = await waiting();
  await wanted(200_000, 300_000);
  await served();
  expect(await waiting()).toEqual([before]);
  expect(await told()).toHaveLength(2);
  await wanted(50_000, 50_000);
  expect((await served()).large).toEqual([50_000, 50_000]);
  expect(await waiting()).toEqual([]);
  expect(await page()).not.toContain('Prices that change');
});

test('wanted otherwise before its day, the notice begins anew; with a longer one, it is that long', async () => {
  await wanted(60_000, 50_000);
  await served();
  await control.sql(
    "update price_change set effective_at = effective_at - interval '10 days' where settled_at is null",
  );
  await wanted(70_000, 50_000, { priceNoticeDays: 30 });
  await served();
  const rows = await waiting();
  expect(rows).toHaveLength(1);
  expect(((rows[0]?.at.getTime() ?? 0) - Date.now()) / DAY_MS).toBeGreaterThan(29.9);
  expect((await served()).large).toEqual([50_000, 50_000]);
  await expect.poll(told, { timeout: 20_000 }).toHaveLength(6);
});

test('on its day it holds, by a clock that is believed', async () => {
  await control.sql(
    "update price_change set effective_at = now() - interval '1 second' where settled_at is null",
  );
  const database = openDatabase(control.settings.databaseUrl);
  const prices = { prompt: 70_000, cached: 70_000, completion: 50_000, reasoning: 50_000 };
  const model = { number: 2, name: 'large', prices } as CatalogueModel;
  const parts = { db: database.db, record: null as never };
  const notice = { days: 14, siteUrl: 'http://localhost', now: null };
  const { models, coming } = await datePrices(parts, [model], notice);
  await database.close();
  expect(models[0]?.prices.prompt).toBe(50_000);
  expect(coming).toHaveLength(1);
  await wanted(70_000, 50_000);
  expect((await served()).large).toEqual([70_000, 50_000]);
  await wanted(70_000, 50_000);
  await served();
  await expect.poll(waiting).toEqual([]);
  expect(await page()).not.toContain('Prices that change');
  expect(await told()).toHaveLength(6);
});

test('where use has no price, nothing waits and nobody is told', async () => {
  await wanted(900_000, 900_000, { billing: 'off' });
  expect((await served()).large).toEqual([0, 0]);
  expect(await waiting()).toEqual([]);
  expect(await told()).toHaveLength(6);
});

test('a request that began before is charged at the price of its start', () => {
  const gateway = new Snapshot();
  const at = (prompt: number): CatalogueModel =>
    ({
      number: 1,
      name: 'small',
      prices: { prompt, cached: prompt, completion: prompt, reasoning: prompt },
    }) as CatalogueModel;
  gateway.setModels([at(1_000_000)]);
  const begun = gateway.model('small');
  gateway.setModels([at(2_000_000)]);
  const tokens = { prompt: 10, cached: 0, completion: 5, reasoning: 0 };
  const measured = { tokens, estimated: false, ending: 'complete' } as const;
  const later = gateway.model('small');
  if (begun === undefined || later === undefined) throw new Error('it is not served');
  expect(charge(begun.prices, measured, 1000)).toBe(15);
  expect(charge(later.prices, measured, 1000)).toBe(30);
});
