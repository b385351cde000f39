/**
 * Verification in bad times: a full engine, none, people who are being erased while it looks, a damaged record, two at once.
 * Nothing is green that was not seen, nothing is red that holds, and what could not be looked
 * at says so and is looked at again by itself.
 */
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Standing } from '../../src/control/verification/index.ts';
import { type Instance, startKept } from '../support/instance.ts';
import { startPostgres, type TestPostgres } from '../support/postgres.ts';
import { visibleText } from '../support/visible-text.ts';
import { brokenOf, clauseOf, type Lookout, lookoutOf } from './lookout.ts';
import { NarrowEngine, SEED_STAYS } from './narrow-engine.ts';

/** A round comes each minute. */
const BY_ITSELF = { timeout: 100_000, interval: 500 };
const PEOPLE = 48;
const LOOKED_BY_TWO = ['INFER-2', 'CHANGE-2', 'COLLECT-7', 'USE-5', 'STATE-9', 'RETAIN-1'];

let postgres: TestPostgres;
let engine: NarrowEngine;
let kept: Instance;
let lookout: Lookout;
let url: string;

beforeAll(async () => {
  [postgres, engine] = await Promise.all([startPostgres(), NarrowEngine.start()]);
  url = await postgres.database();
  kept = await startKept({ engineUrl: engine.url, env: { DATABASE_URL: url } });
  lookout = lookoutOf(kept);
}, 120_000);
afterAll(async () => {
  await kept?.stop();
  await engine?.away();
  await postgres?.stop();
});

async function sql<R extends pg.QueryResultRow>(statement: string, values: unknown[] = []): Promise<R[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query<R>(statement, values).finally(() => client.end());
  return rows;
}
const page = async (to: string) => visibleText(await (await fetch(kept.siteUrl + to)).text());

test('two at once: both get a result, one after the other', async () => {
  const ends: string[] = [];
  const [one, two] = await Promise.all(
    ['one', 'two'].map((name) => lookout.verify(LOOKED_BY_TWO, ({ id }) => ends.push(`${name} ${id}`))),
  );
  for (const standing of [one, two])
    for (const id of LOOKED_BY_TWO) expect(clauseOf(standing as Standing, id).verdict).toBe('kept');
  expect(ends.length % 2).toBe(0);
  const first = ends[0]?.split(' ')[0];
  const turns = ends.map((end) => (end.startsWith(`${first} `) ? 1 : 2));
  expect(turns).toEqual(turns.toSorted());
}, 120_000);

test('one refusal breaks nothing: it is looked at again', async () => {
  engine.refusals = 1;
  expect(brokenOf(await lookout.verify(['INFER-1']))).toEqual({});
  expect(engine.refusals).toBe(0);
}, 60_000);

/** So many requests of a customer keep their slot at the engine, and as many more are refused, over and over. */
async function overload(held: number): Promise<() => Promise<void>> {
  const stopping = new AbortController();
  const { key } = await kept.account({ creditUsd: '100' });
  const body = (seed?: number) =>
    JSON.stringify({ model: 'narrow', messages: [{ role: 'user', content: 'word' }], seed });
  const ask = (seed?: number) =>
    fetch(`${kept.apiUrl}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: body(seed),
      signal: stopping.signal,
    }).then((reply) => reply.arrayBuffer());
  engine.slots = held;
  const all = Array.from({ length: held }, () => ask(SEED_STAYS).catch(() => {}));
  await expect.poll(() => engine.held, { timeout: 20_000 }).toBe(held);
  const refused = async () => {
    while (!stopping.signal.aborted) {
      await ask().catch(() => {});
      await sleep(100);
    }
  };
  all.push(...Array.from({ length: 20 }, refused));
  return async () => {
    engine.slots = Number.POSITIVE_INFINITY;
    engine.free();
    stopping.abort();
    await Promise.all(all);
  };
}

test('with an engine that is full, prompts cannot be followed: that is said, and nothing else breaks', async () => {
  const end = await overload(150);
  const begun = performance.now();
  const standing = await lookout.verify();
  expect(performance.now() - begun).toBeLessThan(60_000);
  expect(Object.keys(brokenOf(standing))).toEqual(['INFER-1']);
  expect(clauseOf(standing, 'INFER-1').reason).toMatch(
    /could not be looked at \(the API answered 429 engine_busy to \/v1\/chat\/completions\)/,
  );
  expect(await page('/privacy/promises/INFER-1')).toContain('engine_busy');
  await end();
  expect(brokenOf(await lookout.verify(['INFER-1']))).toEqual({});
  expect(engine.checksAtOnce).toBe(1);
}, 120_000);

test('without an engine that is said, and it mends itself when one is back', async () => {
  await engine.away();
  const standing = await lookout.verify(['INFER-1', 'INFER-2', 'INFER-3', 'INFER-5']);
  expect(Object.keys(brokenOf(standing))).toEqual(['INFER-1']);
  expect(clauseOf(standing, 'INFER-1').reason).toMatch(/could not be looked at \(.*(?:503|no engine offers)/);
  await engine.back();
  await expect.poll(async () => (await lookout.shownOf('INFER-1')).verdict, BY_ITSELF).toBe('kept');
}, 180_000);

test('while people are erased nothing is red that holds, and what is left of one of them is seen', async () => {
  const people = Array.from({ length: PEOPLE }, (_, n) => `storm${n}@example.org`);
  const at = (email: string, rest: string) => `/accounts/${encodeURIComponent(email)}${rest}`;
  for (const email of people) {
    await lookout.admin('POST', '/accounts', { email, name: 'Somebody Else' });
    await lookout.admin('POST', at(email, '/keys'), { name: 'theirs' });
    await lookout.admin('POST', at(email, '/consents'), { purpose: 'engines_that_train', reason: 'asked' });
  }
  const [somebody] = await sql<{ id: string }>(
    `select m.person_id as id from consent c join membership m on m.account_id = c.account_id where c.purpose = 'engines_that_train' limit 1`,
  );
  let erasing = true;
  const storm = (async () => {
    const left = [...people];
    const some = async () => {
      for (let email = left.pop(); email !== undefined; email = left.pop())
        await lookout.admin('POST', at(email, '/erase'), { when: 'now', forget_address: true });
    };
    await Promise.all([some(), some(), some(), some()]);
    erasing = false;
  })();
  const looked = ['RETAIN-2', 'INFER-3', 'USE-5', 'SECURE-3', 'AUTO-2', 'ACCESS-3', 'SCOPE-2', 'CHANGE-3'];
  let looks = 0;
  while (erasing) {
    expect(brokenOf(await lookout.verify(looked))).toEqual({});
    looks += 1;
  }
  await storm;
  expect(looks).toBeGreaterThan(0);
  expect(brokenOf(await lookout.verify(looked))).toEqual({});

  await sql(`update erasure set person_id = $1 where id = (select min(id::text)::uuid from erasure)`, [
    somebody?.id,
  ]);
  const red = await lookout.verify(['RETAIN-2']);
  expect(clauseOf(red, 'RETAIN-2')).toMatchObject({
    verdict: 'broken',
    reason: expect.stringContaining('erasure has rows of 1 person who were erased'),
  });
  await sql('update erasure set person_id = null where person_id = $1', [somebody?.id]);
  expect(brokenOf(await lookout.verify(['RETAIN-2']))).toEqual({});
}, 240_000);

const RESTING = [
  'SCOPE-2',
  'SCOPE-3',
  'CHANGE-1',
  'USE-4',
  'USE-5',
  'CPPA-4',
  'DISCLOSE-3',
  'INFER-3',
  'STATE-9',
];

test.each([
  ['entries', 'tile/entries/000', /damaged \(entry \d+, tile\/entries\/000\)\. The entry is not the one/],
  ['hashes', 'tile/0/000', /damaged \(entry \d+, tile\/0\/000\)/],
])(
  'a record with altered or missing %s breaks all that rests on it, and mended it is whole',
  async (_, name, said) => {
    const [file] = [path.join(kept.dataFolder, 'ledger', 'record', name)].filter(existsSync);
    expect(file).toBeDefined();
    const whole = readFileSync(file as string);
    const altered = Buffer.from(whole);
    altered[70] = (altered[70] as number) ^ 1;
    const damages = [
      () => writeFileSync(file as string, altered),
      () => writeFileSync(file as string, whole.subarray(0, whole.length >> 1)),
      () => renameSync(file as string, `${file}.away`),
    ];
    for (const [at, damage] of damages.entries()) {
      damage();
      const standing = await lookout.verify(['SECURE-3', ...RESTING]);
      writeFileSync(file as string, whole);
      const broken = brokenOf(standing);
      expect(Object.keys(broken), `damage ${at}`).toEqual(expect.arrayContaining(['SECURE-3', ...RESTING]));
      expect(broken['SECURE-3']).toMatch(at === 0 ? said : /The record on the disk is damaged/);
      expect(broken['USE-5']).toMatch(/What it rests on does not hold\. The record on the disk is damaged/);
      expect(await page('/privacy/promises/USE-5')).toContain('The record on the disk is damaged');
      expect(await page('/privacy/promises')).toContain('What it rests on does not hold');
    }
    expect(brokenOf(await lookout.verify(['SECURE-3', ...RESTING]))).toEqual({});
  },
  180_000,
);
