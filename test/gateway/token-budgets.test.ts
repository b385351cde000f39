/**
 * Budgets in tokens hold exactly: over two gateways, over a control that dies, and whatever an engine claims; a refusal
 * says whose budget it is, what is left, and what would fit.
 */
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type Instance, startKept } from '../support/instance.ts';
import { json, usageOf as said } from '../support/lies/say.ts';
import { type Heard, type LyingEngine, startLyingEngine } from '../support/lying-engine.ts';
import { ask, chat, newAccount, until, usageOf } from './support.ts';

const LIMIT = 4000;
/** An answer with these counts. */
const PROMPT = 20;
const OUTPUT = 60;
const MAX_OUTPUT = 1024;

let engine: LyingEngine;
let kept: Instance;

beforeAll(async () => {
  engine = await startLyingEngine({ models: ['liar'] });
  kept = await startKept({
    engineUrl: engine.url,
    config: { gateways: 2, models: [{ name: 'liar', context: 4096, max_output: MAX_OUTPUT }] },
  });
});
afterAll(async () => {
  await kept?.stop();
  await engine?.stop();
});

beforeEach(() => {
  engine.next.length = 0;
});

/** The next answer claims so many tokens. */
function claim(prompt: number, completion: number): void {
  engine.next.push((stage) =>
    json(stage, 200, {
      id: 'c',
      object: 'chat.completion',
      created: 1,
      model: 'liar',
      choices: [{ index: 0, message: { role: 'assistant', content: 'x' }, finish_reason: 'stop' }],
      usage: said(prompt, completion),
    }),
  );
}
/** On a connection of its own, so that both gateways get their share. */
const request = (key: string, more: object = { max_tokens: OUTPUT }) =>
  ask(kept, key, chat('x', more), { headers: { connection: 'close' } });
const tokensOf = async (account: string): Promise<number> =>
  (await usageOf(kept, account)).records.reduce(
    (sum, one) => sum + one.prompt_tokens + one.completion_tokens,
    0,
  );
const outputLimitOf = (heard: Heard): number => Number(heard.json?.max_completion_tokens);

test.each([
  ['budget_day_tokens', 'day', 'account'],
  ['budget_month_tokens', 'month', 'key'],
] as const)('%s holds exactly over two gateways, and after control has died', async (budget, window, of) => {
  const limits = { [budget]: LIMIT };
  const { id, key } = await newAccount(kept, of === 'key' ? { key: { limits } } : { limits });
  const burst = async () => {
    for (let at = 0; at < 20; at++) claim(PROMPT, OUTPUT);
    const answers = await Promise.all(Array.from({ length: 20 }, () => request(key)));
    for (const { status } of answers) expect([200, 429]).toContain(status);
  };
  await burst();
  const before = kept.pids('control');
  kept.kill('control');
  await kept.restarted('control', before);
  await kept.ready();
  for (let round = 0; round < 3; round++) await burst();
  let used = 0;
  let refused: Record<string, number> = {};
  // What each gateway still holds is back with control after a second, and may be enough for one more.
  await until(async () => {
    const answer = await request(key);
    used = await tokensOf(id);
    refused = answer.json.error ?? {};
    return answer.status === 429 && refused.left === LIMIT - used;
  });
  expect(used).toBeLessThanOrEqual(LIMIT);
  expect(refused).toMatchObject({ code: 'token_budget_exceeded', window, of, limit: LIMIT });
  expect(used + Number(refused.requested_tokens)).toBeGreaterThan(LIMIT);
  expect(new Date(Number(refused.resets_at) * 1000).toISOString()).toMatch(/T00:00:00\.000Z$/);
});

test('what a refusal says would fit, fits; without an output limit the budget becomes the limit', async () => {
  const { key } = await newAccount(kept, { limits: { budget_day_tokens: 1000 } });
  const { status, headers, json: body } = await request(key, { max_tokens: MAX_OUTPUT });
  expect(status).toBe(429);
  expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
  const fits = body.error.fits_output_tokens;
  expect(fits).toBeGreaterThan(0);
  claim(PROMPT, 1);
  expect((await request(key, { max_tokens: fits })).status).toBe(200);
  claim(PROMPT, 1);
  // The other gateway has to wait until the first has given back what it did not use.
  await until(async () => (await request(key, {})).status === 200);
  const cap = outputLimitOf(engine.heard.at(-1)!);
  expect(cap).toBeGreaterThan(0);
  expect(cap).toBeLessThan(MAX_OUTPUT);
});

test('what an engine claims beyond what was reserved is taken off as well', async () => {
  const { id, key } = await newAccount(kept, { limits: { budget_day_tokens: LIMIT } });
  claim(LIMIT, OUTPUT);
  expect((await request(key)).status).toBe(200);
  await until(async () => (await tokensOf(id)) > LIMIT);
  expect((await request(key)).json.error).toMatchObject({ code: 'token_budget_exceeded', left: 0 });
});

test('the page of a key says what is left; limits by the minute keep their headers', async () => {
  const { key } = await newAccount(kept, {
    limits: { tpm: 100_000 },
    key: { limits: { budget_day_tokens: LIMIT } },
  });
  claim(PROMPT, OUTPUT);
  const { headers } = await request(key);
  expect(headers.get('x-ratelimit-limit-tokens')).toBe('100000');
  let found: object | undefined;
  const left = LIMIT - PROMPT - OUTPUT;
  // Not what the other gateway holds at the moment.
  await until(async () => {
    const page = await fetch(`${kept.apiUrl}/v1/key`, { headers: { authorization: `Bearer ${key}` } });
    const { limits } = (await page.json()) as { limits: { limited: string; left: number }[] };
    const budget = limits.find(({ limited }) => limited === 'day_tokens');
    found = budget;
    return budget?.left === left;
  });
  expect(found).toMatchObject({ of: 'key', unit: 'tokens', limit: LIMIT, left });
});
