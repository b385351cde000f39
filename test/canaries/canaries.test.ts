/**
 * Nothing that goes through is left anywhere (INFER-1). Fresh canaries go in by every way that we can think of, end in
 * every bad way, and must not turn up in files, database, logs, metrics or processes; nor, where it is nobody's business
 * but ours, at the engine.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { searchLeaks } from '../../src/verify/search/search-leaks.ts';
import { newCanary } from '../support/canary.ts';
import { freePorts, ROOT } from '../support/instance.ts';
import { type LyingEngine, startLyingEngine } from '../support/lying-engine.ts';
import { told, Watched } from './everywhere.ts';
import { CLIENT_WAYS } from './ways/clients.ts';
import { ENGINE_WAYS } from './ways/engines.ts';
import { REQUEST_WAYS } from './ways/requests.ts';
import { type Stand, sendChat, type Way } from './ways/way.ts';

const MODEL = 'liar';
const EMBEDDING_MODEL = 'liar-embedding';
const START_MS_MAX = 180_000;
const WAYS_MS_MAX = 300_000;
const WAYS_MIN = 40;
/** Ways that run at once, where none disturbs another. */
const AT_ONCE = 4;
const FATAL_SIGNALS: readonly NodeJS.Signals[] = process.env.KEPT_TEST_ALL
  ? ['SIGSEGV', 'SIGABRT', 'SIGQUIT', 'SIGBUS', 'SIGKILL']
  : ['SIGSEGV', 'SIGABRT'];
const OTHER_SIGNALS = ['SIGUSR1', 'SIGUSR2', 'SIGPIPE'] as const;

let engine: LyingEngine;
let watched: Watched;
let stand: Stand;
/** Each canary and the way by which it went in. */
const sent = new Map<string, string>();
const staying: string[] = [];

beforeAll(async () => {
  engine = await startLyingEngine({ models: [MODEL, EMBEDDING_MODEL] });
  const [metricsPort] = await freePorts(1);
  watched = await Watched.start(ROOT, {
    engineUrl: engine.url,
    talkative: true,
    config: {
      models: [{ name: MODEL }, { name: EMBEDDING_MODEL, kind: 'embedding' }],
      record_wait_seconds: 5,
    },
    env: { KEPT_METRICS_PORT: String(metricsPort), KEPT_LOG_LEVEL: 'debug' },
  });
  const { kept } = watched;
  const rich = await kept.account({ email: 'rich@example.org', creditUsd: '1000' });
  const poor = await kept.account({ email: 'poor@example.org', creditUsd: '0' });
  stand = {
    apiPort: kept.apiPort,
    sitePort: kept.sitePort,
    metricsPort: metricsPort!,
    key: rich.key,
    poorKey: poor.key,
    model: MODEL,
    embeddingModel: EMBEDDING_MODEL,
  };
}, START_MS_MAX);

afterAll(async () => {
  await watched?.kept.stop().catch(() => {});
  await engine?.stop();
  watched?.remove();
}, START_MS_MAX);

const expectClean = async (
  search: (canaries: string[]) => ReturnType<Watched['searchRunning']>,
): Promise<void> => {
  expect(told(await search([...sent.keys()]), sent)).toEqual([]);
};

async function run(way: Way): Promise<string> {
  const canary = newCanary();
  sent.set(canary, way.name);
  if (way.staysHere) staying.push(canary);
  await way.run(stand, canary);
  return canary;
}

it(
  `are forgotten, whatever the engine does to them`,
  async () => {
    const canaries: string[] = [];
    for (const way of ENGINE_WAYS) canaries.push(await run(way));
    const heard = engine.heard.map((one) => one.body).join('\n');
    const unheard = canaries.filter((canary) => !heard.includes(canary)).map((canary) => sent.get(canary));
    expect(unheard, 'ways that did not reach the engine show nothing').toEqual([]);
  },
  WAYS_MS_MAX,
);

it(
  'are forgotten, wherever in a request they stand',
  async () => {
    const queue = [...REQUEST_WAYS, ...CLIENT_WAYS];
    const worker = async (): Promise<void> => {
      for (let way = queue.shift(); way !== undefined; way = queue.shift()) await run(way);
    };
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
  },
  WAYS_MS_MAX,
);

it(
  'are forgotten when they were typed at the terminal',
  async () => {
    const canary = newCanary();
    sent.set(canary, 'kept ask');
    const answer = await watched.kept.kept(['ask'], `${canary}\n`);
    expect(answer.stdout).toContain(canary);
  },
  WAYS_MS_MAX,
);

it(
  'are forgotten when the gateway is killed in the middle of them',
  async () => {
    const { kept } = watched;
    for (const signal of [...OTHER_SIGNALS, ...FATAL_SIGNALS]) {
      const before = kept.pids('gateway');
      const streams = Array.from({ length: 4 }, async () => {
        const canary = newCanary();
        sent.set(canary, `gateway gets ${signal} in the middle`);
        await sendChat(
          stand,
          `play:never-ends ${canary} `.repeat(50),
          { stream: true },
          { patienceMs: 1500 },
        );
      });
      await sleep(300);
      kept.kill('gateway', signal);
      await Promise.all(streams);
      if (FATAL_SIGNALS.includes(signal)) await kept.restarted('gateway', before);
      await kept.ready();
    }
  },
  WAYS_MS_MAX,
);

it(
  'are forgotten when control is killed in the middle of them',
  async () => {
    const { kept } = watched;
    for (const signal of ['SIGSEGV', 'SIGABRT'] as const) {
      const before = kept.pids('control');
      const canary = newCanary();
      sent.set(canary, `control gets ${signal} in the middle`);
      const stream = sendChat(stand, `play:slow ${canary}`, { stream: true });
      await sleep(200);
      kept.kill('control', signal);
      await stream;
      await kept.restarted('control', before);
      await kept.ready();
    }
  },
  WAYS_MS_MAX,
);

it(
  'turn up nowhere while the instance runs',
  async () => {
    expect(sent.size).toBeGreaterThanOrEqual(WAYS_MIN);
    process.stdout.write(`${sent.size} canaries by as many ways\n`);
    await expectClean((canaries) => watched.searchRunning(canaries));
  },
  WAYS_MS_MAX,
);

it(
  'reach no engine when they are none of its business',
  async () => {
    const heard = engine.heard.map(
      ({ method, path, headers, body }) => `${method} ${path}\n${JSON.stringify(headers)}\n${body}`,
    );
    const { finds } = await searchLeaks({
      canaries: staying,
      blobs: { 'what the engine heard': heard.join('\n\n') },
    });
    expect(told(finds, sent)).toEqual([]);
  },
  WAYS_MS_MAX,
);

it(
  'turn up nowhere after the instance has ended',
  async () => {
    await watched.kept.stop();
    await expectClean((canaries) => watched.searchStopped(canaries));
  },
  WAYS_MS_MAX,
);
