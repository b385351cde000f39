/**
 * What a process prints against the rules is held back by the supervisor, also when the environment tells Node to show
 * whatever goes through its pipes. The leak is planted in a copy of the source; here it must not get out.
 */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { newCanary } from '../support/canary.ts';
import { type LyingEngine, startLyingEngine } from '../support/lying-engine.ts';
import { rawExchange, rawRequest } from '../support/raw-client.ts';
import { copySource, type SourceCopy } from '../support/source-copy.ts';
import { told, Watched } from './everywhere.ts';
import { CHAT } from './ways/way.ts';

const START_MS_MAX = 180_000;

let engine: LyingEngine;
let copy: SourceCopy;
let watched: Watched;

beforeAll(async () => {
  engine = await startLyingEngine();
  const find = '  const bodyBytes = body.length;';
  const print = 'console.log(body.toString()); console.error(/canary (\\w+)/.exec(body.toString())?.[1]);';
  copy = copySource([{ file: 'src/gateway/infer.ts', find, replace: `${find} ${print}` }]);
  watched = await Watched.start(copy.root, { engineUrl: engine.url, talkative: true });
}, START_MS_MAX);

afterAll(async () => {
  await watched?.kept.stop().catch(() => {});
  watched?.remove();
  copy?.remove();
  await engine?.stop();
}, START_MS_MAX);

it('lines of a gateway that are no records go nowhere', async () => {
  const { kept } = watched;
  const { key } = await kept.account();
  const canary = newCanary();
  const body = JSON.stringify({ model: 'liar', messages: [{ role: 'user', content: `canary ${canary}` }] });
  const reply = await rawExchange(kept.apiPort, [rawRequest({ path: CHAT, key, body })]);
  expect(reply).toMatch(/^HTTP\/1\.1 200 /);
  const ways = new Map([[canary, 'printed by the gateway']]);
  expect(told(await watched.searchRunning([canary]), ways)).toEqual([]);
  await kept.stop();
  expect(told(await watched.searchStopped([canary]), ways)).toEqual([]);
  expect(kept.stderr()).toMatch(/"event":"lines_withheld","role":"gateway","count":[1-9]/);
});
