/**
 * A fresh instance looks at itself: nothing is broken, and what is not switched on or not built is said. Then somebody
 * breaks it by hand, and command, page, figures, badge and mail say so, until it is mended.
 */
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readClauses } from '../../src/control/policy/index.ts';
import type { ShownStanding } from '../../src/control/verification/explanations.ts';
import type { Standing } from '../../src/control/verification/index.ts';
import { spawnFastEngine } from '../support/fast-engine.ts';
import { type Instance, startKept } from '../support/instance.ts';
import { startPostgres, type TestPostgres } from '../support/postgres.ts';
import { visibleText } from '../support/visible-text.ts';

let postgres: TestPostgres;
let engine: Awaited<ReturnType<typeof spawnFastEngine>>;
let kept: Instance;
let database: pg.Client;

beforeAll(async () => {
  [postgres, engine] = await Promise.all([startPostgres(), spawnFastEngine()]);
  const url = await postgres.database();
  kept = await startKept({ engineUrl: engine.url, env: { DATABASE_URL: url } });
  database = new pg.Client({ connectionString: url });
  await database.connect();
}, 120_000);
afterAll(async () => {
  await database?.end();
  await kept?.stop();
  await engine?.stop();
  await postgres?.stop();
});

async function verify(...args: string[]): Promise<{ code: number | null; standing: Standing }> {
  const { code, stdout, stderr } = await kept.kept(['verify', '--json', ...args]);
  if (stdout === '') throw new Error(stderr);
  return { code, standing: JSON.parse(stdout) as Standing };
}
const page = async () => visibleText(await (await fetch(`${kept.siteUrl}/privacy/promises`)).text());

test('on a fresh instance nothing is broken, and what is off says what is missing', async () => {
  const { code, standing } = await verify();
  expect(standing.clauses.filter(({ verdict }) => verdict === 'broken' || verdict === null)).toEqual([]);
  expect(code).toBe(0);
  expect(standing.clauses).toHaveLength(67);
  await expect(listed(standing)).toMatchFileSnapshot('../../docs/clauses.md');
  expect(standing.clauses.find(({ id }) => id === 'CONTACT-1')).toMatchObject({
    verdict: 'off',
    reason: expect.stringContaining('controller.contact'),
  });
  expect(await page()).toContain('kept');
  const json = (await (await fetch(`${kept.siteUrl}/api/promises`)).json()) as Standing;
  expect(json.clauses.map(({ id, verdict }) => [id, verdict])).toEqual(
    standing.clauses.map(({ id, verdict }) => [id, verdict]),
  );
});

test('one clause alone, an unknown one, and two at once', async () => {
  const { standing } = await verify('--clause', 'EU-1');
  expect(standing.clauses.map(({ id, verdict }) => [id, verdict])).toEqual([['EU-1', 'kept']]);
  const unknown = await kept.kept(['verify', '--clause', 'EU-99']);
  expect(unknown.code).toBe(1);
  expect(unknown.stderr).toContain('There is no clause EU-99');
  const both = await Promise.all([verify('--clause', 'INFER-2'), verify('--clause', 'INFER-2')]);
  expect(both.map(({ code }) => code)).toEqual([0, 0]);
}, 60_000);

/** What docs/clauses.md says; nothing in it changes from one instance to the next. */
function listed({ clauses }: Standing): string {
  const of = (verdict: string) => clauses.filter((clause) => clause.verdict === verdict).length;
  const promises = new Map(readClauses('prepaid').map(({ id, promise }) => [id, promise]));
  const how = ({ verdict, reason, checks }: Standing['clauses'][number]) =>
    verdict === 'kept'
      ? checks.map(({ id }) => `\`${id}\``).join(', ')
      : verdict === 'off'
        ? checks
            .filter((each) => each.verdict === 'off')
            .map(({ observed }) => observed)
            .join(' ')
        : reason;
  return [
    '# Clauses of the policy, on a fresh instance',
    '',
    'What `npx --no kept verify` says of an instance that was just started (`npx vitest run test/verify -u`). [Verification](verification.md) tells how it looks.',
    '',
    `${of('kept')} kept, ${of('broken')} broken, ${of('off')} off (built, and not switched on by this operator), ${of('not-built')} not built (no program looks at them yet).`,
    '',
    '| clause | promise | verdict | looked at by, or what is missing |',
    '|---|---|---|---|',
    ...clauses.map(
      (clause) =>
        `| ${clause.id} | ${promises.get(clause.id)} | ${clause.verdict === 'not-built' ? 'not built' : clause.verdict} | ${how(clause)} |`,
    ),
    '',
  ].join('\n');
}

interface Break {
  readonly clause: string;
  readonly how: string;
  readonly by: string;
  readonly mend: string;
  readonly seen: RegExp;
}

const BREAKS: readonly Break[] = [
  {
    clause: 'RETAIN-1',
    how: 'a row past its end',
    by: `insert into drp_message (message_hash, expires_at) values (decode(repeat('ab', 32), 'hex'), now() - interval '90 days')`,
    mend: 'delete from drp_message',
    seen: /drp_message has 1 past their end/,
  },
  {
    clause: 'SECURE-3',
    how: 'a name that is not sealed',
    by: `create table kept_name as select id, name from person limit 1; update person set name = convert_to('Ada Lovelace, London, England, Europe', 'UTF8') where id = (select id from kept_name)`,
    mend: 'update person p set name = k.name from kept_name k where k.id = p.id; drop table kept_name',
    seen: /person\.name holds 1 values that are not sealed/,
  },
  {
    clause: 'STATE-9',
    how: 'a database that takes an appeal decided by who decided first',
    by: 'alter table privacy_request drop constraint privacy_request_other_eyes',
    mend: 'alter table privacy_request add constraint privacy_request_other_eyes check (appeal_decided_by <> decided_by)',
    seen: /The database would take an appeal/,
  },
  {
    clause: 'DISCLOSE-1',
    how: 'a role of statistics that may read people',
    by: 'grant select on person to kept_statistics',
    mend: 'revoke select on person from kept_statistics',
    seen: /person/,
  },
];

describe('broken by hand', () => {
  test.each(BREAKS)('$clause: $how', async ({ clause, by, mend, seen }) => {
    await database.query(by);
    const { code, standing } = await verify('--clause', clause);
    expect(code).toBe(1);
    expect(standing.clauses).toMatchObject([
      { id: clause, verdict: 'broken', reason: expect.stringMatching(seen) },
    ]);
    expect(await kept.metrics()).toMatch(/kept_promises\{verdict="broken"\} [1-9]/);
    expect(await page()).toMatch(seen);
    expect(await (await fetch(`${kept.siteUrl}/api/promises/badge.svg`)).text()).toContain('broken');
    expect(kept.stdout() + kept.stderr()).toContain(`"event":"promise_broken"`);
    await database.query(mend);
    expect(await verify('--clause', clause)).toMatchObject({
      code: 0,
      standing: { clauses: [{ verdict: 'kept' }] },
    });
    expect(await kept.metrics()).toContain('kept_promises{verdict="broken"} 0');
  });
});

test('what is broken can be explained, and stays broken; what is not broken cannot', async () => {
  const words = 'A clean-up stood still over night; <b>we</b> have started it again.';
  const [{ by, mend, clause }] = BREAKS as [Break];
  const explain = (...args: string[]) => kept.kept(['explain', ...args]);
  const shown = async () => {
    const answers = await Promise.all(
      ['/privacy/promises', `/privacy/promises/${clause}`].map((path) => fetch(kept.siteUrl + path)),
    );
    const pages = await Promise.all(answers.map((answer) => answer.text()));
    const json = (await (await fetch(`${kept.siteUrl}/api/promises`)).json()) as ShownStanding;
    const { verdict, explanation } = json.clauses.find(({ id }) => id === clause) ?? {};
    return { onPages: pages.every((text) => visibleText(text).includes(words)), verdict, explanation };
  };
  await verify('--clause', clause);
  expect((await explain(clause, words)).stderr).toContain('is not broken now');
  expect((await explain('EU-99', words)).stderr).toContain('There is no clause EU-99');
  await database.query(by);
  await verify('--clause', clause);
  for (const [wrong, ...more] of [[''], ['a\u0007b'], ['x'.repeat(501)], [words, '--days', '91']])
    expect((await explain(clause, wrong ?? '', ...more)).code, wrong).toBe(1);
  expect(await shown()).toEqual({ onPages: false, verdict: 'broken', explanation: null });
  expect((await explain(clause, words)).code).toBe(0);
  expect(await shown()).toMatchObject({ onPages: true, verdict: 'broken', explanation: { words } });
  const { rows } = await database.query("select open from record_entry where kind = 'publication'");
  expect(JSON.stringify(rows)).toContain('explanation');
  await database.query(mend);
  await verify('--clause', clause);
  expect(await shown()).toEqual({ onPages: false, verdict: 'kept', explanation: null });
}, 60_000);
