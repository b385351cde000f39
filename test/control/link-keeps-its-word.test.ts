/** The link: what gateways are told and when, and what ends their connection. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { statSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { newId } from '../../src/link/ids.ts';
import { encode } from '../../src/link/wire.ts';
import { LINK_PROTOCOL, type Meter, UP } from '../../src/link/words.ts';
import { type Customer, startTestControl, type TestControl } from '../support/control.ts';
import { LinkClient, usage } from '../support/link-client.ts';
import { startPostgres, type TestPostgres } from '../support/postgres.ts';

let postgres: TestPostgres;
let control: TestControl;
const opened: LinkClient[] = [];

type Options = Parameters<TestControl['gateway']>[0];
const join = async (to: TestControl, options?: Options): Promise<LinkClient> => {
  const client = await to.gateway(options);
  opened.push(client);
  return client;
};
const gateway = (options?: Options): Promise<LinkClient> => join(control, options);
const balance = (of: Customer): Meter => ({ kind: 'balance', of: of.account });

beforeAll(async () => {
  postgres = await startPostgres();
  control = await startTestControl(postgres);
}, 60_000);

afterEach(() => {
  for (const client of opened.splice(0)) client.close();
});

afterAll(async () => {
  await control.end();
  await postgres.stop();
});

const record = usage('a'.repeat(32), 'b'.repeat(32), 1);
const hello = encode(UP, 'hello', {
  protocol: LINK_PROTOCOL,
  session: newId(),
  pid: 1,
  missing: [],
  held: [],
});
const records = (one: object) => `["records",${JSON.stringify({ seq: 1, records: [one] })}]\n`;

test.each([
  ['a line that is not JSON', `${hello}hello\n`],
  ['an unknown word', `${hello}["remember",{}]\n`],
  ['a word of the other direction', `${hello}["recorded",{"seq":1}]\n`],
  ['a field too many', `${hello}${records({ ...record, prompt: 'what a client wrote' })}`],
  ['a field too few', `${hello}["want",{"seq":1,"need":1}]\n`],
  ['text where an id belongs', `${hello}${records({ ...record, id: 'what a client wrote' })}`],
  ['text where an enumeration belongs', `${hello}${records({ ...record, ending: 'what a client wrote' })}`],
  ['a fraction', `${hello}${records({ ...record, price: 0.5 })}`],
  ['a negative price', `${hello}${records({ ...record, price: -1 })}`],
  [
    'more records than a message may hold',
    `${hello}["records",${JSON.stringify({ seq: 1, records: Array(1_025).fill(record) })}]\n`,
  ],
  ['a record of nobody', `${hello}${records(record)}`],
  ['a line without end', `${hello}${'x'.repeat(9 * 1024 * 1024)}`],
  [
    'anything before hello',
    '["want",{"seq":1,"meter":{"kind":"balance","of":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"},"need":1}]\n',
  ],
  ['a second hello', `${hello}${hello}`],
  ['another protocol', `["hello",{"protocol":99,"session":"${newId()}","pid":1,"held":[]}]\n`],
])('%s ends the connection', async (_, text) => {
  const refused = control.lines.filter(({ event }) => event === 'link_refused').length;
  const client = new LinkClient(control.settings.linkSocket);
  opened.push(client);
  client.socket.write(text);
  await client.ended();
  await expect
    .poll(() => control.lines.filter(({ event }) => event === 'link_refused').length)
    .toBeGreaterThan(refused);
  expect((await control.admin('GET', '/facts')).body.link.listening).toBe(true);
});

test('a key of one account cannot be charged to another', async () => {
  const [one, other] = [await control.customer(), await control.customer()];
  const client = await gateway();
  client.socket.write(encode(UP, 'records', { seq: 1, records: [usage(other.account, one.key, 5)] }));
  await client.ended();
  expect((await control.admin('GET', `/accounts/${other.account}/usage`)).body.totals.requests).toBe(0);
});

test('only the owner may connect to the sockets', () => {
  for (const path of [control.settings.linkSocket, control.settings.adminSocket]) {
    expect(statSync(path).mode & 0o777).toBe(0o600);
  }
});

test('a gateway is told pepper, catalogue, accounts and active keys, in this order, then that this is all', async () => {
  const customer = await control.customer();
  const gone = await control.admin('POST', `/accounts/${customer.account}/keys`, { name: 'gone' });
  await control.admin('POST', `/keys/${gone.body.id}/revoke`);
  const client = await gateway();
  const words = client.heard.map(({ word }) => word);
  expect(words.filter((word, i) => word !== words[i - 1])).toEqual([
    'welcome',
    'catalogue',
    'account',
    'key',
    'synced',
  ]);
  const keys = client.heard
    .filter(({ word }) => word === 'key')
    .map(({ body }) => (body as { id: string }).id);
  expect(keys).toContain(customer.key);
  expect(keys).not.toContain(gone.body.id.slice(4));
});

test('a gateway that served before is told of no catalogue made of a part of the engines', async () => {
  const answers = createServer((_, response) => response.end('{"data":[{"id":"one"}]}'));
  const silent = createServer(() => undefined);
  const engines = await Promise.all(
    [answers, silent].map(async (server, number) => {
      await once(server.listen(0, '127.0.0.1'), 'listening');
      const { port } = server.address() as AddressInfo;
      return { number, url: `http://127.0.0.1:${port}/v1`, socket: null, key: null };
    }),
  );
  const control = await startTestControl(postgres, { engines });
  const client = await join(control);
  await expect.poll(() => control.lines.some(({ event }) => event === 'models_found')).toBe(true);
  expect(client.heard.map(({ word }) => word)).toEqual(['welcome', 'synced']);
  await client.until('catalogue', ({ models }) => models.length === 1);
  await control.end();
  silent.closeAllConnections();
  answers.close();
  silent.close();
}, 20_000);

test('what changes is pushed within a second: new key, revoked key, new limit, other terms', async () => {
  const client = await gateway();
  const customer = await control.customer();
  const since = Date.now();
  await client.until('key', ({ id }) => id === customer.key);
  await control.admin('POST', `/keys/key_${customer.key}/revoke`);
  await client.until('gone', ({ what, id }) => what === 'key' && id === customer.key);
  await control.admin('PATCH', `/accounts/${customer.account}`, {
    limits: { rpm: 7, budget_day: '1.50', concurrency: null },
    terms: { zero_retention: true, region: 'eu' },
  });
  const state = await client.until(
    'account',
    ({ id, limits }) => id === customer.account && limits.requestsPerMinute === 7,
  );
  expect(state).toEqual({
    id: customer.account,
    active: true,
    limits: {
      requestsPerMinute: 7,
      tokensPerMinute: null,
      concurrency: null,
      budgetDay: 1_500_000,
      budgetMonth: null,
      budgetDayTokens: null,
      budgetMonthTokens: null,
    },
    terms: {
      zeroRetention: true,
      allowTraining: false,
      region: 'eu',
      allowSharedCache: true,
      withoutEngines: [],
      withoutRegions: [],
    },
    capture: null,
  });
  expect(Date.now() - since).toBeLessThan(1_000);
});

test('the last requests of a revoked key are still recorded', async () => {
  const customer = await control.customer();
  const client = await gateway();
  await control.admin('POST', `/keys/key_${customer.key}/revoke`);
  await client.records([usage(customer.account, customer.key, 10)]);
  expect((await control.admin('GET', `/accounts/${customer.account}/usage`)).body.totals.price_microusd).toBe(
    10,
  );
});

test('credit can be granted as soon as it is added', async () => {
  const customer = await control.customer({ credit: '0' });
  const client = await gateway();
  expect(await client.want(balance(customer), 1)).toMatchObject({ units: 0, limit: 0, left: 0 });
  await control.admin('POST', `/accounts/${customer.account}/credit`, { amount: '0.000003', reason: 'test' });
  expect(await client.want(balance(customer), 3)).toMatchObject({ units: 3, limit: 3, left: 0 });
});

test('what a record costs is spent from the lease; the rest can be given back and granted to another', async () => {
  const customer = await control.customer({ credit: '0.001' });
  const [one, two] = [await gateway(), await gateway()];
  expect(await one.want(balance(customer), 1_000)).toMatchObject({ units: 1_000, left: 0 });
  expect(await two.want(balance(customer), 1)).toMatchObject({ units: 0, limit: 1_000, left: 0 });
  await one.records([usage(customer.account, customer.key, 300)]);
  expect(await two.want(balance(customer), 1)).toMatchObject({ units: 0, limit: 700, left: 0 });
  one.give(balance(customer), 700);
  await one.records([]);
  expect(await two.want(balance(customer), 701)).toMatchObject({ units: 0, limit: 700, left: 700 });
  expect(await two.want(balance(customer), 700)).toMatchObject({ units: 700, left: 0 });
});

test('a day’s budget counts what was recorded before control knew of anybody asking', async () => {
  const customer = await control.customer({
    limits: { budget_day: '0.001' },
    keyLimits: { budget_month: '0.0005' },
  });
  const client = await gateway();
  await client.records([usage(customer.account, customer.key, 400)]);
  expect(await client.want({ kind: 'day', of: customer.account }, 601)).toMatchObject({
    units: 0,
    left: 600,
  });
  expect(await client.want({ kind: 'month', of: customer.key }, 101)).toMatchObject({ units: 0, left: 100 });
  const month = await client.want({ kind: 'month', of: customer.key }, 100);
  const now = new Date();
  expect(month).toMatchObject({
    units: 100,
    windowEndsAt: Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + 1),
  });
});

test('leases of a gateway whose process dies are free as soon as its records are in', async () => {
  const customer = await control.customer({ credit: '0.001' });
  const process = spawn('sleep', ['60']);
  const dying = await gateway({ pid: process.pid as number });
  const other = await gateway();
  expect(await dying.want(balance(customer), 1_000)).toMatchObject({ units: 1_000 });
  dying.socket.write(
    encode(UP, 'records', { seq: 9, records: [usage(customer.account, customer.key, 250)] }),
  );
  dying.socket.end();
  process.kill('SIGKILL');
  await once(process, 'exit');
  await expect
    .poll(() => other.want(balance(customer), 750), { timeout: 5_000 })
    .toMatchObject({ units: 750, left: 0 });
  expect((await control.admin('GET', `/accounts/${customer.account}`)).body.balance_microusd).toBe(750);
});

test('leases of a gateway that lost its connection and lives stay its own until it says otherwise', async () => {
  const customer = await control.customer({ credit: '0.001' });
  const lost = await gateway();
  const other = await gateway();
  expect(await lost.want(balance(customer), 1_000)).toMatchObject({ units: 1_000 });
  lost.close();
  await sleep(600);
  expect(await other.want(balance(customer), 1)).toMatchObject({ units: 0, left: 0 });
  await gateway({ session: lost.session, held: [{ meter: balance(customer), units: 400, windowEndsAt: 0 }] });
  expect(await other.want(balance(customer), 600)).toMatchObject({ units: 600, left: 0 });
});

test('a session that connects again takes the place of its earlier connection', async () => {
  const first = await gateway();
  await gateway({ session: first.session });
  await first.ended();
  expect(
    (await control.admin('GET', '/facts')).body.gateways.filter(
      (one: { session: string }) => one.session === first.session,
    ),
  ).toHaveLength(1);
});

test('a restarted control grants nothing before every gateway that lives has said what it holds', async () => {
  const control = await startTestControl(postgres);
  const customer = await control.customer({ credit: '0.001', limits: { rpm: 10 } });
  const one = await join(control);
  const two = await join(control);
  const requests: Meter = { kind: 'requests', of: customer.account };
  expect(await one.want(balance(customer), 600)).toMatchObject({ units: 600 });
  const minute = await one.want(requests, 8);
  expect(minute).toMatchObject({ units: 8, left: 2 });
  await control.stop();
  await control.start();

  const twoAgain = await join(control, { session: two.session });
  const early = twoAgain.want(balance(customer), 401);
  const fits = twoAgain.want(balance(customer), 400);
  await sleep(300);
  expect(twoAgain.heard.some(({ word }) => word === 'granted')).toBe(false);
  await join(control, {
    session: one.session,
    held: [
      { meter: balance(customer), units: 600, windowEndsAt: 0 },
      { meter: requests, units: 8, windowEndsAt: minute.windowEndsAt },
    ],
  });
  expect(await early).toMatchObject({ units: 0, left: 400 });
  expect(await fits).toMatchObject({ units: 400, left: 0 });
  expect(await twoAgain.want(requests, 3)).toMatchObject({ units: 0, left: 2 });
  await control.end();
}, 20_000);

test('a want that cannot be answered for certain is put off within five seconds and a bit, not refused', async () => {
  const control = await startTestControl(postgres);
  const customer = await control.customer();
  await join(control);
  await control.stop();
  await control.start();
  const client = await join(control);
  const since = Date.now();
  await client.wantForLater(balance(customer), 1);
  expect(Date.now() - since).toBeLessThan(6_000);
  await control.end();
}, 20_000);

test('a stranger with a dead gateway’s process number keeps nobody waiting', async () => {
  const control = await startTestControl(postgres);
  const customer = await control.customer();
  await control.stop();
  for (const birth of ['another boot 12345', null]) {
    const stranger = birth === null ? 2 ** 22 + 1 : process.pid;
    await control.sql('insert into gateway_session (id, pid, birth) values ($1, $2, $3)', [
      newId(),
      stranger,
      birth,
    ]);
  }
  await control.start();
  const life = spawn('sleep', ['60']);
  const client = await join(control, { pid: life.pid as number });
  const since = Date.now();
  expect((await client.want(balance(customer), 1)).units).toBeGreaterThan(0);
  expect(Date.now() - since).toBeLessThan(3_000);
  life.kill();
  await control.end();
});
