/**
 * The search finds what leaks: leaks of many kinds are planted in copies of the source, and each must be found where it
 * is. A run takes a few of them in turn; KEPT_TEST_ALL takes all.
 */
import { readdirSync, rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Find, searchLeaks } from '../../src/verify/search/search-leaks.ts';
import { Chance } from '../faults/random.ts';
import { share } from '../http/share.ts';
import { newCanary } from '../support/canary.ts';
import { type LyingEngine, startLyingEngine } from '../support/lying-engine.ts';
import { rawExchange, rawRequest } from '../support/raw-client.ts';
import { copySource } from '../support/source-copy.ts';
import { Watched } from './everywhere.ts';
import { PLANTS, type Plant } from './plants.ts';
import { CHAT } from './ways/way.ts';

const FEW = 3;
const PLANT_MS_MAX = 180_000;
/** For a process to fall and its core to be written. */
const FALL_MS = 2000;

let engine: LyingEngine;
beforeAll(async () => {
  engine = await startLyingEngine();
});
afterAll(async () => {
  await engine.stop();
  for (const name of readdirSync('/tmp')) if (name.startsWith('kept-plant-')) rmSync(`/tmp/${name}`);
});

/** Sends a canary as prompt, one as header that is none of the engine's business, one to the site. */
async function sendCanaries(watched: Watched, plant: Plant): Promise<string[]> {
  const { kept } = watched;
  const [prompt, header, page] = [newCanary(), newCanary(), newCanary()];
  const { key } = await kept.account({});
  const play = plant.kill === undefined ? 'honest' : 'never-ends';
  const messages = [{ role: 'user', content: `play:${play} canary ${prompt}` }];
  const body = JSON.stringify({ model: 'liar', messages, stream: plant.kill !== undefined });
  const headers = { 'idempotency-key': header };
  const asked = rawExchange(kept.apiPort, [rawRequest({ path: CHAT, key, body, headers })], {
    patienceMs: FALL_MS,
  });
  if (plant.kill !== undefined) {
    const before = kept.pids('gateway');
    await sleep(FALL_MS / 4);
    kept.kill('gateway', plant.kill);
    await kept.restarted('gateway', before);
  }
  await asked;
  await rawExchange(kept.sitePort, [rawRequest({ path: `/${page}` })]);
  return plant.atEngine ? [header] : [prompt, header, page];
}

async function findsOf(plant: Plant): Promise<Find[]> {
  const copy = copySource(plant.patches);
  let watched: Watched | undefined;
  try {
    watched = await Watched.start(copy.root, { engineUrl: engine.url, config: { allow_unconfined: true } });
    const canaries = await sendCanaries(watched, plant);
    const heard = JSON.stringify(engine.heard.map(({ headers, body }) => ({ headers, body })));
    const atEngine = plant.atEngine
      ? await searchLeaks({ canaries, blobs: { 'what the engine heard': heard } })
      : null;
    const finds = [...(atEngine?.finds ?? []), ...(await watched.searchRunning(canaries))];
    if (finds.some((find) => plant.where.test(find.where))) return finds;
    await watched.kept.stop();
    return [...finds, ...(await watched.searchStopped(canaries))];
  } finally {
    await watched?.kept.stop().catch(() => {});
    watched?.remove();
    copy.remove();
  }
}

/** As many of `all` as a run takes, others each time. */
function some(all: readonly Plant[]): readonly Plant[] {
  const { seed, numRuns } = share('planted leaks', FEW, all.length);
  const chance = new Chance(seed);
  const order = all.map((plant) => ({ plant, at: chance.next() })).sort((a, b) => a.at - b.at);
  return order.slice(0, numRuns).map(({ plant }) => plant);
}

describe('a planted leak is found', () => {
  for (const plant of some(PLANTS)) {
    it(plant.name, { timeout: PLANT_MS_MAX }, async () => {
      const finds = await findsOf(plant);
      expect(finds.map((find) => find.where).filter((where) => plant.where.test(where))).not.toEqual([]);
    });
  }
});
