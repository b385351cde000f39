/**
 * A PostgreSQL that is not the embedded one, by DATABASE_URL: the system's own, of the oldest major that there is from 15
 * on, else the npm package of 17. Its owner is no superuser and may make no roles; passwords are really asked for.
 */
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type pg from 'pg';
import { expect, test } from 'vitest';
import { binariesIn } from '../../src/processes/postgres/binaries.ts';
import { spawnFastEngine } from '../support/fast-engine.ts';
import { NODE, ROOT, runCommand, StartFailed, startKept } from '../support/instance.ts';
import { installOlder, OLDER, systemPostgres } from '../support/older-postgres.ts';
import { type ServerOptions, startPostgres, type TestPostgres } from '../support/postgres.ts';
import { connect } from './walled.ts';

const HBA = 'local all kept trust\nlocal all all scram-sha-256\n';

async function otherPrograms(root: string): Promise<ServerOptions | null> {
  const system = systemPostgres();
  if (system !== null) return { programs: system, hba: HBA };
  const native = await installOlder(root);
  if (native === null) return null;
  const { initdb, env } = binariesIn(native, path.join(root, 'links'));
  return { programs: path.dirname(initdb), env, hba: HBA };
}

async function owned(postgres: TestPostgres): Promise<{ url: string; superuser: pg.Client }> {
  const address = await postgres.database();
  const superuser = await connect(address);
  const password = randomBytes(16).toString('hex');
  await superuser.query(`create role landlord login password '${password}'`);
  const { rows } = await superuser.query('select current_database() as name');
  await superuser.query(`alter database ${rows[0].name} owner to landlord`);
  return { url: address.replace('kept@', `landlord:${password}@`), superuser };
}

test('Kept is refused with what to do, then works on it as on its own', async (context) => {
  const root = await mkdtemp(path.join(tmpdir(), 'kept-other-'));
  await chmod(root, 0o755);
  const programs = await otherPrograms(root);
  if (programs === null) {
    console.log(
      `No PostgreSQL of this system, and ${OLDER} cannot be fetched: another server was not tried.`,
    );
    return context.skip();
  }
  const [postgres, engine] = await Promise.all([startPostgres(programs), spawnFastEngine()]);
  const { url, superuser } = await owned(postgres);
  const dataFolder = path.join(root, 'data');
  const start = () => startKept({ dataFolder, engineUrl: engine.url, env: { DATABASE_URL: url } });
  try {
    const { rows } = await superuser.query('show server_version');
    console.log(`Tried on PostgreSQL ${rows[0].server_version}.`);
    const refused = await start().catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(StartFailed);
    expect((refused as StartFailed).stderr).toContain('`npx --no kept database sql`');

    const env = {
      PATH: `${path.dirname(NODE)}:${process.env.PATH}`,
      KEPT_DATA: dataFolder,
      DATABASE_URL: url,
    };
    const sql = await runCommand(path.join(ROOT, 'src/main.ts'), ['database', 'sql'], env, '');
    expect(sql).toMatchObject({ code: 0, stderr: '' });
    await superuser.query(sql.stdout);

    const kept = await start();
    try {
      const { key, email, keyId } = await kept.account();
      const asked = await fetch(`${kept.apiUrl}/v1/chat/completions`, {
        method: 'POST',
        headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
        body: JSON.stringify({ model: 'fast', messages: [{ role: 'user', content: 'hello' }] }),
      });
      expect(asked.status).toBe(200);
      const json = async (...args: string[]) => {
        const { stdout, stderr, code } = await kept.kept([...args, '--json']);
        expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
        return JSON.parse(stdout);
      };
      expect((await json('usage', '--account', email)).totals.requests).toBe(1);
      const who = await superuser.query<{ who: string }>(
        `select distinct usename::text as who from pg_stat_activity
         where datname = current_database() and pid <> pg_backend_pid()`,
      );
      expect(
        who.rows.every((row) => /^kept_login_[0-9a-f]{12}_(system|sign_in|request)$/.test(row.who)),
      ).toBe(true);
      const checks = (await json('doctor')).checks as { name: string; state: string; message: string }[];
      expect(checks.filter(({ state }) => state === 'problem')).toEqual([]);
      expect(checks.find(({ name }) => name === 'database walls')?.state).toBe('ok');

      await superuser.query('alter table account disable row level security');
      const { code, stdout } = await kept.kept(['doctor']);
      expect({ code, stdout }).toMatchObject({
        code: 1,
        stdout: expect.stringContaining('database walls: public.account has no row security.'),
      });
      const archive = path.join(root, 'export.zip');
      await json('export', '--account', email, '--output', archive);
      expect(existsSync(archive)).toBe(true);
      const backup = path.join(root, 'backup');
      await json('backup', backup);
      expect(existsSync(`${backup}.keys`)).toBe(true);
      expect((await json('erase', '--account', email, '--now')).state).toBe('done');
      const left = await superuser.query('select 1 from api_key where id = $1', [keyId.slice(4)]);
      expect(left.rows).toEqual([]);
    } finally {
      await kept.stop();
    }
  } finally {
    await superuser.end();
    await Promise.all([postgres.stop(), engine.stop()]);
    await rm(root, { recursive: true, force: true });
  }
}, 180_000);
