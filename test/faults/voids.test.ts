/**
 * Who was told that nothing was recorded is not charged, even if the gateway that said so dies right after, while
 * control still holds the record and has not made it durable.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Instance, startKept } from '../support/instance.ts';
import { type LyingEngine, startLyingEngine } from '../support/lying-engine.ts';
import { Client } from './load.ts';

const TEST_MS_MAX = 180_000;
/** For control to read what waited for it, and to write it. */
const SETTLE_MS = 3000;
const REQUESTS = 9;
/** Between two requests: they do not share a message to control. */
const GAP_MS = 60;

let engine: LyingEngine;
let kept: Instance;

beforeAll(async () => {
  engine = await startLyingEngine();
  kept = await startKept({ engineUrl: engine.url, config: { record_wait_seconds: 1 } });
}, TEST_MS_MAX);

afterAll(async () => {
  kept?.kill('control', 'SIGCONT');
  await kept?.stop();
  await engine?.stop();
}, TEST_MS_MAX);

it(
  'a refusal holds although its gateway dies before control has heard of it',
  async () => {
    const { email, key } = await kept.account({ creditUsd: '10' });
    const client = new Client(kept.apiUrl, key);
    const ask = (): ReturnType<Client['ask']> =>
      client.ask({ model: 'liar', messages: [{ role: 'user', content: 'hello' }], max_tokens: 20 });
    expect((await ask()).how).toBe('told');

    kept.kill('control', 'SIGSTOP');
    const asked: ReturnType<typeof ask>[] = [];
    for (let i = 0; i < REQUESTS; i++) {
      asked.push(ask());
      await sleep(GAP_MS);
    }
    const refused = await Promise.all(asked);
    const before = kept.pids('gateway');
    kept.kill('gateway', 'SIGKILL');
    kept.kill('control', 'SIGCONT');
    await kept.restarted('gateway', before);
    await kept.ready();
    await sleep(SETTLE_MS);
    client.close();

    expect(refused.map((outcome) => outcome.how === 'refused' && outcome.code)).toEqual(
      Array.from({ length: REQUESTS }, () => 'usage_not_recorded'),
    );
    const usage = await kept.kept(['usage', '--account', email, '--json']);
    expect(JSON.parse(usage.stdout).totals.requests).toBe(1);
  },
  TEST_MS_MAX,
);
