/** docs/metering.md, row by row: how a reply ended and what it cost, at the front door and in the ledger. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Instance, startKept } from '../support/instance.ts';
import {
  chunk,
  DONE,
  event,
  head,
  json,
  LAST_CHUNK,
  promptTokens,
  STREAM_HEAD,
  usageOf as said,
} from '../support/lies/say.ts';
import { type Heard, type Lie, type LyingEngine, startLyingEngine } from '../support/lying-engine.ts';
import {
  ask,
  balanceOf,
  chat,
  eventsOf,
  lastEvent,
  listen,
  newAccount,
  type TestAccount,
  type UsageRecord,
  until,
  usageOf,
  usageWhen,
} from './support.ts';

/** What the lying engine's answers are long, in tokens. */
const COMPLETION = 8;
/** USD for a million tokens, so that each kind of token shows in a price. */
const PRICES = { prompt: 3, cached: 1, completion: 7, reasoning: 11 };
const CREDIT_MICROUSD = 10_000_000;
const IDLE_SECONDS = 1.5;

let engine: LyingEngine;
let kept: Instance;
let account: TestAccount;

beforeAll(async () => {
  engine = await startLyingEngine();
  kept = await startKept({
    engineUrl: engine.url,
    config: {
      engines: [{ name: 'engine', url: engine.url, dialect: 'vllm', prefix_cache: 'per_account' }],
      models: [{ name: 'liar', prices: PRICES, context: 8192, max_output: 1024 }],
      engine_times: { idle_seconds: IDLE_SECONDS, whole_seconds: 3 },
    },
  });
});
afterAll(async () => {
  await kept?.stop();
  await engine?.stop();
});

const price = (prompt: number, completion: number): number =>
  Math.ceil(prompt * PRICES.prompt + completion * PRICES.completion);
const heard = (): Heard => engine.heard.at(-1)!;
const frame = (more: object): object => ({
  id: 'c',
  object: 'chat.completion.chunk',
  created: 1,
  model: 'liar',
  ...more,
});
const content = (text: string, more: object = {}, index = 0): string =>
  chunk(event(frame({ choices: [{ index, delta: { content: text }, finish_reason: null }], ...more })));
const finish = (more: object = {}, reason = 'stop', index = 0): string =>
  chunk(event(frame({ choices: [{ index, delta: {}, finish_reason: reason }], ...more })));
const stream =
  (...parts: string[]): Lie =>
  (stage) =>
    stage.write(STREAM_HEAD + parts.join(''));
const END = chunk(DONE) + LAST_CHUNK;
const plain =
  (usage: unknown, more: object = {}): Lie =>
  (stage) =>
    json(stage, 200, {
      id: 'c',
      object: 'chat.completion',
      created: 1,
      model: 'liar',
      choices: [{ index: 0, message: { role: 'assistant', content: 'words' }, finish_reason: 'stop' }],
      usage,
      ...more,
    });

/** The one record of a fresh account after `act`, and that the balance fell by exactly its price. */
async function recordOf(act: (account: TestAccount) => Promise<unknown>): Promise<UsageRecord> {
  account = await newAccount(kept);
  await act(account);
  const { records, totals } = await usageWhen(kept, account.id, 1);
  expect(records).toHaveLength(1);
  const record = records[0]!;
  expect(totals.price_microusd).toBe(record.price_microusd);
  expect(await balanceOf(kept, account.id)).toBe(CREDIT_MICROUSD - record.price_microusd);
  return record;
}

/** Nothing was recorded of what `act` did, and nothing charged. */
async function nothingOf(act: (account: TestAccount) => Promise<unknown>): Promise<void> {
  account = await newAccount(kept);
  await act(account);
  expect((await usageOf(kept, account.id)).records).toEqual([]);
  expect(await balanceOf(kept, account.id)).toBe(CREDIT_MICROUSD);
}

describe('the engine failed before its first byte went out: nothing is recorded', () => {
  test.each([
    ['reset-at-once', 503],
    ['reset-mid-head', 503],
    ['reset-mid-body', 503],
    ['garbage', 502],
    ['json-malformed', 502],
    ['error-empty', 502],
    ['busy', 429],
  ])('plain: %s → %i', (lie, status) =>
    nothingOf(async ({ key }) => {
      expect((await ask(kept, key, chat(`play:${lie}`))).status).toBe(status);
    }),
  );

  test.each(['reset-at-once', 'garbage', 'error-empty', 'error-event'])('a stream: %s', (lie) =>
    nothingOf(async ({ key }) => {
      const answer = await ask(kept, key, chat(`play:${lie}`, { stream: true }));
      expect(answer.status).toBeGreaterThanOrEqual(500);
      expect(answer.json.error.code).toBeTruthy();
    }),
  );

  test('a stream that says nothing for the time that is allowed: 504', () =>
    nothingOf(async ({ key }) => {
      expect((await ask(kept, key, chat('play:never-answers', { stream: true }))).status).toBe(504);
    }));

  test('a plain reply that does not come in the time that is allowed: 504', () =>
    nothingOf(async ({ key }) => {
      expect((await ask(kept, key, chat('play:never-answers'))).status).toBe(504);
    }));
});

describe('the engine failed after its first byte: recorded, not charged, raised', () => {
  test.each([
    ['reset-mid-stream', 'engine_lost', 4],
    ['close-mid-stream', 'engine_lost', 4],
    ['reset-mid-chunk', 'engine_lost', 2],
  ])('%s', async (lie, ending, completion) => {
    const record = await recordOf(async ({ key }) => {
      const { text } = await ask(kept, key, chat(`play:${lie}`, { stream: true }));
      expect(eventsOf(text)).not.toContain('[DONE]');
      expect(lastEvent(text).error.code).toBe('engine_lost');
      expect(text).not.toContain('"finish_reason":"');
    });
    expect(record).toMatchObject({ ending, price_microusd: 0, completion_tokens: completion });
  });

  test('silence in the middle of a stream: timeout', async () => {
    const record = await recordOf(async ({ key }) => {
      const { text } = await ask(kept, key, chat('play:never-ends', { stream: true }));
      expect(eventsOf(text)).not.toContain('[DONE]');
      expect(lastEvent(text).error.code).toBe('timeout');
    });
    expect(record).toMatchObject({ ending: 'timeout', price_microusd: 0, completion_tokens: 2 });
  });

  test('an error event in the middle of a stream', async () => {
    const error = { message: 'CUDA out of memory', type: 'InternalServerError', code: 500 };
    engine.next.push(stream(content('one'), content('two'), chunk(event({ error })), END));
    const record = await recordOf(async ({ key }) => {
      const { text } = await ask(kept, key, chat('x', { stream: true }));
      expect(eventsOf(text)).not.toContain('[DONE]');
      expect(lastEvent(text).error.code).toBe('engine_fault');
      expect(text).not.toContain('CUDA');
    });
    expect(record).toMatchObject({ ending: 'engine_lost', price_microusd: 0, completion_tokens: 2 });
  });
});

describe('the client left', () => {
  test('before the first chunk: nothing', () =>
    nothingOf(async ({ key }) => {
      const before = engine.heard.length;
      const one = listen(kept, key, chat('play:never-answers', { stream: true }));
      await until(() => engine.heard.length > before);
      one.leave();
      await until(() => [...engine.connections].every((socket) => socket.bytesWritten > 0));
    }));

  test('after two chunks: what was passed on, by what the engine counted so far', async () => {
    const record = await recordOf(async ({ key }) => {
      const one = listen(kept, key, chat('play:never-ends', { stream: true }));
      await until(() => eventsOf(one.text()).length === 2);
      one.leave();
    });
    const prompt = promptTokens(heard());
    expect(record).toMatchObject({
      ending: 'client_left',
      estimated: false,
      prompt_tokens: prompt,
      completion_tokens: 2,
      price_microusd: price(prompt, 2),
    });
  });

  test('after two chunks of an engine that counts at the end only: one token for each chunk, estimated', async () => {
    engine.next.push(async (stage) => {
      await stage.write(STREAM_HEAD + content('one') + content('two'));
      await stage.wait(60_000);
    });
    const record = await recordOf(async ({ key }) => {
      const one = listen(kept, key, chat('x', { stream: true }));
      await until(() => eventsOf(one.text()).length === 2);
      one.leave();
    });
    expect(record).toMatchObject({
      ending: 'client_left',
      estimated: true,
      prompt_tokens: 0,
      completion_tokens: 2,
      price_microusd: price(0, 2),
    });
  });
});

describe('what the engine says about usage', () => {
  test.each([false, true])(
    'complete: what it reported is charged and told (stream: %s)',
    async (streaming) => {
      const more = streaming ? { stream: true, stream_options: { include_usage: true } } : {};
      let told: { usage: Record<string, number> } = { usage: {} };
      const record = await recordOf(async ({ key }) => {
        const { text, json: body } = await ask(kept, key, chat('hello', more));
        told = streaming ? lastEvent(text) : body;
      });
      const prompt = promptTokens(heard());
      expect(record).toMatchObject({
        ending: 'complete',
        estimated: false,
        prompt_tokens: prompt,
        completion_tokens: COMPLETION,
        price_microusd: price(prompt, COMPLETION),
        stream: streaming,
      });
      expect(told.usage).toMatchObject({
        prompt_tokens: prompt,
        completion_tokens: COMPLETION,
        total_tokens: prompt + COMPLETION,
      });
      expect(Math.round(told.usage.estimated_cost! * 1_000_000)).toBe(record.price_microusd);
    },
  );

  test('cached and reasoning tokens have prices of their own', async () => {
    const details = {
      prompt_tokens_details: { cached_tokens: 60 },
      completion_tokens_details: { reasoning_tokens: 5 },
    };
    engine.next.push(plain({ ...said(100, 20), ...details }));
    const record = await recordOf(({ key }) => ask(kept, key, chat('x')));
    expect(record).toMatchObject({
      cached_tokens: 60,
      reasoning_tokens: 5,
      price_microusd: 40 * PRICES.prompt + 60 * PRICES.cached + 15 * PRICES.completion + 5 * PRICES.reasoning,
    });
  });

  test.each([false, true])('a reported zero is zero (stream: %s)', async (streaming) => {
    const record = await recordOf(({ key }) =>
      ask(kept, key, chat('play:usage-zero', { stream: streaming })),
    );
    expect(record).toMatchObject({ price_microusd: 0, estimated: false, ending: 'complete' });
  });

  test.each([
    'usage-none',
    'usage-null',
    'usage-negative',
    'usage-fraction',
    'usage-strings',
    'usage-huge',
    'usage-text',
  ])('%s is as if nothing had been said', async (lie) => {
    const one = await recordOf(async ({ key }) => {
      const { json: body } = await ask(kept, key, chat(`play:${lie}`));
      expect(body.usage).toMatchObject({ estimated: true, prompt_tokens: 0, completion_tokens: 1 });
    });
    expect(one).toMatchObject({ estimated: true, completion_tokens: 1, price_microusd: price(0, 1) });
    // This engine counts in every chunk: what it said last that can be holds.
    const streamed = await recordOf(async ({ key }) => {
      const options = { stream: true, stream_options: { include_usage: true } };
      const { text } = await ask(kept, key, chat(`play:${lie}`, options));
      expect(lastEvent(text).usage).toMatchObject({ completion_tokens: COMPLETION });
    });
    const prompt = promptTokens(heard());
    expect(streamed).toMatchObject({
      estimated: false,
      completion_tokens: COMPLETION,
      price_microusd: price(prompt, COMPLETION),
    });
  });

  test('never in a stream: one token for each content chunk, estimated, told so', async () => {
    engine.next.push(stream(content('one'), content(''), content('two'), finish(), END));
    const record = await recordOf(async ({ key }) => {
      const options = { stream: true, stream_options: { include_usage: true } };
      const { text } = await ask(kept, key, chat('x', options));
      expect(lastEvent(text).usage).toMatchObject({
        estimated: true,
        prompt_tokens: 0,
        completion_tokens: 2,
      });
    });
    expect(record).toMatchObject({ estimated: true, completion_tokens: 2, price_microusd: price(0, 2) });
  });

  test('a claim beyond what the request could use at most is charged as that at most', async () => {
    engine.next.push(plain(said(2_000_000, 2_000_000)));
    const record = await recordOf(async ({ key }) => {
      const { json: body } = await ask(kept, key, chat('x', { max_tokens: 10 }));
      expect(body.usage.estimated_cost).toBeLessThan(0.01);
    });
    expect(record.price_microusd).toBeLessThanOrEqual(price(1000, 10));
    expect(record.price_microusd).toBeGreaterThan(0);
  });

  test('a cost that the engine claims is not told as ours', async () => {
    engine.next.push(plain({ ...said(10, 10), estimated_cost: 0, cost: 0 }));
    let cost = 0;
    const record = await recordOf(async ({ key }) => {
      cost = (await ask(kept, key, chat('x'))).json.usage.estimated_cost;
    });
    expect(Math.round(cost * 1_000_000)).toBe(record.price_microusd);
    expect(record.price_microusd).toBe(price(10, 10));
  });

  test('said twice, the last counts', async () => {
    const record = await recordOf(({ key }) => ask(kept, key, chat('play:usage-twice', { stream: true })));
    expect(record).toMatchObject({ prompt_tokens: 7, completion_tokens: 7, price_microusd: price(7, 7) });
  });

  test('in the chunk that finishes: held back with it, told once', async () => {
    engine.next.push(stream(content('one'), content('two'), finish({ usage: said(11, 2) }), END));
    const record = await recordOf(async ({ key }) => {
      const { text } = await ask(
        kept,
        key,
        chat('x', { stream: true, stream_options: { include_usage: true } }),
      );
      expect(eventsOf(text).filter((data) => data.includes('"usage":{'))).toHaveLength(1);
      expect(eventsOf(text).filter((data) => data.includes('"finish_reason":"stop"'))).toHaveLength(1);
      expect(lastEvent(text).usage.prompt_tokens).toBe(11);
    });
    expect(record).toMatchObject({ prompt_tokens: 11, completion_tokens: 2, ending: 'complete' });
  });

  test('in every chunk: taken out for a client that did not ask, charged once', async () => {
    const record = await recordOf(async ({ key }) => {
      const { text } = await ask(kept, key, chat('play:usage-continuous', { stream: true }));
      expect(text).not.toContain('"usage"');
      expect(eventsOf(text).at(-1)).toBe('[DONE]');
    });
    const prompt = promptTokens(heard());
    expect(record).toMatchObject({ prompt_tokens: prompt, completion_tokens: COMPLETION, estimated: false });
  });

  test('a stream that ends without a finish reason and without [DONE] is half: engine_lost', async () => {
    const record = await recordOf(async ({ key }) => {
      const { text } = await ask(kept, key, chat('play:end-without-done', { stream: true }));
      expect(lastEvent(text).error.code).toBe('engine_lost');
    });
    expect(record).toMatchObject({ ending: 'engine_lost', price_microusd: 0 });
  });

  test('a stream that ends after its finish reason without [DONE] is whole', async () => {
    engine.next.push(stream(content('one'), finish(), LAST_CHUNK));
    const record = await recordOf(async ({ key }) => {
      const { text } = await ask(kept, key, chat('x', { stream: true }));
      expect(eventsOf(text).at(-1)).toBe('[DONE]');
    });
    expect(record).toMatchObject({ ending: 'complete', completion_tokens: 1 });
  });

  test('a stream that breaks after its usage, before it has ended: engine_lost, not charged', async () => {
    const record = await recordOf(async ({ key }) => {
      const { text } = await ask(kept, key, chat('play:reset-after-usage', { stream: true }));
      expect(lastEvent(text).error.code).toBe('engine_lost');
      expect(eventsOf(text)).not.toContain('[DONE]');
    });
    expect(record).toMatchObject({ ending: 'engine_lost', price_microusd: 0 });
  });
});

describe('several answers', () => {
  test('a stream of n = 2 goes on after the first answer has finished, and is charged as reported', async () => {
    const usage = chunk(event(frame({ choices: [], usage: said(10, 4) })));
    engine.next.push(
      stream(
        content('a', { usage: said(10, 1) }),
        content('b', { usage: said(10, 2) }, 1),
        finish({ usage: said(10, 2) }),
        content('c', { usage: said(10, 3) }, 1),
        content('d', { usage: said(10, 4) }, 1),
        finish({ usage: said(10, 4) }, 'length', 1),
        usage,
        END,
      ),
    );
    const record = await recordOf(async ({ key }) => {
      const { text } = await ask(kept, key, chat('x', { stream: true, n: 2 }));
      const chunks = eventsOf(text)
        .slice(0, -1)
        .map((data) => JSON.parse(data));
      expect(chunks.map((one) => one.choices[0].delta.content ?? one.choices[0].finish_reason)).toEqual([
        'a',
        'b',
        'stop',
        'c',
        'd',
        'length',
      ]);
      expect(eventsOf(text).at(-1)).toBe('[DONE]');
    });
    expect(record).toMatchObject({ ending: 'length', prompt_tokens: 10, completion_tokens: 4 });
    expect(heard().json).toMatchObject({ n: 2 });
  });

  test('a plain reply that ended at its limit says length', async () => {
    const choices = [{ index: 0, message: { role: 'assistant', content: 'cut' }, finish_reason: 'length' }];
    engine.next.push(plain(said(10, 1), { choices }));
    expect(await recordOf(({ key }) => ask(kept, key, chat('x', { max_tokens: 1 })))).toMatchObject({
      ending: 'length',
    });
  });
});

test('events reach the client byte for byte, whatever stands in them', async () => {
  const odd = ['"usage": {', '[DONE]', 'data: x\n\n', '"error"', 'ß→😀', '\\"finish_reason": "stop"'];
  const events = [
    ...odd.map((text) =>
      event(frame({ choices: [{ index: 0, delta: { content: text }, finish_reason: null }] })),
    ),
    event(frame({ choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] })),
  ];
  // Every event is cut somewhere else.
  engine.next.push(async (stage) => {
    await stage.write(head(200, { 'content-type': 'text/event-stream', connection: 'close' }));
    const bytes = Buffer.from(`${events.join('')}${DONE}`);
    for (let at = 0; at < bytes.length; at += 97) {
      await stage.write(bytes.subarray(at, at + 97));
      await stage.wait(1);
    }
    stage.socket.end();
  });
  await recordOf(async ({ key }) => {
    const { text } = await ask(kept, key, chat('x', { stream: true }));
    expect(text).toBe(`${events.join('')}${DONE}`);
  });
});

describe('Idempotency-Key', () => {
  test('while the first request runs its repeat is 409; when it is gone the repeat runs, and that is what is charged', async () => {
    const headers = { 'idempotency-key': 'order-7' };
    const record = await recordOf(async ({ key }) => {
      const leaving = new AbortController();
      const before = engine.heard.length;
      engine.next.push(async (stage) => {
        await stage.wait(60_000);
      });
      const running = ask(kept, key, chat('x'), { headers, signal: leaving.signal }).catch(() => null);
      await until(() => engine.heard.length > before);
      const repeat = await ask(kept, key, chat('x'), { headers });
      expect(repeat.status).toBe(409);
      expect(repeat.json.error).toMatchObject({ code: 'idempotency_conflict', retryable: true });
      expect(Number(repeat.headers.get('retry-after'))).toBeGreaterThan(0);
      leaving.abort();
      expect(await running).toBeNull();
      await until(async () => (await ask(kept, key, chat('x'), { headers })).status === 200);
    });
    expect(record.ending).toBe('complete');
  });
});
