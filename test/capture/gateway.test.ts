/**
 * A debug capture on a whole instance (INFER-4): requests of an account whose owner consented are kept as they came and as
 * they were answered, refused ones too; nobody else's are; and it ends when it is taken back, though a request still runs.
 */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { admin, ask, chat, listen, newAccount, type TestAccount, until } from '../gateway/support.ts';
import { runSql } from '../support/control.ts';
import { type Instance, startKept } from '../support/instance.ts';
import { type LyingEngine, startLyingEngine } from '../support/lying-engine.ts';
import { startPostgres, type TestPostgres } from '../support/postgres.ts';

const WORDS = 'nobody else reads this sentence';

let postgres: TestPostgres;
let engine: LyingEngine;
let kept: Instance;
let databaseUrl: string;

beforeAll(async () => {
  postgres = await startPostgres();
  engine = await startLyingEngine({ models: ['liar'] });
  databaseUrl = await postgres.database();
  kept = await startKept({ engineUrl: engine.url, env: { DATABASE_URL: databaseUrl } });
}, 120_000);
afterAll(async () => {
  await kept?.stop();
  await engine?.stop();
  await postgres?.stop();
});

const order = { purpose: 'debug_capture', reason: 'their call of today' };
const begin = (account: TestAccount, hours = 24) =>
  admin(kept, 'POST', `/accounts/${account.id}/consents`, { ...order, hours });
const end = (account: TestAccount) => admin(kept, 'POST', `/accounts/${account.id}/consents/withdraw`, order);
const rows = (account: TestAccount) =>
  runSql<{ status: number; endpoint: string; content: Buffer }>(
    databaseUrl,
    'select status, endpoint, content from captured_request where account_id = $1::uuid order by at, status',
    [account.id.slice(5)],
  );
const keptOf = async (account: TestAccount, count: number) => {
  await until(async () => (await rows(account)).length >= count);
  return rows(account);
};
const results = async (): Promise<string> =>
  (await kept.metrics())
    .split('\n')
    .filter((line) => line.startsWith('kept_captures_total'))
    .join('\n');

test('without a consent nothing of it is kept', async () => {
  const account = await newAccount(kept);
  expect((await ask(kept, account.key, chat(WORDS))).status).toBe(200);
  expect(await rows(account)).toEqual([]);
  expect(await results()).toBe('');
});

test('with one, plain answers, streams and refusals are kept, and nobody else’s', async () => {
  const [account, other] = [await newAccount(kept), await newAccount(kept)];
  await begin(account);
  await ask(kept, account.key, chat(WORDS));
  await ask(kept, account.key, chat(WORDS, { stream: true }));
  await ask(kept, account.key, { ...chat(WORDS), model: 'no such model' });
  await ask(kept, account.key, { ...chat(WORDS), temperature: 9 });
  await ask(kept, other.key, chat(WORDS));
  const found = await keptOf(account, 4);
  expect(found.map(({ status }) => status).toSorted()).toEqual([200, 200, 400, 404]);
  for (const { content } of found)
    for (const form of [WORDS, Buffer.from(WORDS).toString('base64').slice(4, -4)])
      expect(content.includes(form)).toBe(false);
  expect(await rows(other)).toEqual([]);
  expect(await results()).toMatch(/handed_over"\} \d+/);
});

test('a request that runs while it is taken back is not kept', async () => {
  const account = await newAccount(kept);
  await begin(account);
  const slow = listen(kept, account.key, chat('play:slow', { stream: true }));
  await until(() => slow.text() !== '');
  await end(account);
  slow.leave();
  await until(async () => /dropped"\} \d+/.test(await results()));
  expect(await rows(account)).toEqual([]);
});

test('a client that leaves is kept as far as it was told', async () => {
  const account = await newAccount(kept);
  await begin(account);
  const slow = listen(kept, account.key, chat('play:slow', { stream: true }));
  await until(() => slow.text() !== '');
  slow.leave();
  expect(await keptOf(account, 1)).toMatchObject([{ status: 200 }]);
});

test('a body of megabytes is cut and kept, and the link carries on', async () => {
  const account = await newAccount(kept);
  await begin(account);
  const long = 'x'.repeat(3 * 1024 * 1024);
  await ask(kept, account.key, chat(long));
  const [row] = await keptOf(account, 1);
  expect(row?.content.length).toBeLessThan(8 * 1024 * 1024);
  expect((await ask(kept, account.key, chat(WORDS))).status).toBe(200);
  await keptOf(account, 2);
});
