/**
 * The checks are checked: each promise is broken in a copy of the source or in a running database, and its check has to
 * turn red. That it is green without is what `instance.test.ts` shows. `npm test` takes a few, others each time.
 */
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Standing } from '../../src/control/verification/index.ts';
import { CHECKS } from '../../src/verify/checks/index.ts';
import { Chance } from '../faults/random.ts';
import { spawnFastEngine } from '../support/fast-engine.ts';
import { type Instance, startKept } from '../support/instance.ts';
import { startPostgres, type TestPostgres } from '../support/postgres.ts';
import { copySource, type SourceCopy } from '../support/source-copy.ts';
import { MUTATIONS, type Mutation } from './mutations.ts';

const SHARE = 2;
const isWhole = process.env.KEPT_TEST_ALL !== undefined;
const seed = Number(process.env.KEPT_TEST_SEED ?? Date.now() % 2 ** 31);
const first = new Chance(seed).whole(0, MUTATIONS.length - 1);
const chosen = isWhole ? MUTATIONS : [...MUTATIONS, ...MUTATIONS].slice(first, first + SHARE);
if (!isWhole)
  console.log(
    `Mutations: ${SHARE} of ${MUTATIONS.length}, KEPT_TEST_SEED=${seed} (KEPT_TEST_ALL=1 takes them all)`,
  );

let postgres: TestPostgres;
let engine: Awaited<ReturnType<typeof spawnFastEngine>>;
beforeAll(async () => {
  [postgres, engine] = await Promise.all([startPostgres(), spawnFastEngine()]);
}, 60_000);
afterAll(async () => {
  await engine?.stop();
  await postgres?.stop();
});

/** What a check says after the mutation: red, or what it saw. */
async function seenAfter({ clause, patches = [], sql, commands = [], args }: Mutation) {
  let copy: SourceCopy | undefined;
  let kept: Instance | undefined;
  const url = await postgres.database();
  // What is looked for in files lies with the embedded database; all else is quicker without.
  const isInFiles = clause === 'INFER-1';
  try {
    copy = patches.length > 0 ? copySource(patches) : undefined;
    kept = await startKept({
      engineUrl: engine.url,
      ...(copy && { root: copy.root }),
      ...(args && { args }),
      ...(!isInFiles && { env: { DATABASE_URL: url } }),
    });
    for (const command of commands) {
      const ran = await kept.kept(command.map((word) => word.replace('{email}', 'mutated@example.org')));
      if (ran.code !== 0) throw new Error(ran.stderr);
    }
    if (sql !== undefined) await run(url, sql);
    const { stdout, code } = await kept.kept(['verify', '--clause', clause, '--json']);
    const { clauses } = JSON.parse(stdout) as Standing;
    const [clauseSeen] = clauses;
    const by = (clauseSeen?.checks ?? []).flatMap((check) =>
      check.verdict === 'broken' ? [`\`${check.id}\``] : [],
    );
    return { code, verdict: clauseSeen?.verdict, reason: clauseSeen?.reason, by: by.join(', ') };
  } finally {
    await kept?.stop().catch(() => {});
    copy?.remove();
  }
}

async function run(connectionString: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  await client.query(sql).finally(() => client.end());
}

const red = new Map<Mutation, string>();

test.each(chosen)('$clause turns red: $what', async (mutation) => {
  const seen = await seenAfter(mutation);
  console.log(`${mutation.clause} ${mutation.what}: ${seen.reason}`);
  expect(seen).toMatchObject({ verdict: 'broken', code: 1 });
  expect(seen.reason).not.toContain('could not be looked at');
  red.set(mutation, seen.by);
});

test.runIf(isWhole)('the matrix is that of docs/mutations.md', async () => {
  await expect(matrix()).toMatchFileSnapshot('../../docs/mutations.md');
});

function matrix(): string {
  const cell = (mutation: Mutation) => (red.has(mutation) ? `red, by ${red.get(mutation)}` : 'SURVIVED');
  const looked = [...new Set(CHECKS.flatMap(({ clauses }) => clauses))];
  const without = looked.filter((clause) => !MUTATIONS.some((mutation) => mutation.clause === clause));
  return [
    '# Mutations',
    '',
    'What happens to a check when its promise is broken: a control taken out or bypassed in a copy of the source that runs, or a running database changed by hand (`KEPT_TEST_ALL=1 npx vitest run test/verify/mutations.test.ts -u`). [Verification](verification.md) tells of the checks.',
    '',
    '| clause | broken by | its check |',
    '|---|---|---|',
    ...MUTATIONS.map((mutation) => `| ${mutation.clause} | ${mutation.what} | ${cell(mutation)} |`),
    '',
    `Clauses that a check looks at and no mutation breaks yet: ${without.join(', ')}.`,
    '',
  ].join('\n');
}
