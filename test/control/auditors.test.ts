/** What an auditor does: takes openings, counts them, and checks them against the published record, without Kept running. */
import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { tilePath, widthAt } from '../../src/record/tiles.ts';
import { startTestControl, type TestControl } from '../support/control.ts';
import { startPostgres, type TestPostgres } from '../support/postgres.ts';

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url));

let postgres: TestPostgres;
let control: TestControl;
/** A copy of what /record/ serves. */
let copy: string;
let published: number;
let counts: Record<string, number>;
const work = mkdtempSync(join(tmpdir(), 'kept-audit-'));

interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

function kept(words: string[], ledger = control.settings.ledgerFolder): Promise<Ran> {
  const env = { ...process.env, KEPT_DATA: work, KEPT_LEDGER: ledger };
  return new Promise((resolve) => {
    execFile(process.execPath, [MAIN, ...words], { env, maxBuffer: 1e8 }, (error, out, err) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : error === null ? 0 : -1, out, err });
    });
  });
}

/** Mirrors the record as a stranger can: its checkpoint, and every tile of that size. */
async function mirror(folder: string): Promise<number> {
  const fetched = async (name: string): Promise<Buffer> => {
    const answer = await fetch(`http://127.0.0.1:${control.settings.sitePort}/record/${name}`);
    expect([name, answer.status]).toEqual([name, 200]);
    const bytes = Buffer.from(await answer.arrayBuffer());
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), bytes);
    return bytes;
  };
  const size = Number((await fetched('checkpoint')).toString().split('\n')[1]);
  await fetched('verifier-key');
  for (const level of ['entries', 0, 1, 2] as const) {
    for (let index = 0; widthAt(size, level, index) > 0; index += 1) {
      await fetched(tilePath(level, index, widthAt(size, level, index)));
    }
  }
  return size;
}

beforeAll(async () => {
  postgres = await startPostgres();
  control = await startTestControl(postgres);
  for (let n = 0; n < 3; n += 1) await control.customer();
  const erased = await control.admin('POST', '/accounts/customer1%40example.org/erase', { when: 'now' });
  writeFileSync(join(work, 'receipt'), erased.body.receipt);
  // Published at the next start, with everything before it.
  await control.stop();
  await control.start();
  await vi.waitFor(
    async () => expect((await control.admin('GET', '/facts')).body.record.published).toBe(128),
    20_000,
  );
  copy = join(work, 'copy');
  published = await mirror(copy);
  await control.stop();
  const rows = await control.sql<{ kind: string; count: number }>(
    'select kind, count(*)::int from record_entry group by kind',
  );
  counts = Object.fromEntries(rows.map(({ kind, count }) => [kind, count]));
}, 120_000);

afterAll(async () => {
  await control.end();
  await postgres.stop();
  rmSync(work, { recursive: true });
});

test('openings: of every entry what recomputes it, and counts that are those of the acts; nothing of their content', async () => {
  const [lines, counted, some] = await Promise.all([
    kept(['record', 'openings']),
    kept(['record', 'openings', '--counts', '--json']),
    kept(['record', 'openings', '--kind', 'credit_change', 'erasure_done', '--from', '2020-01-01']),
  ]);
  expect([lines.code, lines.err]).toEqual([0, '']);
  const all = lines.out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(Object.keys(all[0]).sort()).toEqual(['at', 'content_hash', 'index', 'kind', 'role', 'salt1']);
  expect(all.map(({ index }) => index)).toEqual(all.map((_, at) => at));
  const { padding, ...kinds } = JSON.parse(counted.out).kinds;
  expect(kinds).toEqual(counts);
  expect(padding).toBe(all.length - Object.values(counts).reduce((sum, count) => sum + count, 0));
  expect(some.out.trim().split('\n')).toHaveLength(3 + 1);
  writeFileSync(join(work, 'openings'), lines.out);
  expect(lines.out).not.toContain('customer');
}, 60_000);

test('checked offline against a copy of what is published: they fit, and a change is named by its index', async () => {
  const given = readFileSync(join(work, 'openings'), 'utf8').trim().split('\n').slice(0, published);
  const file = (name: string, lines: readonly string[]): string => {
    writeFileSync(join(work, name), `${lines.join('\n')}\n`);
    return join(work, name);
  };
  const nowhere = join(work, 'nowhere');
  const verify = (openings: string, log = copy) =>
    kept(
      [
        'record',
        'verify',
        '--json',
        '--key',
        join(copy, 'verifier-key'),
        '--log',
        log,
        '--openings',
        openings,
      ],
      nowhere,
    );
  const at = given.findIndex((line) => JSON.parse(line).kind === 'credit_change');
  const changed = given.with(at, (given[at] as string).replace('credit_change', 'export'));
  const torn = join(work, 'torn');
  cpSync(copy, torn, { recursive: true });
  const bundle = join(torn, tilePath('entries', 0, widthAt(published, 'entries', 0)));
  const bytes = readFileSync(bundle);
  bytes[2 + 34 * 5] = (bytes[2 + 34 * 5] as number) ^ 1;
  writeFileSync(bundle, bytes);
  const [whole, altered, subset, damaged, nonsense] = await Promise.all([
    verify(file('given', given)),
    verify(file('changed', changed)),
    verify(
      file(
        'subset',
        given.filter((_, index) => index % 7 === 0),
      ),
    ),
    verify(file('again', given), torn),
    verify(file('nonsense', [given[0] as string, '{"index":1}'])),
  ]);
  const { credit_change, role_change } = counts;
  expect([whole.code, JSON.parse(whole.out)]).toMatchObject([
    0,
    { ok: true, size: published, kinds: { credit_change, role_change } },
  ]);
  expect([altered.code, JSON.parse(altered.out)]).toMatchObject([
    1,
    { ok: false, what: 'opening', index: at },
  ]);
  expect(subset.code).toBe(0);
  expect([damaged.code, JSON.parse(damaged.out)]).toMatchObject([1, { ok: false, what: 'entry', index: 5 }]);
  expect([nonsense.code, nonsense.out]).toEqual([1, '']);
  expect(nonsense.err).toMatch(/^Line 2 of .*nonsense: This line is not an opening/);
}, 60_000);

test('a receipt says in plain words what it proves and what not', async () => {
  const shown = await kept(['receipt', 'verify', join(work, 'receipt')]);
  expect(shown.code).toBe(0);
  for (const words of ['was erased: rows, links and keys', 'It proves:', 'It does not prove:']) {
    expect(shown.out).toContain(words);
  }
}, 60_000);
