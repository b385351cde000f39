/**
 * Whatever is killed in whatever order: what clients were told is recorded, once. Clients write down what they were
 * told; afterwards the records of the database must say the same, request by request, and their sum be the ledger's.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { share } from '../http/share.ts';
import { freePorts, type Instance, startKept } from '../support/instance.ts';
import { killAtRandom, MortalEngine } from './killer.ts';
import { Client, type Outcome } from './load.ts';
import { Chance } from './random.ts';

const FEW = 1500;
const ALL = 10_000;
const WORKERS = 16;
/** Something is killed after so many requests. */
const REQUESTS_PER_BLOW = 120;
const CREDIT_USD = '1000';
const MICRO = 1_000_000;
/** After a refusal, in milliseconds: an instance that is coming up is not asked a thousand times. */
const PAUSE_MS_MAX = 200;
/** For every reply and every record that was under way, in milliseconds. */
const SETTLE_MS_MAX = 30_000;
const TEST_MS_MAX = 900_000;

/** What engines do in this load; most of the time they are well. */
const PLAYS = {
  honest: 60,
  slow: 8,
  'usage-none': 4,
  'usage-zero': 4,
  'usage-continuous': 6,
  'reset-mid-stream': 3,
  'vllm-internal': 2,
};

let engine: MortalEngine;
let kept: Instance;

beforeAll(async () => {
  engine = new MortalEngine((await freePorts(1))[0]!);
  await engine.start();
  kept = await startKept({
    engineUrl: `http://127.0.0.1:${engine.port}/v1`,
    config: { record_wait_seconds: 2 },
  });
}, TEST_MS_MAX);

afterAll(async () => {
  await kept?.stop();
  engine?.stop();
}, TEST_MS_MAX);

interface Usage {
  readonly totals: { readonly requests: number; readonly price_microusd: number };
  readonly records: readonly Recorded[];
}
interface Recorded {
  readonly id: string;
  readonly prompt_tokens: number;
  readonly completion_tokens: number;
  readonly price_microusd: number;
}

async function json<T>(...args: string[]): Promise<T> {
  const result = await kept.kept([...args, '--json']);
  if (result.code !== 0) throw new Error(result.stderr);
  return JSON.parse(result.stdout) as T;
}

/** Usage, once nothing is under way any more. */
async function settledUsage(email: string): Promise<Usage> {
  const until = Date.now() + SETTLE_MS_MAX;
  let before = await json<Usage>('usage', '--account', email);
  for (;;) {
    await sleep(2000);
    const now = await json<Usage>('usage', '--account', email);
    const waiting = /^kept_records_waiting(?:\{[^}]*\})? (\d+)$/m.exec(await kept.metrics())?.[1];
    if (now.totals.requests === before.totals.requests && waiting === '0') return now;
    if (Date.now() > until) throw new Error(`${waiting} records are still under way.`);
    before = now;
  }
}

/** Sends requests until `wanted` of them were answered to the end. */
async function load(
  key: string,
  chance: Chance,
  wanted: number,
  progress: { told: number },
): Promise<Outcome[]> {
  const client = new Client(kept.apiUrl, key);
  const outcomes: Outcome[] = [];
  const worker = async (): Promise<void> => {
    while (progress.told < wanted) {
      const stream = chance.next() < 0.5;
      const content = `play:${chance.weighted(PLAYS)} ${'word '.repeat(chance.whole(1, 200))}`;
      const usage = stream ? { stream, stream_options: { include_usage: true } } : {};
      const outcome = await client.ask({
        model: 'liar',
        messages: [{ role: 'user', content }],
        max_tokens: 64,
        ...usage,
      });
      outcomes.push(outcome);
      if (outcome.how === 'told') progress.told++;
      else await sleep(chance.whole(10, PAUSE_MS_MAX));
    }
  };
  await Promise.all(Array.from({ length: WORKERS }, worker));
  client.close();
  return outcomes;
}

it(
  'usage recorded is usage told, and never twice, whatever is killed',
  async () => {
    const { seed, numRuns } = share('requests under kills', FEW, ALL);
    const chance = new Chance(seed);
    const { email, key } = await kept.account({ creditUsd: CREDIT_USD });
    const progress = { told: 0 };
    const done = (): number => progress.told / numRuns;
    const killing = killAtRandom(
      kept,
      engine,
      new Chance(seed + 1),
      Math.ceil(numRuns / REQUESTS_PER_BLOW),
      done,
    );
    const outcomes = await load(key, chance, numRuns, progress).finally(() => {
      progress.told = numRuns;
    });
    const killed = await killing;
    await kept.ready();

    const told = outcomes.filter((outcome) => outcome.how === 'told');
    const unrecorded = outcomes.filter(
      (outcome) => outcome.how === 'refused' && outcome.code === 'usage_not_recorded',
    );
    process.stdout.write(
      `${outcomes.length} requests, ${told.length} told, ${unrecorded.length} told that nothing was recorded, killed: ${JSON.stringify(killed)}\n`,
    );
    const usage = await settledUsage(email);
    const records = new Map(usage.records.map((record) => [record.id, record]));

    expect(records.size, 'a request is recorded once').toBe(usage.records.length);
    expect(new Set(told.map((outcome) => outcome.id)).size, 'each request has an id of its own').toBe(
      told.length,
    );
    const differing = told.filter(({ id, told }) => {
      const record = records.get(id);
      return (
        record === undefined ||
        record.prompt_tokens !== told.prompt ||
        record.completion_tokens !== told.completion ||
        record.price_microusd !== told.price
      );
    });
    expect(differing, 'what was told is recorded').toEqual([]);
    const charged = unrecorded.filter((outcome) => outcome.how === 'refused' && records.has(outcome.id));
    expect(charged, 'who was told that nothing was recorded is not charged').toEqual([]);

    const sum = usage.records.reduce((total, record) => total + record.price_microusd, 0);
    expect(usage.totals.price_microusd).toBe(sum);
    const account = await json<{ balance_microusd: number }>('account', 'show', '--account', email);
    expect(account.balance_microusd, 'the ledger is the sum of the records').toBe(
      Number(CREDIT_USD) * MICRO - sum,
    );
  },
  TEST_MS_MAX,
);
