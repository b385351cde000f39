/**
 * What clients were told is recorded, and what is not recorded is not told: while control stands still, is killed, and
 * comes back.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Instance, startKept } from '../support/instance.ts';
import { contentChunk, finishChunk } from '../support/lies/answers.ts';
import { chunk, DONE, event, LAST_CHUNK, STREAM_HEAD } from '../support/lies/say.ts';
import { type LyingEngine, startLyingEngine } from '../support/lying-engine.ts';
import {
  type Answer,
  ask,
  balanceOf,
  chat,
  eventsOf,
  lastEvent,
  listen,
  newAccount,
  until,
  usageOf,
  usageWhen,
} from './support.ts';

const RECORD_WAIT_SECONDS = 6;
/** Long enough for a reply to arrive if it were not held. */
const HELD_MS = 700;
/** Longer than a gateway takes to see that control stands still. */
const STALLED_MS = 2500;
/** Between two chunks of a stream. */
const PACE_MS = 50;
const CREDIT_MICROUSD = 10_000_000;

let engine: LyingEngine;
let kept: Instance;

beforeAll(async () => {
  engine = await startLyingEngine();
  kept = await startKept({
    engineUrl: engine.url,
    config: { record_wait_seconds: RECORD_WAIT_SECONDS, unrecorded_requests: 20 },
  });
});
afterAll(async () => {
  kept?.kill('control', 'SIGCONT');
  await kept?.stop();
  await engine?.stop();
});

/** An account whose gateway already holds units of its balance, so that it can be admitted without control. */
async function leased(): Promise<{ id: string; key: string }> {
  const account = await newAccount(kept);
  expect((await ask(kept, account.key, chat('first', { max_tokens: 16 }))).status).toBe(200);
  await usageWhen(kept, account.id, 1);
  return account;
}

/** Does something while control stands still. */
async function whileControlStands<T>(act: () => Promise<T>): Promise<T> {
  kept.kill('control', 'SIGSTOP');
  try {
    return await act();
  } finally {
    kept.kill('control', 'SIGCONT');
  }
}

describe('while control stands still', () => {
  test('of a plain reply nothing is sent, of a stream nothing from the usage chunk on, until the record is durable', async () => {
    const { id, key } = await leased();
    const [plain, stream] = await whileControlStands(async () => {
      const one = listen(kept, key, chat('held', { max_tokens: 16 }));
      const options = { max_tokens: 16, stream: true, stream_options: { include_usage: true } };
      const two = listen(kept, key, chat('held', options));
      await until(() => two.text().includes('"finish_reason":"stop"'));
      await sleep(HELD_MS);
      expect(one.text()).toBe('');
      expect(two.text()).not.toContain('"usage":{');
      expect(two.text()).not.toContain('[DONE]');
      return [one, two] as const;
    });
    await Promise.all([plain.ended, stream.ended]);
    expect(plain.text()).toMatch(/^200/);
    expect(eventsOf(stream.text()).at(-1)).toBe('[DONE]');
    expect(lastEvent(stream.text()).usage.completion_tokens).toBe(8);
    expect((await usageOf(kept, id)).records).toHaveLength(3);
  });

  test('for longer than replies wait: 503 usage_not_recorded or that error without [DONE]; nothing is charged, also when the record still arrives', async () => {
    const { id, key } = await leased();
    const headers = { 'idempotency-key': 'once' };
    const once = chat('again', { max_tokens: 16 });
    const first = await ask(kept, key, once, { headers });
    expect(first.status).toBe(200);
    const before = await balanceOf(kept, id);
    const [plain, stream, repeat] = await whileControlStands(() =>
      Promise.all([
        ask(kept, key, chat('lost', { max_tokens: 16 })),
        ask(kept, key, chat('lost', { max_tokens: 16, stream: true })),
        ask(kept, key, once, { headers }),
      ]),
    );
    for (const refused of [plain, repeat]) {
      expect(refused.status).toBe(503);
      expect(refused.json.error.code).toBe('usage_not_recorded');
      expect(refused.text).not.toContain('You said');
    }
    expect(stream.status).toBe(200);
    expect(lastEvent(stream.text).error.code).toBe('usage_not_recorded');
    expect(eventsOf(stream.text)).not.toContain('[DONE]');
    const after = await ask(kept, key, chat('after', { max_tokens: 16 }));
    expect(after.status).toBe(200);
    // The records arrive and their voids with them. Nor does the repeat take back what its first request was charged.
    await until(async () => (await usageOf(kept, id)).records.length === 3);
    await sleep(HELD_MS);
    const { records } = await usageOf(kept, id);
    expect(records).toHaveLength(3);
    expect(records.map((record) => record.id)).toContain(first.headers.get('x-request-id'));
    expect(records[0]?.id).toBe(after.headers.get('x-request-id'));
    expect(await balanceOf(kept, id)).toBe(before - records[0]!.price_microusd);
  });
});

describe('while control is killed and comes back', () => {
  test('a stream goes on meanwhile, and its end is told and recorded once', async () => {
    const { id, key } = await leased();
    let back = false;
    engine.next.push(async (stage) => {
      await stage.write(STREAM_HEAD);
      while (!back && (await stage.wait(PACE_MS))) await stage.write(chunk(event(contentChunk(stage, 'x'))));
      await stage.write(chunk(event(finishChunk(stage))) + chunk(DONE) + LAST_CHUNK);
    });
    const stream = listen(kept, key, chat('x', { max_tokens: 16, stream: true }));
    await until(() => eventsOf(stream.text()).length > 2);
    const before = kept.pids('control');
    kept.kill('control');
    const heard = eventsOf(stream.text()).length;
    await until(() => eventsOf(stream.text()).length > heard + 3);
    await kept.restarted('control', before);
    back = true;
    await stream.ended;
    expect(eventsOf(stream.text()).at(-1)).toBe('[DONE]');
    expect((await usageOf(kept, id)).records).toHaveLength(2);
  });

  test('requests without credit here are told to come back, not refused; what was told is recorded, nothing twice', async () => {
    const { id, key } = await leased();
    const stranger = await newAccount(kept);
    const before = kept.pids('control');
    kept.kill('control');
    const told: string[] = ['first'];
    const deadline = Date.now() + 20_000;
    let back = false;
    const restarted = kept.restarted('control', before).then(() => {
      back = true;
    });
    while (!back && Date.now() < deadline) {
      const answer = await ask(kept, key, chat('x', { max_tokens: 16 }));
      if (answer.status === 200) told.push(answer.headers.get('x-request-id')!);
      else {
        expect(answer.status).toBe(503);
        expect(['control_away', 'usage_not_recorded']).toContain(answer.json.error.code);
      }
    }
    await restarted;
    await until(async () => (await ask(kept, stranger.key, chat('y', { max_tokens: 16 }))).status === 200);
    const { records, totals } = await usageOf(kept, id);
    expect(records).toHaveLength(told.length);
    expect(new Set(records.map((record) => record.id)).size).toBe(told.length);
    expect(await balanceOf(kept, id)).toBe(CREDIT_MICROUSD - totals.price_microusd);
  });

  test('a client that leaves meanwhile is charged for what it got, once', async () => {
    const { id, key } = await leased();
    const stream = listen(kept, key, chat('play:never-ends', { max_tokens: 16, stream: true }));
    await until(() => eventsOf(stream.text()).length === 2);
    const before = kept.pids('control');
    kept.kill('control');
    stream.leave();
    await kept.restarted('control', before);
    const { records } = await usageWhen(kept, id, 2);
    expect(records).toHaveLength(2);
    expect(records[0]).toMatchObject({ ending: 'client_left', completion_tokens: 2 });
  });
});

describe('no more than a stated number of requests is admitted, then 503 with retry-after', () => {
  const burst = (key: string) =>
    Promise.all(Array.from({ length: 40 }, () => ask(kept, key, chat('x', { max_tokens: 1 }))));
  const check = (answers: readonly Answer[]): void => {
    const refused = answers.filter((answer) => answer.json.error?.code === 'control_away');
    expect(refused.length).toBeGreaterThanOrEqual(20);
    for (const answer of refused) {
      expect(answer.status).toBe(503);
      expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
    }
  };

  test('while control is away', async () => {
    const { key } = await leased();
    const before = kept.pids('control');
    kept.kill('control');
    const answers = await burst(key);
    await kept.restarted('control', before);
    check(answers);
  });

  test('while control stands still', async () => {
    const { key } = await leased();
    const [, answers] = await whileControlStands(() =>
      Promise.all([ask(kept, key, chat('x', { max_tokens: 1 })), sleep(STALLED_MS).then(() => burst(key))]),
    );
    check(answers);
  });
});
