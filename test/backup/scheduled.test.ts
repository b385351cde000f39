/** Backups that are made by themselves: through control, in the record, and red in `doctor` when they are missing. */
import { mkdir, readdir, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { readConfig } from '../../src/config/index.ts';
import { backupFindings } from '../../src/processes/doctor/backups.ts';
import type { Finding } from '../../src/processes/doctor/finding.ts';
import { backupName } from '../../src/store/backup/prune.ts';
import { startPostgres, type TestPostgres } from '../support/postgres.ts';
import { makePlace, type Place, removePlaces, serve } from './commands.ts';

const DAY_MS = 86_400_000;
const LOADED_MS = 120_000;
let postgres: TestPostgres;
beforeAll(async () => {
  postgres = await startPostgres();
}, 60_000);
afterAll(async () => {
  vi.unstubAllEnvs();
  await postgres?.stop();
  await removePlaces();
});

async function finding(place: Place, name: string): Promise<Finding | undefined> {
  // Commands ask the instance of the data folder that the environment names.
  vi.stubEnv('KEPT_DATA', place.data);
  const found = await backupFindings(readConfig({ KEPT_DATA: place.data }, place.data));
  return found.find((each) => each.name === name);
}

test(
  'one that is due is made at the start and stands in the record; old copies of keys go; doctor follows',
  async () => {
    const place = await makePlace(await postgres.database());
    await mkdir(place.backups, { recursive: true });
    const old = backupName(Date.now() - 30 * DAY_MS);
    await writeFile(join(place.backups, old), 'not a backup any more');
    await writeFile(join(place.backups, `${old}.keys`), 'keys');
    expect(await finding(place, 'backups')).toMatchObject({
      state: 'problem',
      message: expect.stringContaining('720 h'),
    });
    const backups = { folder: place.backups, everyMs: DAY_MS, keep: 7 };
    const control = await serve(postgres, place, { backups });
    try {
      await vi.waitFor(
        () =>
          expect(control.lines.map(({ event }) => event)).toEqual(
            expect.arrayContaining(['backup_made', 'backups_pruned']),
          ),
        { timeout: 30_000, interval: 50 },
      );
      const names = (await readdir(place.backups)).sort();
      expect(names).toHaveLength(3);
      expect(names[0]).toBe(old);
      expect(names[2]).toBe(`${names[1]}.keys`);
      const entries = () =>
        control.sql<{ role: string }>("select role from record_entry where kind = 'backup'");
      expect(await entries()).toEqual([{ role: 'system' }]);
      expect(await finding(place, 'backups')).toMatchObject({ state: 'ok' });
      expect(await finding(place, 'copies of keys')).toBeUndefined();
      const mine = await control.admin('POST', '/backup', { file: join(place.data, 'mine') });
      expect(mine.status).toBe(201);
      expect(await entries()).toHaveLength(2);
      expect(await finding(place, 'copies of keys')).toMatchObject({
        state: 'ok',
        message: expect.stringMatching(/^1 were written .* cannot be checked from here\.$/),
      });
    } finally {
      await control.end();
    }
  },
  LOADED_MS,
);

test(
  'a new instance is not backed up at once, and none is red only when two periods have passed',
  async () => {
    const place = await makePlace(await postgres.database());
    const backups = { folder: place.backups, everyMs: DAY_MS, keep: 7 };
    const control = await serve(postgres, place, { backups });
    await control.end();
    expect(await readdir(place.backups).catch(() => [])).toEqual([]);
    expect(await finding(place, 'backups')).toMatchObject({ state: 'ok' });
    await writeFile(join(place.data, 'lock'), '');
    const then = (Date.now() - 3 * DAY_MS) / 1000;
    await utimes(join(place.data, 'lock'), then, then);
    expect(await finding(place, 'backups')).toMatchObject({ state: 'problem', message: 'There is none.' });
  },
  LOADED_MS,
);

test(
  'a folder that cannot be written: it is in the log, nothing else stands still, and doctor says so',
  async () => {
    const place = await makePlace(await postgres.database());
    // Something else stands where the folder would be.
    await writeFile(place.backups, '');
    const backups = { folder: place.backups, everyMs: DAY_MS, keep: 7 };
    const control = await serve(postgres, place, { backups });
    try {
      await vi.waitFor(
        () => expect(control.lines.some(({ event }) => event === 'backup_failed')).toBe(true),
        {
          timeout: 30_000,
          interval: 50,
        },
      );
      await control.customer();
    } finally {
      await control.end();
    }
  },
  LOADED_MS,
);
