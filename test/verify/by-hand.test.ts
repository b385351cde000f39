/**
 * A running instance that somebody broke in five ways: a gateway without its walls, a row past its end, a name that lies open in a
 * table, a cookie in no list, a connection to somebody who is not declared. Command, page, figures, badge and mail tell of each.
 */
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Standing } from '../../src/control/verification/index.ts';
import { type MailServer, startMailServer } from '../sign-in/mail-server.ts';
import { spawnFastEngine } from '../support/fast-engine.ts';
import { type Instance, startKept } from '../support/instance.ts';
import { startPostgres, type TestPostgres } from '../support/postgres.ts';
import { copySource, type SourceCopy } from '../support/source-copy.ts';
import { visibleText } from '../support/visible-text.ts';
import { MUTATIONS } from './mutations/index.ts';

const mutation = (what: string) => {
  const found = MUTATIONS.find((each) => each.what === what);
  if (found === undefined) throw new Error(`no mutation: ${what}`);
  return found;
};
const IN_SOURCE = [
  'a gateway that the kernel lets write files',
  'a cookie that is in no list',
  'control connects to a place that nobody declared',
].map(mutation);
const IN_ROWS = ['a row past its end', 'a name that is not sealed'].map(mutation);
const BROKEN = ['INFER-1', 'COLLECT-7', 'DISCLOSE-2', 'RETAIN-1', 'SECURE-3'];

let postgres: TestPostgres;
let engine: Awaited<ReturnType<typeof spawnFastEngine>>;
let mail: MailServer;
let copy: SourceCopy;
let kept: Instance;
let url: string;

beforeAll(async () => {
  [postgres, engine, mail] = await Promise.all([startPostgres(), spawnFastEngine(), startMailServer()]);
  url = await postgres.database();
  copy = copySource(IN_SOURCE.flatMap(({ patches = [] }) => patches));
  kept = await startKept({
    engineUrl: engine.url,
    root: copy.root,
    args: ['--allow-unconfined'],
    env: { DATABASE_URL: url, SMTP_URL: mail.url },
  });
  for (const [email, more] of [
    ['ada@example.org', []],
    ['officer@example.org', ['--staff', 'privacy']],
  ] as const)
    await kept.kept(['account', 'create', '--email', email, '--name', 'Ada Lovelace', ...more]);
}, 120_000);
afterAll(async () => {
  // That control was refused a connection is one of the five.
  await kept?.stop().catch(() => {});
  copy?.remove();
  await mail?.stop();
  await engine?.stop();
  await postgres?.stop();
});

async function inDatabase(sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(sql).finally(() => client.end());
}

test('five promises are broken, and command, page, figures, badge and mail say so', async () => {
  for (const { sql = '' } of IN_ROWS) await inDatabase(sql);
  const { code, stdout } = await kept.kept(['verify', '--json', '--clause', ...BROKEN]);
  expect(code).toBe(1);
  const { clauses } = JSON.parse(stdout) as Standing;
  expect(clauses.map(({ id, verdict }) => [id, verdict])).toEqual(
    expect.arrayContaining(BROKEN.map((id) => [id, 'broken'])),
  );
  expect(clauses.every(({ reason }) => !reason.includes('could not be looked at'))).toBe(true);
  const page = visibleText(await (await fetch(`${kept.siteUrl}/privacy/promises`)).text());
  for (const seen of [
    /may write files/,
    /sets a cookie that is in no list/,
    /that nobody declared/,
    /past their end/,
    /not sealed/,
  ])
    expect(page).toMatch(seen);
  for (const id of BROKEN) {
    const own = await fetch(`${kept.siteUrl}/privacy/promises/${id}`);
    expect(visibleText(await own.text())).toContain('broken');
  }
  let told = '';
  // An invitation comes before it.
  while (!told.includes('INFER-1')) told += (await mail.next('officer@example.org')).text ?? '';
  const [, broken = '0'] = /kept_promises\{verdict="broken"\} (\d+)/.exec(await kept.metrics()) ?? [];
  expect(Number(broken)).toBeGreaterThanOrEqual(BROKEN.length);
  expect(await (await fetch(`${kept.siteUrl}/api/promises/badge.svg`)).text()).toContain(' broken');
  expect(BROKEN.filter((id) => told.includes(id))).toEqual(BROKEN);
}, 60_000);

test('mended in the rows, they are kept again; what the source lacks stays broken', async () => {
  for (const { mend = '' } of IN_ROWS) await inDatabase(mend);
  const { code, stdout } = await kept.kept([
    'verify',
    '--json',
    '--clause',
    'RETAIN-1',
    'SECURE-3',
    'COLLECT-7',
  ]);
  const { clauses } = JSON.parse(stdout) as Standing;
  expect(code).toBe(1);
  expect(Object.fromEntries(clauses.map(({ id, verdict }) => [id, verdict]))).toEqual({
    'RETAIN-1': 'kept',
    'SECURE-3': 'kept',
    'COLLECT-7': 'broken',
  });
}, 60_000);
