/**
 * Which engine sees a prompt, and what of a request it sees: only engines with good enough terms, one after the other
 * where one fails before its first byte, and never more than what was asked.
 */
import net from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Instance, startKept } from '../support/instance.ts';
import { LIES } from '../support/lies/index.ts';
import { type Lie, type LyingEngine, startLyingEngine } from '../support/lying-engine.ts';
import { admin, ask, chat, eventsOf, newAccount, until, usageWhen } from './support.ts';

const ATTESTED = { attested_by: 'A Lawyer', until: '2099-12-31' };
const PAST = '2020-01-01';

type Seven = [LyingEngine, LyingEngine, LyingEngine, LyingEngine, LyingEngine, LyingEngine, LyingEngine];

let good: LyingEngine;
let second: LyingEngine;
let keeps: LyingEngine;
let trains: LyingEngine;
let expired: LyingEngine;
let shared: LyingEngine;
let mortal: LyingEngine;
let kept: Instance;
let key: string;
let all: LyingEngine[];

beforeAll(async () => {
  const start = (model: string) => startLyingEngine({ models: [model] });
  all = await Promise.all(['liar', 'liar', 'keeps', 'trains', 'expired', 'shared', 'mortal'].map(start));
  [good, second, keeps, trains, expired, shared, mortal] = all as Seven;
  const terms = { retention_days: 0, trains: false, ...ATTESTED };
  const none = { prefix_cache: 'none' };
  kept = await startKept({
    env: { ENGINE_KEY: 'engine-secret' },
    config: {
      engines: [
        { name: 'good', url: good.url, region: 'eu', key_env: 'ENGINE_KEY', ...none },
        { name: 'second', url: second.url, region: 'us', ...none },
        { name: 'keeps', url: keeps.url, terms: { ...terms, retention_days: 30 }, ...none },
        { name: 'trains', url: trains.url, terms: { ...terms, trains: true }, ...none },
        { name: 'expired', url: expired.url, terms: { ...terms, until: PAST }, ...none },
        { name: 'shared', url: shared.url, prefix_cache: 'shared' },
        { name: 'mortal', url: mortal.url, ...none },
      ],
      models: [
        { name: 'liar', engines: ['good', 'second'] },
        { name: 'keeps', engines: ['keeps'] },
        { name: 'trains', engines: ['trains'] },
        { name: 'expired', engines: ['expired'] },
        { name: 'shared', engines: ['shared'] },
        { name: 'mortal', engines: ['mortal'] },
      ],
      engine_times: { connect_seconds: 1 },
    },
  });
  key = (await newAccount(kept, { terms: { zero_retention: false } })).key;
});
afterAll(async () => {
  await kept?.stop();
  await Promise.all((all ?? []).map((engine) => engine.stop()));
});
beforeEach(() => {
  for (const engine of all) engine.heard.length = 0;
});

const heardSum = (): number => all.reduce((sum, engine) => sum + engine.heard.length, 0);
const of = (model: string, provider?: object) => ({
  ...chat('a prompt'),
  model,
  ...(provider && { provider }),
});
async function refusedFor(term: string, body: object, by = key): Promise<void> {
  const { status, json } = await ask(kept, by, body);
  expect(status).toBe(404);
  expect(json.error).toMatchObject({ code: 'no_engine_with_these_terms', term });
  expect(json.error.message).toContain(term);
  expect(heardSum()).toBe(0);
}

test('an engine or a region that an owner objected to gets nothing, and the client is told', async () => {
  const theirs = await newAccount(kept, {
    terms: { zero_retention: false, objections: ['engine mortal', 'region us'] },
  });
  await refusedFor('objection', of('mortal'), theirs.key);
  for (let n = 0; n < 8; n++) expect((await ask(kept, theirs.key, of('liar'))).status).toBe(200);
  expect([good.heard.length, second.heard.length]).toEqual([8, 0]);
});

describe('an engine with worse terms than asked for is never called', () => {
  test('an attestation that has ended counts as none', () => refusedFor('terms_expired', of('expired')));
  test('keeping is never a default', async () =>
    refusedFor('zdr', of('keeps'), (await newAccount(kept)).key));
  test('training is never a default', () => refusedFor('data_collection', of('trains')));
  test('keeping, for a request that denies data collection', () =>
    refusedFor('data_collection', of('keeps', { data_collection: 'deny' })));
  test('keeping, for a request that asks for zero retention', () =>
    refusedFor('zdr', of('keeps', { zdr: true })));
  test('another region than the request asks for', () => refusedFor('region', of('liar', { region: 'ap' })));

  test('the terms of the account hold for a request that asks for nothing, and cannot be loosened', async () => {
    const strict = await newAccount(kept, {
      terms: { zero_retention: true, region: 'eu', allow_shared_cache: false },
    });
    await refusedFor('zdr', of('keeps'), strict.key);
    await refusedFor('zdr', of('keeps', { data_collection: 'allow', zdr: false }), strict.key);
    await refusedFor('region', of('liar', { region: 'us' }), strict.key);
    const caches = await newAccount(kept, { terms: { allow_shared_cache: false } });
    await refusedFor('prefix_cache', of('shared'), caches.key);
    expect((await ask(kept, strict.key, of('liar'))).status).toBe(200);
    expect(good.heard).toHaveLength(1);
    expect(second.heard).toHaveLength(0);
  });

  test('a word that we do not know in provider is refused, not passed over', async () => {
    const { status, json } = await ask(kept, key, of('liar', { zdr: true, only: ['good'] }));
    expect(status).toBe(400);
    expect(json.error.param).toBe('provider');
    expect(heardSum()).toBe(0);
  });

  test('with terms that are good enough it is called', async () => {
    expect((await ask(kept, key, of('keeps'))).status).toBe(200);
    expect(
      (await ask(kept, key, of('liar', { region: ['us'], zdr: true, data_collection: 'deny' }))).status,
    ).toBe(200);
    expect(second.heard).toHaveLength(1);
  });

  test('an engine that trains is called for an account that consents, and no longer once that is taken back', async () => {
    const trainer = await newAccount(kept, { terms: { zero_retention: false } });
    await refusedFor('data_collection', of('trains'), trainer.key);
    const consents = `/accounts/${trainer.id}/consents`;
    const order = { purpose: 'engines_that_train', reason: 'their letter' };
    await admin(kept, 'POST', consents, order);
    expect((await ask(kept, trainer.key, of('trains'))).status).toBe(200);
    await admin(kept, 'POST', `${consents}/withdraw`, order);
    const heard = heardSum();
    expect((await ask(kept, trainer.key, of('trains'))).status).toBe(404);
    expect(heardSum()).toBe(heard);
  });
});

describe('what an engine sees', () => {
  test('nothing of the client: no headers, cookies, user, metadata, safety_identifier, provider', async () => {
    const secret = 'Canary0Canary1Canary2';
    const body = {
      ...of('liar', { region: 'eu' }),
      user: secret,
      safety_identifier: secret,
      metadata: { who: secret },
      prompt_cache_key: secret,
      unknown_parameter: secret,
      temperature: 0.5,
    };
    const headers = {
      cookie: `session=${secret}`,
      'x-forwarded-for': '203.0.113.7',
      'user-agent': secret,
      'x-secret': secret,
      'idempotency-key': secret,
      'openai-organization': secret,
    };
    expect((await ask(kept, key, body, { headers })).status).toBe(200);
    const heard = good.heard.at(-1)!;
    expect(JSON.stringify(heard)).not.toContain(secret);
    expect(JSON.stringify(heard)).not.toContain(key);
    expect(JSON.stringify(heard)).not.toContain('203.0.113.7');
    const names = heard.headers.map(([name]) => name.toLowerCase()).sort();
    expect(names).toEqual(['accept', 'authorization', 'content-length', 'content-type', 'host']);
    expect(heard.headers.find(([name]) => name.toLowerCase() === 'authorization')?.[1]).toBe(
      'Bearer engine-secret',
    );
    expect(Object.keys(heard.json ?? {}).sort()).toEqual(['messages', 'model', 'temperature']);
  });

  test.each(['http://198.51.100.7/cat.png', 'https://example.org/cat.png', 'file:///etc/passwd'])(
    'no address that it would fetch: %s',
    async (url) => {
      const content = [{ type: 'image_url', image_url: { url } }];
      const { status, json } = await ask(kept, key, { model: 'liar', messages: [{ role: 'user', content }] });
      expect(status).toBe(400);
      expect(json.error.code).toBe('remote_media_refused');
      expect(heardSum()).toBe(0);
    },
  );

  test('an image in the request itself travels', async () => {
    const url = 'data:image/png;base64,iVBORw0KGgo=';
    const content = [{ type: 'image_url', image_url: { url } }];
    expect((await ask(kept, key, { model: 'liar', messages: [{ role: 'user', content }] })).status).toBe(200);
  });

  test('store: true is refused with a sentence', async () => {
    const { status, json } = await ask(kept, key, { ...of('liar'), store: true });
    expect(status).toBe(400);
    expect(json.error).toMatchObject({ code: 'store_refused', param: 'store' });
    expect((await ask(kept, key, { ...of('liar'), store: false })).status).toBe(200);
  });
});

describe('an engine that fails', () => {
  const failing = (lie: Lie): void => {
    good.otherwise = lie;
  };
  const honestAgain = (): void => {
    good.otherwise = LIES.honest;
  };

  test.each(['reset-at-once', 'error-empty', 'garbage', 'busy', 'reset-mid-head', 'json-malformed'] as const)(
    'before its first byte went out another takes over: %s',
    async (lie) => {
      const account = await newAccount(kept);
      failing(LIES[lie]);
      // One of the two engines is honest, whichever is asked first.
      for (const stream of lie === 'json-malformed' ? [false] : [false, true]) {
        const answer = await ask(kept, account.key, { ...of('liar'), stream });
        expect(answer.status).toBe(200);
        if (stream) expect(eventsOf(answer.text).at(-1)).toBe('[DONE]');
        else expect(answer.text).toContain('a prompt');
      }
      honestAgain();
      const { records } = await usageWhen(kept, account.id, lie === 'json-malformed' ? 1 : 2);
      expect(records.every((record) => record.ending === 'complete')).toBe(true);
    },
  );

  test('after its first byte nobody takes over: an error event', async () => {
    failing(LIES['reset-mid-stream']);
    const { text } = await ask(kept, key, { ...of('liar', { region: 'eu' }), stream: true });
    honestAgain();
    expect(eventsOf(text).at(-1)).toContain('engine_lost');
    expect(second.heard).toHaveLength(0);
  });

  test('a refusal of the request is not tried elsewhere', async () => {
    good.otherwise = LIES['error-text'];
    second.otherwise = LIES['error-text'];
    const answer = await ask(kept, key, of('liar'));
    good.otherwise = LIES.honest;
    second.otherwise = LIES.honest;
    expect(answer.status).toBe(400);
    expect(answer.json.error).toMatchObject({ code: 'engine_refused', source: 'engine' });
    expect(answer.text).not.toContain('cannot answer');
    expect(good.heard.length + second.heard.length).toBe(1);
  });

  test('one that cannot be reached: 503 engine_unavailable, told within the time to connect', async () => {
    await mortal.stop();
    const { status, json } = await ask(kept, key, of('mortal'));
    expect(status).toBe(503);
    expect(json.error).toMatchObject({ code: 'engine_unavailable', retryable: true });
  });

  test('a kept connection that the engine has just closed is no failure', async () => {
    for (let i = 0; i < 5; i++) {
      good.next.push(LIES['keep-alive-then-close']);
      const first = await ask(kept, key, of('liar', { region: 'eu' }));
      const next = await ask(kept, key, of('liar', { region: 'eu' }));
      expect([first.status, next.status]).toEqual([200, 200]);
    }
  });

  test('after three failures in a row it is left alone while others serve, and asked again when it is well', async () => {
    failing(LIES['reset-at-once']);
    for (let i = 0; i < 12; i++) expect((await ask(kept, key, of('liar'))).status).toBe(200);
    const asked = good.heard.length;
    // A health check may open it again once; each time three more failures close it.
    expect(asked).toBeLessThan(12);
    good.otherwise = LIES.honest;
    await until(async () => {
      await ask(kept, key, of('liar', { region: 'eu' }));
      return good.heard.length > asked;
    });
  });

  test('an answer that was for nobody does not become the next answer', async () => {
    good.next.push(LIES['two-replies']);
    const one = await ask(kept, key, { ...chat('first question'), provider: { region: 'eu' } });
    expect(one.text).toContain('first question');
    const two = await ask(kept, key, { ...chat('second question'), provider: { region: 'eu' } });
    expect(two.text).toContain('second question');
    expect(two.text).not.toContain('first question');
  });
});

test('nothing but declared engines is connected to, whatever an engine redirects to', async () => {
  const trap = net.createServer((socket) => socket.destroy()).listen(9, '127.0.0.1');
  let caught = 0;
  trap.on('connection', () => caught++);
  trap.on('error', () => {});
  for (const lie of ['redirect', 'redirect-307']) {
    const { status } = await ask(kept, key, { ...chat(`play:${lie}`), provider: { region: 'eu' } });
    expect(status).toBeGreaterThanOrEqual(500);
  }
  await sleep(100);
  trap.close();
  expect(caught).toBe(0);
});
