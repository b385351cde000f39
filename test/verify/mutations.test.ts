/**
 * The checks are checked: each promise is broken in a copy of the source or in a running database, and its check has to
 * turn red. That it is green without is what `instance.test.ts` shows. `npm test` takes a few, others each time.
 */
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Standing } from '../../src/control/verification.ts';
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
async function seenAfter({ clause, patches = [], sql, commands = [], args, config }: Mutation) {
  let copy: SourceCopy | undefined;
  let kept: Instance | undefined;
  const url = await postgres.database();
  // What is looked for in files lies with the embedded database; all else is quicker without.
  const isInFiles = clause === 'INFER-1';
  try {
    copy = patches.length > 0 ? copySource(patches) : undefined;
    kept = await startKept({
      ...(config === undefined && { engineUrl: engine.url }),
      ...(copy && { root: copy.root }),
      ...(args && { args }),
      ...(config && { config }),
      ...(!isInFiles && { env: { DATABASE_URL: url } }),
    });
    for (const command of commands) {
      const ran = await kept.kept(command.map((word) => word.replace('{email}', 'mutated@example.org')));
      if (ran.code !== 0) throw new Error(ran.stderr);
    }
    if (sql !== undefined) await run(url, sql);
    const { stdout, code } = await kept.kept(['verify', '--clause', clause, '--json']);
    const { clauses } = JSON.parse(stdout) as Standing;
    return { code, verdict: clauses[0]?.verdict, reason: clauses[0]?.reason };
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

test.each(chosen)('$clause turns red: $what', async (mutation) => {
  const seen = await seenAfter(mutation);
  console.log(`${mutation.clause} ${mutation.what}: ${seen.reason}`);
  expect(seen).toMatchObject({ verdict: 'broken', code: 1 });
  expect(seen.reason).not.toContain('could not be looked at');
});
