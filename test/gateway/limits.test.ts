/**
 * Limits are never exceeded, also by bursts and across two gateway processes, and every refusal says by how much, whose
 * limit it is, and when it resets.
 */
import http from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Instance, startKept } from '../support/instance.ts';
import { json, usageOf as said } from '../support/lies/say.ts';
import { type Heard, type LyingEngine, startLyingEngine } from '../support/lying-engine.ts';
import {
  type Answer,
  admin,
  ask,
  balanceOf,
  chat,
  listen,
  newAccount,
  newKey,
  until,
  usageOf,
} from './support.ts';

/** The address that is trusted to forward; all others of loopback are not. */
const PROXY = '127.0.0.2';
const MICRO = 1_000_000;
/** USD for a million tokens: one token costs one micro-dollar. */
const PRICE_USD = 1;
const MINUTE_MS = 60_000;
/** Of the model, in tokens; less than its context. */
const MAX_OUTPUT = 1024;

let engine: LyingEngine;
let kept: Instance;

beforeAll(async () => {
  engine = await startLyingEngine({ models: ['liar', 'other'] });
  kept = await startKept({
    engineUrl: engine.url,
    config: {
      gateways: 2,
      trusted_proxies: [`${PROXY}/32`],
      models: [
        {
          name: 'liar',
          prices: { prompt: PRICE_USD, completion: PRICE_USD },
          context: 4096,
          max_output: MAX_OUTPUT,
        },
        { name: 'other' },
      ],
    },
  });
});
afterAll(async () => {
  await kept?.stop();
  await engine?.stop();
});

/** A request on a connection of its own, so that both gateways get their share of a burst. */
function askFresh(
  key: string,
  body: object,
  options: { headers?: Record<string, string>; from?: string; agent?: http.Agent } = {},
): Promise<{ status: number; headers: http.IncomingHttpHeaders; json: { error?: Record<string, unknown> } }> {
  return new Promise((resolve, reject) => {
    const request = http.request(`${kept.apiUrl}/v1/chat/completions`, {
      method: 'POST',
      agent: options.agent ?? false,
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json', ...options.headers },
      ...(options.from && { localAddress: options.from }),
    });
    request.on('error', reject);
    request.on('response', async (response) => {
      const text = Buffer.concat(await response.toArray()).toString();
      resolve({ status: response.statusCode!, headers: response.headers, json: JSON.parse(text) });
    });
    request.end(JSON.stringify(body));
  });
}

const burst = (count: number, key: string, body: object) =>
  Promise.all(Array.from({ length: count }, () => askFresh(key, body)));
/** The output limit that an engine was sent; an engine whose make is not known is spoken to as OpenAI's. */
const outputLimitOf = (heard: Heard): number => Number(heard.json?.max_completion_tokens);
const statuses = (answers: readonly { status: number }[]): Record<number, number> => {
  const counts: Record<number, number> = {};
  for (const { status } of answers) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
};

describe('requests a minute', () => {
  test('a burst over two gateways gets exactly what the limit says, the rest 429', async () => {
    const { id, key } = await newAccount(kept, { key: { limits: { rpm: 7 } } });
    const answers = await burst(40, key, chat('x', { max_tokens: 8 }));
    const more = await burst(10, key, chat('x', { max_tokens: 8 }));
    expect(statuses([...answers, ...more])).toEqual({ 200: 7, 429: 43 });
    expect((await usageOf(kept, id)).records).toHaveLength(7);
  });

  test('a 429 says whose limit, how many, and when to come back', async () => {
    const { key } = await newAccount(kept, { limits: { rpm: 1 } });
    const first = await askFresh(key, chat('x'));
    expect(first.headers['x-ratelimit-limit-requests']).toBe('1');
    expect(first.headers['x-ratelimit-remaining-requests']).toBe('0');
    const { status, headers, json: body } = await askFresh(key, chat('x'));
    expect(status).toBe(429);
    expect(body.error).toMatchObject({
      code: 'rate_limit_exceeded',
      limited: 'requests',
      of: 'account',
      limit: 1,
      left: 0,
    });
    const retryAfter = Number(headers['retry-after']);
    expect(retryAfter).toBeGreaterThan(0);
    expect(retryAfter).toBeLessThanOrEqual(60);
    const resetsAt = Number(body.error?.resets_at) * 1000;
    expect(resetsAt).toBeGreaterThan(Date.now());
    expect(resetsAt).toBeLessThanOrEqual(Date.now() + MINUTE_MS + 1000);
  });

  test('of a key and its account the tighter holds, and the headers tell it', async () => {
    const { id, key } = await newAccount(kept, { limits: { rpm: 3 }, key: { limits: { rpm: 50 } } });
    const one = await askFresh(key, chat('x'));
    expect(one.headers['x-ratelimit-limit-requests']).toBe('3');
    expect(one.headers['x-ratelimit-remaining-requests']).toBe('2');
    const second = await newKey(kept, id);
    const answers = [...(await burst(5, key, chat('x'))), ...(await burst(5, second.key, chat('x')))];
    expect(statuses(answers)[200]).toBe(2);
  });
});

describe('tokens a minute', () => {
  test('a burst never uses more; what a request did not use goes back', async () => {
    const { id, key } = await newAccount(kept, { key: { limits: { tpm: 6000 } } });
    const answers = [];
    for (let round = 0; round < 4; round++)
      answers.push(...(await burst(10, key, chat('x', { max_tokens: 200 }))));
    const { records } = await usageOf(kept, id);
    const used = records.reduce((sum, one) => sum + one.prompt_tokens + one.completion_tokens, 0);
    expect(used).toBeLessThanOrEqual(6000);
    // Reserved whole, fewer than eight of these would fit at once; settled, more do one after the other.
    expect(statuses(answers)[200]).toBeGreaterThan(8);
    const refused = answers.find((answer) => answer.status === 429);
    if (refused !== undefined) expect(refused.json.error).toMatchObject({ limited: 'tokens', limit: 6000 });
  });

  test('the engine is held to what was reserved, also where nothing runs short', async () => {
    const { key } = await newAccount(kept, { key: { limits: { tpm: 1_000_000 } } });
    expect((await askFresh(key, chat('x'))).status).toBe(200);
    expect(outputLimitOf(engine.heard.at(-1)!)).toBe(MAX_OUTPUT);
    expect((await askFresh(key, chat('x'))).status).toBe(200);
    expect(outputLimitOf(engine.heard.at(-1)!)).toBe(MAX_OUTPUT);
  });

  test('without a limit of its own a request gets as much output as is left', async () => {
    const { key } = await newAccount(kept, { key: { limits: { tpm: 900 } } });
    expect((await askFresh(key, chat('x'))).status).toBe(200);
    const sent = outputLimitOf(engine.heard.at(-1)!);
    expect(sent).toBeGreaterThan(0);
    expect(sent).toBeLessThan(900);
  });
});

describe('requests at the same time', () => {
  test('a crowd of first requests is let in as long as the limit has room', async () => {
    const { key } = await newAccount(kept);
    const crowd = Array.from({ length: 80 }, () => askFresh(key, chat('x', { max_tokens: 8 })));
    expect((await Promise.all(crowd)).map(({ status }) => status)).toEqual(Array(80).fill(200));
  });

  test('no more than the limit run, and a place is free again when one has ended', async () => {
    const { key } = await newAccount(kept, { key: { limits: { concurrency: 3 } } });
    const heard = engine.heard.length;
    const open = Array.from({ length: 12 }, () =>
      listen(kept, key, chat('play:never-ends', { stream: true, max_tokens: 4 })),
    );
    await until(() => open.filter((one) => one.text() !== '').length === 12);
    expect(open.filter((one) => one.text().startsWith('200'))).toHaveLength(3);
    expect(open.filter((one) => one.text().includes('"limited":"concurrency"'))).toHaveLength(9);
    expect(engine.heard.length - heard).toBe(3);
    for (const one of open) one.leave();
    await until(async () => (await askFresh(key, chat('x', { max_tokens: 4 }))).status === 200);
  });
});

test('a limit that is lowered holds within seconds for what was granted before it', async () => {
  const { id, key } = await newAccount(kept);
  expect((await askFresh(key, chat('x', { max_tokens: 4 }))).status).toBe(200);
  await admin(kept, 'PATCH', `/accounts/${id}`, { limits: { concurrency: 0 } });
  await until(async () => (await askFresh(key, chat('x', { max_tokens: 4 }))).status === 429);
});

describe('budgets and balance', () => {
  test('a burst over two gateways never overdraws a balance', async () => {
    const { id, key } = await newAccount(kept, { creditUsd: '0.005' });
    const answers = [];
    for (let round = 0; round < 3; round++)
      answers.push(...(await burst(20, key, chat('x', { max_tokens: 300 }))));
    const { totals } = await usageOf(kept, id);
    expect(totals.requests).toBe(statuses(answers)[200]);
    expect(totals.price_microusd).toBeLessThanOrEqual(5000);
    expect(await balanceOf(kept, id)).toBe(5000 - totals.price_microusd);
    expect(statuses(answers)[402]).toBeGreaterThan(0);
    expect(Object.keys(statuses(answers)).sort()).toEqual(['200', '402']);
  });

  test('an engine that claims more than was reserved cannot overdraw it either', async () => {
    const { id, key } = await newAccount(kept, { creditUsd: '0.001' });
    engine.next.push((stage) =>
      json(stage, 200, {
        id: 'c',
        object: 'chat.completion',
        created: 1,
        model: 'liar',
        choices: [{ index: 0, message: { role: 'assistant', content: 'x' }, finish_reason: 'stop' }],
        usage: said(1_000_000, 1_000_000),
      }),
    );
    expect((await askFresh(key, chat('x', { max_tokens: 10 }))).status).toBe(200);
    expect(await balanceOf(kept, id)).toBeGreaterThanOrEqual(0);
  });

  test('a 402 says balance, estimate and what would fit; asked for that, it fits', async () => {
    const { key } = await newAccount(kept, { creditUsd: '0.001' });
    const { status, json: body } = await askFresh(key, chat('x', { max_tokens: 1024 }));
    expect(status).toBe(402);
    expect(body.error).toMatchObject({
      code: 'insufficient_quota',
      type: 'insufficient_quota',
      balance_microusd: 1000,
    });
    expect(Number(body.error?.estimate_microusd)).toBeGreaterThan(1000);
    const fits = Number(body.error?.fits_output_tokens);
    expect(fits).toBeGreaterThan(0);
    expect((await askFresh(key, chat('x', { max_tokens: fits }))).status).toBe(200);
  });

  test('without an output limit the balance becomes the limit, and the answer ends with length', async () => {
    const { key } = await newAccount(kept, { creditUsd: '0.001' });
    engine.next.push((stage) =>
      json(stage, 200, {
        id: 'c',
        object: 'chat.completion',
        created: 1,
        model: 'liar',
        choices: [{ index: 0, message: { role: 'assistant', content: 'cut' }, finish_reason: 'length' }],
        usage: said(20, outputLimitOf(stage.heard)),
      }),
    );
    const answer = await ask(kept, key, chat('x'));
    expect(answer.json.choices[0].finish_reason).toBe('length');
    const cap = outputLimitOf(engine.heard.at(-1)!);
    expect(cap).toBeGreaterThan(0);
    expect(cap).toBeLessThan(1000);
    expect(answer.json.usage.estimated_cost * MICRO).toBeLessThanOrEqual(1000);
  });

  test.each([
    ['budget_day', 'day'],
    ['budget_month', 'month'],
  ])('%s of a key holds over two gateways, though the account has more', async (limit, window) => {
    const { id, key } = await newAccount(kept, { key: { limits: { [limit]: '0.003' } } });
    const answers = [];
    for (let round = 0; round < 2; round++)
      answers.push(...(await burst(20, key, chat('x', { max_tokens: 300 }))));
    const { totals } = await usageOf(kept, id);
    expect(totals.price_microusd).toBeLessThanOrEqual(3000);
    expect(totals.requests).toBeGreaterThan(0);
    const refused = answers.find((answer) => answer.status === 402);
    expect(refused?.json.error).toMatchObject({
      code: 'budget_exceeded',
      window,
      of: 'key',
      limit_microusd: 3000,
    });
    const resetsAt = new Date(Number(refused?.json.error?.resets_at) * 1000);
    expect(resetsAt.toISOString()).toMatch(/T00:00:00\.000Z$/);
    expect(Number(refused?.headers['retry-after'])).toBeGreaterThan(0);
  });

  test('credit that is added is there at once', async () => {
    const { id, key } = await newAccount(kept, { creditUsd: '0' });
    expect((await askFresh(key, chat('x'))).status).toBe(402);
    await admin(kept, 'POST', `/accounts/${id}/credit`, { amount: '1', reason: 'a test' });
    expect((await askFresh(key, chat('x', { max_tokens: 8 }))).status).toBe(200);
  });
});

describe('what a key may do', () => {
  test('a key that has expired is 401 key_expired', async () => {
    const expires = new Date(Date.now() + 1500).toISOString();
    const { key } = await newAccount(kept, { key: { expires } });
    expect((await askFresh(key, chat('x'))).status).toBe(200);
    await until(async () => (await askFresh(key, chat('x'))).json.error?.code === 'key_expired');
  });

  test('only its models', async () => {
    const { key } = await newAccount(kept, { key: { models: ['other'] } });
    expect((await askFresh(key, chat('x'))).json.error?.code).toBe('model_not_allowed');
    expect((await askFresh(key, { ...chat('x'), model: 'other' })).status).toBe(200);
  });

  test('only its networks; a forwarding chain is believed from a trusted proxy and from nobody else', async () => {
    const { key } = await newAccount(kept, { key: { networks: ['203.0.113.0/24'] } });
    const forwarded = (chain: string, from?: string) =>
      askFresh(key, chat('x', { max_tokens: 4 }), {
        headers: { 'x-forwarded-for': chain },
        ...(from && { from }),
      });
    expect((await askFresh(key, chat('x'))).json.error?.code).toBe('network_not_allowed');
    expect((await forwarded('203.0.113.9')).status).toBe(403);
    expect((await forwarded('203.0.113.9', PROXY)).status).toBe(200);
    expect((await forwarded('198.51.100.1', PROXY)).status).toBe(403);
    // What a client wrote itself stands further left than what the proxy saw.
    expect((await forwarded('203.0.113.9, 198.51.100.1', PROXY)).status).toBe(403);
  });

  test('a revoked key stops within a second, on open connections as well', async () => {
    const { keyId, key } = await newAccount(kept);
    const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
    expect((await askFresh(key, chat('x'), { agent })).status).toBe(200);
    await admin(kept, 'POST', `/keys/${keyId}/revoke`);
    await sleep(1000);
    const answers = [await askFresh(key, chat('x'), { agent }), ...(await burst(10, key, chat('x')))];
    agent.destroy();
    expect(statuses(answers)).toEqual({ 401: 11 });
    expect(answers[0]?.json.error?.code).toBe('invalid_api_key');
  });

  test('an account that is made inactive is 403', async () => {
    const { id, key } = await newAccount(kept);
    await admin(kept, 'POST', `/accounts/${id}/suspension`, { ground: 'abuse', reason: 'a test' });
    await until(async () => (await askFresh(key, chat('x'))).json.error?.code === 'account_inactive');
  });

  test('GET /v1/key tells limits, what is left of them and when they reset', async () => {
    const { id, keyId, key } = await newAccount(kept, {
      creditUsd: '2',
      key: { limits: { rpm: 5, budget_day: '1' } },
    });
    expect((await askFresh(key, chat('x', { max_tokens: 8 }))).status).toBe(200);
    const reply = await fetch(`${kept.apiUrl}/v1/key`, { headers: { authorization: `Bearer ${key}` } });
    const body = (await reply.json()) as {
      limits: { limited: string; of: string; limit: number; left: number; resets_at: string | null }[];
    };
    expect(body).toMatchObject({ object: 'key', id: keyId, account: id });
    const limit = (limited: string) => body.limits.find((one) => one.limited === limited);
    expect(limit('requests')).toMatchObject({ of: 'key', limit: 5 });
    expect(limit('requests')?.left).toBeLessThanOrEqual(4);
    expect(limit('day')).toMatchObject({ of: 'key', limit: MICRO });
    expect(limit('day')?.resets_at).toMatch(/T00:00:00\.000Z$/);
    expect(limit('balance')?.left).toBeLessThanOrEqual(2 * MICRO);
    expect(limit('concurrency')).toMatchObject({ of: 'account', limit: 200 });
  });
});

describe('Idempotency-Key', () => {
  const headers = { 'idempotency-key': 'order-1' };
  // Repeats are known to the process that they reach; a client's kept connection reaches one.
  const oneConnection = async (
    act: (askOne: (body: object, key: string) => Promise<Answer>) => Promise<void>,
  ) => {
    const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
    await act(async (body, key) => (await askFresh(key, body, { headers, agent })) as unknown as Answer);
    agent.destroy();
  };

  test('of repeats one is charged', async () => {
    const { id, key } = await newAccount(kept);
    await oneConnection(async (askOne) => {
      for (let i = 0; i < 3; i++) expect((await askOne(chat('x', { max_tokens: 8 }), key)).status).toBe(200);
      expect((await askOne(chat('another question', { max_tokens: 8 }), key)).status).toBe(409);
    });
    await until(async () => (await usageOf(kept, id)).records.length === 1);
    const { totals } = await usageOf(kept, id);
    expect(await balanceOf(kept, id)).toBe(10 * MICRO - totals.price_microusd);
  });

  test('the same key of another account is another key', async () => {
    const [one, two] = [await newAccount(kept), await newAccount(kept)];
    await oneConnection(async (askOne) => {
      expect((await askOne(chat('x'), one.key)).status).toBe(200);
      expect((await askOne(chat('y, longer'), two.key)).status).toBe(200);
    });
    expect((await usageOf(kept, one.id)).records).toHaveLength(1);
    expect((await usageOf(kept, two.id)).records).toHaveLength(1);
  });
});
