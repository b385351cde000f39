/**
 * Whatever an engine answers, the gateway lives on, the client hears an end, and what it was told is what was recorded.
 * Every lie that we know, and JSON of random shapes where an answer should be.
 */
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type Instance, startKept } from '../support/instance.ts';
import { LIES } from '../support/lies/index.ts';
import { chunk, DONE, event, head, json, LAST_CHUNK, STREAM_HEAD } from '../support/lies/say.ts';
import { type LyingEngine, startLyingEngine } from '../support/lying-engine.ts';
import { type Answer, ask, balanceOf, chat, eventsOf, newAccount, usageOf } from './support.ts';

const CREDIT_MICROUSD = 10_000_000;
const AT_ONCE = 24;
const DEPTH = 50_000;
const WHOLE_SECONDS = 2;

let engine: LyingEngine;
let kept: Instance;
let gateways: number[];

beforeAll(async () => {
  engine = await startLyingEngine();
  kept = await startKept({
    engineUrl: engine.url,
    config: {
      engines: [{ name: 'engine', url: engine.url, dialect: 'vllm' }],
      engine_times: { idle_seconds: 1, whole_seconds: WHOLE_SECONDS },
    },
  });
  gateways = kept.pids('gateway');
});
afterAll(async () => {
  await kept?.stop();
  await engine?.stop();
});
afterEach(() => {
  expect(kept.pids('gateway')).toEqual(gateways);
  // A fault of ours would say where; nothing that came from an engine may cause one.
  const faults = (kept.stdout() + kept.stderr())
    .split('\n')
    .filter((line) => line.includes('"event":"fault"'));
  expect(faults).toEqual([]);
});

/** Whether the client was told a whole answer. */
function isWhole({ status, text }: Answer, stream: boolean): boolean {
  if (status !== 200) return false;
  if (!stream) return true;
  const events = eventsOf(text);
  const whole = events.at(-1) === '[DONE]';
  expect(whole || events.at(-1)?.startsWith('{"error":')).toBe(true);
  return whole;
}

async function checkBooks(account: string, whole: readonly string[]): Promise<void> {
  const { records, totals } = await usageOf(kept, account);
  const ids = records.map((record) => record.id);
  for (const id of whole) expect(ids).toContain(id);
  for (const record of records) if (record.price_microusd > 0) expect(whole).toContain(record.id);
  expect(await balanceOf(kept, account)).toBe(CREDIT_MICROUSD - totals.price_microusd);
}

describe.each([false, true])('stream: %s', (stream) => {
  test('every lie that we know ends in an answer or an error, and is charged only where it was whole', async () => {
    const { id, key } = await newAccount(kept);
    const names = Object.keys(LIES);
    const whole: string[] = [];
    while (names.length > 0) {
      await Promise.all(
        names.splice(0, AT_ONCE).map(async (name) => {
          const answer = await ask(kept, key, chat(`play:${name}`, { stream }));
          if (isWhole(answer, stream)) whole.push(answer.headers.get('x-request-id')!);
          else if (answer.status !== 200) expect(answer.json.error.code).toBeTruthy();
          expect(answer.json.error?.code).not.toBe('internal_error');
        }),
      );
    }
    expect(whole.length).toBeGreaterThan(5);
    await checkBooks(id, whole);
  });

  test('JSON so deep that it cannot be written again is an error, not an end of the gateway', async () => {
    const { key } = await newAccount(kept);
    const deep = `${'['.repeat(DEPTH)}${']'.repeat(DEPTH)}`;
    const usage = '"usage":{"prompt_tokens":3,"completion_tokens":1,"total_tokens":4}';
    for (const rest of [usage, '"usage":null', `"usage":{"prompt_tokens":1,"x":${deep}}`]) {
      const choice = stream ? '{"index":0,"delta":{"content":"x"}}' : '{"index":0,"message":{"content":"x"}}';
      const text = `{"id":"c","model":"other","choices":[${choice}],"odd":${deep},${rest}}`;
      const events = chunk(`data: ${text}\n\n`.repeat(2));
      const bytes = stream
        ? STREAM_HEAD + events + chunk(DONE) + LAST_CHUNK
        : head(200, { 'content-type': 'application/json', 'content-length': text.length }) + text;
      engine.next.push((stage) => stage.write(bytes));
      const answer = await ask(kept, key, chat('x', { stream }));
      expect(answer.status === 200 || answer.status >= 500).toBe(true);
    }
    expect((await ask(kept, key, chat('still there'))).status).toBe(200);
  });

  test('JSON of random shapes in the place of an answer', async () => {
    const odd = fc.oneof(
      fc.jsonValue({ maxDepth: 3 }),
      fc.constantFrom(null, [null], [[]], {}, [{}], '', 0, -1, 1e300),
    );
    const usage = fc.oneof(
      odd,
      fc.record({ prompt_tokens: odd, completion_tokens: odd, prompt_tokens_details: odd }),
    );
    const inner = fc.record({ content: odd, tool_calls: odd, role: odd }, { requiredKeys: [] });
    const choice = fc.oneof(
      odd,
      fc.record({ index: odd, delta: inner, message: inner, finish_reason: odd }, { requiredKeys: [] }),
    );
    const answer = fc.oneof(
      odd,
      fc.record(
        { choices: fc.oneof(odd, fc.array(choice, { maxLength: 3 })), usage, model: odd, object: odd },
        { requiredKeys: [] },
      ),
    );
    // Usage shows its last 1,000 records: each account gets fewer.
    for (let round = 0; round < (process.env.KEPT_TEST_ALL ? 14 : 1); round++) {
      const { id, key } = await newAccount(kept);
      const whole: string[] = [];
      await fc.assert(
        fc.asyncProperty(fc.array(answer, { minLength: 1, maxLength: 4 }), async (said) => {
          engine.next.push(async (stage) => {
            if (!stream) return json(stage, 200, said[0]);
            await stage.write(
              STREAM_HEAD + said.map((one) => chunk(event(one))).join('') + chunk(DONE) + LAST_CHUNK,
            );
          });
          const got = await ask(kept, key, chat('x', { stream, max_tokens: 10 }));
          engine.next.length = 0;
          if (isWhole(got, stream)) whole.push(got.headers.get('x-request-id')!);
        }),
        { numRuns: 150 },
      );
      await checkBooks(id, whole);
    }
  });
});
