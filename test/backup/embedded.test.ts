/** The embedded database: brought up for a restore, moved away whole, and refused where it must not be started. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { spawnFastEngine } from '../support/fast-engine.ts';
import { startKept } from '../support/instance.ts';
import { startPostgres, type TestPostgres } from '../support/postgres.ts';
import { kept, MASTER_KEY, makePlace, removePlaces, serve } from './commands.ts';

/** Each start takes seconds, many on a machine that is busy. */
const LOADED_MS = 400_000;

let postgres: TestPostgres;
let engine: Awaited<ReturnType<typeof spawnFastEngine>>;
beforeAll(async () => {
  postgres = await startPostgres();
  engine = await spawnFastEngine();
}, LOADED_MS);
afterAll(async () => {
  await engine?.stop();
  await postgres?.stop();
  await removePlaces();
});

test(
  'restored into an embedded database, started, moved to one of the operator’s own, and started there',
  async () => {
    const source = await makePlace(await postgres.database());
    const control = await serve(postgres, source);
    const customer = await control.customer({ credit: '12.50' });
    const file = join(source.data, 'a.backup');
    expect((await kept(source, ['backup', file])).code).toBe(0);
    await control.end();

    const place = await makePlace(undefined);
    const restored = await kept(place, ['restore', file]);
    expect(restored.code, restored.err).toBe(0);
    const env = { KEPT_MASTER_KEY: MASTER_KEY };
    const show = async (given: Record<string, string>) => {
      const instance = await startKept({
        engineUrl: engine.url,
        dataFolder: place.data,
        env: { ...env, ...given },
      });
      try {
        const shown = await instance.kept(['account', 'show', '--account', customer.email, '--json']);
        const asked = await fetch(`${instance.apiUrl}/v1/openai/key`, {
          headers: { authorization: `Bearer ${customer.secret}` },
        });
        return { account: JSON.parse(shown.stdout), key: asked.status };
      } finally {
        await instance.stop();
      }
    };
    const before = await show({});
    expect(before).toMatchObject({ key: 200 });

    const to = await postgres.database();
    const moved = await kept(place, ['move', '--to', to, '--json']);
    expect(moved.code, moved.err).toBe(0);
    expect(JSON.parse(moved.out)).toMatchObject({ set: 'DATABASE_URL' });
    const gone = await startKept({ engineUrl: engine.url, dataFolder: place.data, env }).catch(
      (error) => error,
    );
    expect(gone.stderr).toMatch(/was moved away on .*set DATABASE_URL to the one that it was moved to/);
    expect(await show({ DATABASE_URL: to })).toEqual(before);
    const client = new pg.Client({ connectionString: to });
    await client.connect();
    const { rows } = await client.query("select count(*)::int as n from record_entry where kind = 'restore'");
    await client.end();
    expect(rows).toEqual([{ n: 1 }]);
  },
  LOADED_MS,
);

test(
  'a data folder of another PostgreSQL is refused before anything is touched, and says what goes on',
  async () => {
    const place = await makePlace(undefined);
    const cluster = join(place.data, 'postgres');
    await mkdir(cluster);
    await writeFile(join(cluster, 'PG_VERSION'), '16\n');
    await mkdir(place.keys, { mode: 0o700 });
    const start = await kept(place, ['start']);
    expect(start).toMatchObject({ code: 1 });
    expect(start.err).toMatch(
      /is of PostgreSQL 16, this Kept brings \d+: move it over with `npx --no kept upgrade`/,
    );
    const upgrade = await kept(place, ['upgrade']);
    expect(upgrade.err).toMatch(/programs of PostgreSQL 16 are needed: .*--binaries FOLDER/);
    expect(await readFile(join(cluster, 'PG_VERSION'), 'utf8')).toBe('16\n');
  },
  LOADED_MS,
);
