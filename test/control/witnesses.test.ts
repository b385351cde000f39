/** Witnesses over real HTTP: they cosign what is published, nothing waits for them, and they know an older copy. */
import { cpSync, rmSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openCheckpoint } from '../../src/record/checkpoint.ts';
import { noteVerifier } from '../../src/record/note.ts';
import { openWitnessed, witnessVerifier } from '../../src/record/witness.ts';
import { type HttpWitness, startWitness } from '../record/http-witness.ts';
import { startTestControl, type TestControl } from '../support/control.ts';
import { startPostgres, type TestPostgres } from '../support/postgres.ts';

let postgres: TestPostgres;
let control: TestControl;
let good: HttpWitness;
let silent: HttpWitness;

beforeAll(async () => {
  postgres = await startPostgres();
  good = await startWitness('good.test/w');
  silent = await startWitness('silent.test/w');
  control = await startTestControl(postgres, {
    witnesses: [good, silent].map(({ key, url }) => ({ key, url })),
  });
}, 60_000);

afterAll(async () => {
  await control.end();
  await Promise.all([good.close(), silent.close()]);
  await postgres.stop();
});

const served = async (path: string): Promise<string> =>
  (await fetch(`http://127.0.0.1:${control.settings.sitePort}/record/${path}`)).text();

// biome-ignore lint/suspicious/noExplicitAny: facts as they come
const facts = async (): Promise<any> => (await control.admin('GET', '/facts')).body.record;
const states = async (): Promise<string[]> =>
  (await facts()).witnesses.map(({ state }: { state: string }) => state);

/** Machines are slow at times; nothing here depends on how fast it comes. */
const SOON = { timeout: 40_000 };

const witnessed = async (size: number): Promise<void> => {
  await expect.poll(async () => (await facts()).witnesses[0].size, SOON).toBe(size);
  await expect.poll(async () => (await facts()).published, SOON).toBe(size);
};

const codes = (): unknown[] =>
  control.lines.filter(({ event }) => event === 'witness_failed').map(({ witness, code }) => [witness, code]);

async function restart(): Promise<void> {
  await control.stop();
  control.lines.splice(0);
  await control.start();
}

test('one that does not know the record refuses it; the record is published all the same', async () => {
  await expect.poll(states, SOON).toEqual(['refused', 'refused']);
  expect(codes()).toEqual(
    expect.arrayContaining([
      [0, 'witness_refused'],
      [1, 'witness_refused'],
    ]),
  );
  expect((await facts()).published).toBe(64);
  expect((await served('checkpoint')).split('\n')[1]).toBe('64');
});

test('one that does is asked with a proof from what it knows; its signature is served and satisfies a policy', async () => {
  const key = (await served('verifier-key')).trim();
  good.trust(key);
  silent.trust(key);
  silent.misbehave(() => {});
  await restart();
  await witnessed(128);
  await restart();
  await witnessed(192);
  // At the start what it knows is found out, then it is shown how the record grew from there.
  expect(good.answered.slice(-3)).toEqual([409, 200, 200]);
  const policy = { witnesses: [witnessVerifier(good.key)], quorum: 1 };
  const isServed = async () => openCheckpoint(await served('checkpoint'), [noteVerifier(key)]).size;
  await expect.poll(isServed, SOON).toBe(192);
  const names = async () =>
    openWitnessed(await served('checkpoint'), [noteVerifier(key)], { ...policy, quorum: 0 }).witnessedBy.map(
      ({ name }) => name,
    );
  await expect.poll(names, SOON).toEqual(['good.test/w']);
  openWitnessed(await served('checkpoint'), [noteVerifier(key)], policy);
  expect(good.seen.size).toBe(192);
});

test.each([
  ['hangs up', (response: import('node:http').ServerResponse) => response.destroy(), 'unreachable'],
  ['answers nonsense', (response: import('node:http').ServerResponse) => response.end('what?\n'), 'refused'],
  [
    'sends a megabyte',
    (response: import('node:http').ServerResponse) => response.end('x'.repeat(1_000_000)),
    'refused',
  ],
  [
    'sends us elsewhere',
    (response: import('node:http').ServerResponse) => response.writeHead(307, { location: good.url }).end(),
    'unreachable',
  ],
])('one that %s is logged, and hinders neither publication nor the others', async (_what, answer, state) => {
  silent.misbehave(answer);
  const { published } = await facts();
  await restart();
  await witnessed(published + 64);
  await expect.poll(states, SOON).toEqual(['cosigned', state]);
  expect(codes()).toContainEqual([1, `witness_${state}`]);
});

test('an older copy of the record is refused at the start, though everything in it fits', async () => {
  silent.misbehave((response) => response.destroy());
  const { ledgerFolder } = control.settings;
  await control.stop();
  cpSync(ledgerFolder, `${ledgerFolder}.old`, { recursive: true });
  await control.start();
  const { size } = good.seen;
  await expect.poll(() => good.seen.size, SOON).toBeGreaterThanOrEqual(size + 64);
  await control.stop();
  cpSync(ledgerFolder, `${ledgerFolder}.new`, { recursive: true });
  rmSync(ledgerFolder, { recursive: true });
  cpSync(`${ledgerFolder}.old`, ledgerFolder, { recursive: true });
  await expect(control.start()).rejects.toThrow('an older copy');
  rmSync(ledgerFolder, { recursive: true });
  cpSync(`${ledgerFolder}.new`, ledgerFolder, { recursive: true });
  await control.start();
});
