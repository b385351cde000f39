/** `kept keys`, by way of the admin API: rotated while people are written, and what a start with the old key says. */
import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ControlSettings } from '../../src/control/settings.ts';
import { startTestControl, type TestControl } from '../support/control.ts';
import { startPostgres, type TestPostgres } from '../support/postgres.ts';

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url));
const OLD = 'a1'.repeat(32);
const NEW = 'b2'.repeat(32);

let postgres: TestPostgres;
const controls: TestControl[] = [];

beforeAll(async () => {
  postgres = await startPostgres();
}, 60_000);

afterAll(async () => {
  for (const control of controls) await control.end();
  await postgres.stop();
});

async function start(more: Partial<ControlSettings> = {}): Promise<TestControl> {
  const control = await startTestControl(postgres, more);
  controls.push(control);
  return control;
}

// biome-ignore lint/suspicious/noExplicitAny: lines of several shapes
function rotate(control: TestControl, body: object): Promise<any[]> {
  return new Promise((resolve, reject) => {
    const sent = request(
      {
        socketPath: control.settings.adminSocket,
        method: 'POST',
        path: '/key-store/rotate',
        agent: false,
        headers: { 'content-type': 'application/json' },
      },
      (response) => {
        let text = '';
        response.on('data', (part) => {
          text += part;
        });
        response.on('end', () =>
          resolve(
            text
              .trim()
              .split('\n')
              .map((line) => JSON.parse(line)),
          ),
        );
      },
    );
    sent.on('error', reject);
    sent.end(JSON.stringify(body));
  });
}

const shown = async (control: TestControl) => (await control.admin('GET', '/key-store')).body;

test('a key of the keys folder: a new one is made in its place, while accounts are made and read', async () => {
  const control = await start();
  const folder = control.settings.keysFolder;
  const first = readFileSync(join(folder, 'master-key'), 'utf8').trim();
  const before = await shown(control);
  expect(before).toMatchObject({ master_key: { from: 'keys_folder' }, epoch: 1, damaged: 0 });
  await control.customer();
  const rotating = rotate(control, { master_key: null });
  const meanwhile = [control.customer(), control.customer(), control.customer()];
  const lines = await rotating;
  const { rotated } = lines.at(-1);
  expect(lines.slice(0, -1).every(({ done, total }) => done <= total)).toBe(true);
  expect(rotated).toEqual({
    epoch: 2,
    master: {
      before: before.master_key.fingerprint,
      after: expect.stringMatching(/^[0-9a-f]{8}$/),
      from: 'keys_folder',
      made: true,
    },
  });
  for (const customer of await Promise.all(meanwhile)) {
    expect((await control.admin('GET', `/accounts/${customer.account}`)).body.name).toBe('A customer');
  }
  expect(readdirSync(folder)).not.toContain('master-key.next');
  expect(readFileSync(join(folder, 'master-key'), 'utf8')).not.toContain(first);

  await control.stop();
  // Whoever kept the old one cannot start with it, and is told which one is wanted.
  const wanted = `fingerprint ${rotated.master.after}`;
  await expect(startTestControl(postgres, { ...control.settings, masterKey: first })).rejects.toThrow(wanted);
  await control.start();
  expect((await control.admin('GET', '/accounts/customer1%40example.org')).body.name).toBe('A customer');
  const entries = await control.sql<{ role: string; open: string }>(
    "select role, open from record_entry where kind = 'key_rotation' order by at, index",
  );
  expect(entries.map(({ role, open }) => [role, JSON.parse(open).content])).toEqual([
    ['system', { epoch: 1, master_key: before.master_key.fingerprint }],
    ['operator', { epoch: 2, master_key: rotated.master.after }],
  ]);
});

test('a key from outside: the new one is given, and the next start wants it', async () => {
  const control = await start({ masterKey: OLD });
  await control.customer();
  const refused = async (body: object) => (await rotate(control, body)).at(-1)?.error.code;
  expect(await refused({ master_key: null })).toBe('new_master_key_missing');
  expect(await refused({ master_key: OLD })).toBe('same_master_key');
  expect((await rotate(control, { master_key: 'not a key' }))[0].error.code).toBe('invalid_input');
  const [one, other] = await Promise.all([rotate(control, {}), rotate(control, {})]);
  expect([one.at(-1), other.at(-1)].map((line) => line.error?.code ?? 'rotated').sort()).toEqual([
    'rotated',
    'rotation_under_way',
  ]);
  const { rotated } = (await rotate(control, { master_key: NEW })).at(-1);
  expect(rotated.master).toMatchObject({ from: 'environment', made: false });
  await control.stop();
  await expect(control.start()).rejects.toThrow(`fingerprint ${rotated.master.after}`);
  Object.assign(control.settings, { masterKey: NEW });
  await control.start();
  expect((await control.admin('GET', '/accounts/customer1%40example.org')).body.name).toBe('A customer');
});

test('out of the keys folder: the file is gone, and without the new key nothing starts', async () => {
  const control = await start();
  await control.customer();
  const { rotated } = (await rotate(control, { master_key: NEW })).at(-1);
  expect(readdirSync(control.settings.keysFolder)).not.toContain('master-key');
  await control.stop();
  await expect(control.start()).rejects.toThrow(`fingerprint ${rotated.master.after}`);
  expect(readdirSync(control.settings.keysFolder)).not.toContain('master-key');
  Object.assign(control.settings, { masterKey: NEW });
  await control.start();
});

test('the command: which key, how many, what to change; one sentence for each mistake', async () => {
  const control = await start({ masterKey: OLD });
  const data = await mkdtemp(join(tmpdir(), 'kept-data-'));
  await writeFile(join(data, 'instance.json'), JSON.stringify({ adminSocket: control.settings.adminSocket }));
  const kept = (words: string[], environment: NodeJS.ProcessEnv = {}) =>
    new Promise<{ code: unknown; out: string; err: string }>((resolve) => {
      const env = { ...process.env, KEPT_DATA: data, ...environment };
      execFile(process.execPath, [MAIN, 'keys', ...words], { env }, (error, out, err) =>
        resolve({ code: error?.code ?? 0, out, err }),
      );
    });
  const [show, nothing, unreadable, rotated] = await Promise.all([
    kept(['show']),
    kept(['rotate']),
    kept(['rotate', '--master'], { KEPT_NEW_MASTER_KEY: join(data, 'nowhere') }),
    kept(['rotate', '--master', '--json', '--command', 'echo', NEW]),
  ]);
  expect(show.out).toContain('from KEPT_MASTER_KEY');
  expect(nothing).toMatchObject({ code: 1, err: 'Say what to rotate: --epoch, or --master.\n' });
  expect(unreadable.err).toContain('the file is not there');
  const { master } = JSON.parse(rotated.out);
  expect(master).toMatchObject({ from: 'environment', made: false });
  expect(rotated.out + rotated.err + show.out).not.toContain(NEW);
  expect((await shown(control)).master_key.fingerprint).toBe(master.after);
  await rm(data, { recursive: true });
}, 60_000);
