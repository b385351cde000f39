/** How checks are run: what cannot be looked at twice is broken and says why in words of ours; whoever stops begins nothing. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import type { CheckStanding, VerifyParts } from '../../src/control/verification/index.ts';
import { CannotLook, type Check, kept } from '../../src/verify/check.ts';
import { type How, lookAt } from '../../src/verify/looks.ts';

const PARTS = {
  settings: {
    siteUrl: 'http://localhost',
    apiUrl: 'http://localhost',
    databaseUrl: '',
    host: '127.0.0.1',
    sitePort: 1,
  },
} as unknown as VerifyParts;
const check = (look: Check['look']): Check => ({
  id: 'one',
  clauses: ['A-1'],
  pace: 'hour',
  probe: 'Looks.',
  look,
});

async function run(look: Check['look']): Promise<CheckStanding[]> {
  const seen: CheckStanding[] = [];
  await lookAt(PARTS, [check(look)], new AbortController().signal, async (each) => {
    seen.push(each);
  });
  return seen;
}

test('one failure is looked at again', async () => {
  let times = 0;
  const seen = await run(async () => {
    times += 1;
    if (times === 1) throw new Error('not now');
    return kept('So.');
  });
  expect(seen).toMatchObject([{ verdict: 'kept', observed: 'So.' }]);
});

test('two are broken, and what a library wrote is not told', async () => {
  expect(await run(() => Promise.reject(new TypeError('ada@example.org is no address')))).toMatchObject([
    { verdict: 'broken', observed: 'It could not be looked at (TypeError).' },
  ]);
  expect(
    await run(() => Promise.reject(Object.assign(new Error('x'), { code: 'ECONNREFUSED' }))),
  ).toMatchObject([{ observed: 'It could not be looked at (ECONNREFUSED).' }]);
  expect(await run(() => Promise.reject(new CannotLook('the site names no page')))).toMatchObject([
    { observed: 'It could not be looked at (the site names no page).' },
  ]);
});

test('an answer that is none is looked at again, and then told with who gave it', async () => {
  let times = 0;
  const server = createServer((_, response) => {
    times += 1;
    response.writeHead(times === 1 ? 503 : 200).end('here');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const parts = { ...PARTS, settings: { ...PARTS.settings, sitePort: port } } as VerifyParts;
  const seen: [CheckStanding, How][] = [];
  const look: Check['look'] = async (eyes) => kept((await eyes.page('/privacy?token=1')).text);
  const run = () =>
    lookAt(parts, [check(look)], new AbortController().signal, async (...each) => void seen.push(each));
  await run();
  server.removeAllListeners('request').on('request', (_, response) => response.writeHead(429).end());
  await run();
  server.close();
  expect(seen).toMatchObject([
    [{ verdict: 'kept', observed: 'here' }, { reached: true }],
    [
      { verdict: 'broken', observed: 'It could not be looked at (the site answered 429 to /privacy).' },
      { reached: false },
    ],
  ]);
});

test('the second look has eyes of its own: a connection that broke is not looked through again', async () => {
  const eyes = new Set<unknown>();
  let times = 0;
  await run(async ({ services, page }) => {
    eyes.add(page);
    times += 1;
    if (times === 1) throw new Error('not now');
    return kept(String(services));
  });
  expect(eyes.size).toBe(2);
});

test('stopped while it looks, nothing is told and no second look begins', async () => {
  const stopping = new AbortController();
  let times = 0;
  const looking = lookAt(
    PARTS,
    [
      check(async () => {
        times += 1;
        stopping.abort();
        throw new Error('stopped');
      }),
    ],
    stopping.signal,
    () => expect.unreachable(),
  );
  await expect(looking).rejects.toThrow();
  expect(times).toBe(1);
});
