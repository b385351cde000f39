/**
 * The checks are checked: each promise is broken in a copy of the source or in a running database, and its check has to
 * turn red, and green again where it is mended. That it is green without is what `instance.test.ts` shows. `npm test` takes a few,
 * others each time; `npm run mutations` takes all that are not in the committed matrix as they stand, and writes it.
 */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Killed, readMutations } from '../../src/control/policy/index.ts';
import type { Standing } from '../../src/control/verification/index.ts';
import { hashOfChecks, hashOfMutation, MATRIX } from '../../src/processes/policy-check/matrix.ts';
import { Chance } from '../faults/random.ts';
import { spawnFastEngine } from '../support/fast-engine.ts';
import { type Instance, ROOT, startKept } from '../support/instance.ts';
import { startPostgres, type TestPostgres } from '../support/postgres.ts';
import { copySource, type SourceCopy } from '../support/source-copy.ts';
import { MUTATIONS, type Mutation, nameOf } from './mutations/index.ts';

/** Of those with an instance of their own, and of those in the rows of one that they share. */
const SHARES = { own: 1, rows: 4 };
const isWriting = process.env.KEPT_MUTATIONS === 'write';
const isWhole = process.env.KEPT_TEST_ALL !== undefined;
const seed = Number(process.env.KEPT_TEST_SEED ?? Date.now() % 2 ** 31);

const known = new Map(readMutations().map((each) => [nameOf(each), each]));
const isCurrent = (mutation: Mutation): boolean => {
  const before = known.get(nameOf(mutation));
  return (
    before !== undefined &&
    before.mutation === hashOfMutation(mutation) &&
    before.checks === hashOfChecks(ROOT, before.by)
  );
};
const inRows = (mutation: Mutation): boolean => mutation.mend !== undefined;
const chosen = choose();
if (!isWhole && !isWriting)
  console.log(
    `Mutations: ${chosen.length} of ${MUTATIONS.length}, KEPT_TEST_SEED=${seed} (KEPT_TEST_ALL=1 takes them all)`,
  );

function choose(): readonly Mutation[] {
  if (isWriting) return MUTATIONS.filter((mutation) => !isCurrent(mutation));
  if (isWhole) return MUTATIONS;
  const chance = new Chance(seed);
  const some = (all: readonly Mutation[], share: number) => {
    const first = chance.whole(0, all.length - 1);
    return [...all, ...all].slice(first, first + share);
  };
  return [
    ...some(
      MUTATIONS.filter((each) => !inRows(each)),
      SHARES.own,
    ),
    ...some(MUTATIONS.filter(inRows), SHARES.rows),
  ];
}

let postgres: TestPostgres;
let engine: Awaited<ReturnType<typeof spawnFastEngine>>;
beforeAll(async () => {
  [postgres, engine] = await Promise.all([startPostgres(), spawnFastEngine()]);
}, 60_000);
afterAll(async () => {
  await engine?.stop();
  await postgres?.stop();
});

interface Seen {
  readonly code: number | null;
  readonly verdict: string | null | undefined;
  readonly reason: string;
  readonly by: readonly string[];
}

async function look(kept: Instance, clause: string): Promise<Seen> {
  const { stdout, stderr, code } = await kept.kept(['verify', '--clause', clause, '--json']);
  if (stdout === '') throw new Error(stderr);
  const [seen] = (JSON.parse(stdout) as Standing).clauses;
  const by = (seen?.checks ?? []).flatMap(({ id, verdict }) => (verdict === 'broken' ? [id] : []));
  return { code, verdict: seen?.verdict, reason: seen?.reason ?? '', by };
}

async function run(connectionString: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  await client.query(sql).finally(() => client.end());
}

async function ran(kept: Instance, command: readonly string[]): Promise<void> {
  const { code, stderr } = await kept.kept(
    command.map((word) => word.replace('{email}', 'mutated@example.org')),
  );
  if (code !== 0) throw new Error(stderr);
}

/** What a check says on an instance of its own that runs what was changed. */
async function seenOnItsOwn({
  clause,
  patches = [],
  sql,
  commands = [],
  args,
  env,
  config,
}: Mutation): Promise<Seen> {
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
      ...(config && { config }),
      env: { ...(!isInFiles && { DATABASE_URL: url }), ...env },
    });
    for (const command of commands) await ran(kept, command);
    if (sql !== undefined) await run(url, sql);
    return await look(kept, clause);
  } finally {
    await kept?.stop().catch(() => {});
    copy?.remove();
  }
}

function noticed(mutation: Mutation, seen: Seen, ms: number): void {
  if (!isWhole) console.log(`${nameOf(mutation)}: ${seen.reason}`);
  expect(seen).toMatchObject({ verdict: 'broken', code: 1 });
  expect(seen.reason).not.toContain('could not be looked at');
  if (isWriting) write(mutation, seen, ms);
}

/** After each, so that what was done is not done again. */
function write(mutation: Mutation, { by }: Seen, ms: number): void {
  const { clause, what } = mutation;
  const entry = {
    clause,
    what,
    by: [...by],
    mutation: hashOfMutation(mutation),
    checks: hashOfChecks(ROOT, by),
    ms,
  };
  known.set(nameOf(mutation), entry satisfies Killed);
  const matrix = MUTATIONS.flatMap((each) => known.get(nameOf(each)) ?? []);
  const lines = matrix.map((each) => `  ${JSON.stringify(each)}`).join(',\n');
  writeFileSync(path.join(ROOT, MATRIX), `[\n${lines}\n]\n`);
}

const own = chosen.filter((mutation) => !inRows(mutation));
describe.runIf(own.length > 0)('in the source', () => {
  test.each(own)('$clause turns red: $what', async (mutation) => {
    const begun = performance.now();
    const seen = await seenOnItsOwn(mutation);
    noticed(mutation, seen, Math.round(performance.now() - begun));
  });
});

/** On a table that changes under it each connection fails once, so those come last. */
const altering = ({ sql = '' }: Mutation): number => (sql.includes('alter table') ? 1 : 0);
const shared = chosen.filter(inRows).sort((one, two) => altering(one) - altering(two));
describe.runIf(shared.length > 0)('in the rows', () => {
  let kept: Instance;
  let url: string;
  beforeAll(async () => {
    url = await postgres.database();
    kept = await startKept({ engineUrl: engine.url, env: { DATABASE_URL: url } });
    await ran(kept, ['account', 'create', '--email', '{email}', '--name', 'Ada Lovelace']);
    await ran(kept, [
      'consent',
      'give',
      '--account',
      '{email}',
      '--purpose',
      'engines_that_train',
      '--reason',
      'asked',
    ]);
  }, 120_000);
  afterAll(() => kept?.stop());

  test.each(shared)('$clause turns red, and green again: $what', async (mutation) => {
    const begun = performance.now();
    await run(url, mutation.sql ?? '');
    const seen = await look(kept, mutation.clause).finally(() => run(url, mutation.mend ?? ''));
    const after = await look(kept, mutation.clause);
    expect(after.verdict, after.reason).not.toBe('broken');
    noticed(mutation, seen, Math.round(performance.now() - begun));
  });
});

test('the committed matrix is of these mutations, and docs/mutations.md shows it', async () => {
  const matrix = isWriting ? [...known.values()] : readMutations();
  const names = new Set(MUTATIONS.map(nameOf));
  expect(matrix.map(nameOf).filter((name) => !names.has(name))).toEqual([]);
  if (!isWriting)
    expect(MUTATIONS.filter((mutation) => !isCurrent(mutation)).map(nameOf), 'run npm run mutations').toEqual(
      [],
    );
  await expect(pageOf(matrix)).toMatchFileSnapshot('../../docs/mutations.md');
});

function pageOf(matrix: readonly Killed[]): string {
  const seconds = Math.round(matrix.reduce((sum, { ms }) => sum + ms, 0) / 1000);
  return [
    '# Mutations',
    '',
    `What happens to a check when its promise is broken: a control taken out or bypassed in a copy of the source that runs, or a running database changed by hand and mended again (\`npm run mutations\`, which goes on where it was left). [Verification](verification.md) tells of the checks. ${matrix.length} mutations, all noticed; ${seconds} seconds in all on a machine with two cores that did other things besides.`,
    '',
    '| clause | broken by | noticed by |',
    '|---|---|---|',
    ...MUTATIONS.flatMap((mutation) => {
      const by = matrix.find((each) => nameOf(each) === nameOf(mutation))?.by;
      return by === undefined
        ? []
        : [`| ${mutation.clause} | ${mutation.what} | ${by.map((id) => `\`${id}\``).join(', ')} |`];
    }),
    '',
  ].join('\n');
}
