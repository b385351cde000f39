/**
 * Searches of a large store: how long a search for words takes that were written since a probe began, and how soon the slow pass
 * comes through the rest with what it takes of one core. Rows and raw pages by SQL, as of a database elsewhere, and files.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { migrate } from '../src/store/migrate.ts';
import { FRESH_BYTES_MAX } from '../src/verify/reach.ts';
import { everythingIn } from '../src/verify/search/everything.ts';
import { searchFresh } from '../src/verify/search/fresh-rows.ts';
import { type Rows, readerOf } from '../src/verify/search/reader.ts';
import { searchLeaks } from '../src/verify/search/search-leaks.ts';
import { SlowPass } from '../src/verify/search/slow-pass.ts';
import type { Since } from '../src/verify/search/tables.ts';
import { startPostgres } from '../test/support/postgres.ts';
import type { Figure } from './figures.ts';

export interface LargeStoreEffort {
  readonly gigabytes: number;
  /** Of the slow pass, in each way. */
  readonly slowMs: number;
}

const GB = 1024 ** 3;
const FRESH_MS_MAX = 20_000;
/** A round of the slow pass in a minute (`verifier.ts`). */
const ROUND_MS = 300;
const MINUTE_MS = 60_000;
const WORDS = 64;
const WORD = 'canary18d2c4b6a7e9f0b3d5c7a9e1';

export async function largeStoreBench(
  { gigabytes, slowMs }: LargeStoreEffort,
  say: (line: string) => void,
): Promise<Figure[]> {
  const postgres = await startPostgres();
  const client = new pg.Client({ connectionString: await postgres.database() });
  try {
    await client.connect();
    await fill(client, gigabytes, say);
    return await measureIn(client, slowMs, say);
  } finally {
    await client.end();
    await postgres.stop();
  }
}

/** Three quarters sealed values of 900 bytes, the rest usage. */
async function fill(client: pg.Client, gigabytes: number, say: (line: string) => void): Promise<void> {
  await migrate(await urlOf(client));
  await client.query('create extension pageinspect');
  await client.query(
    'create table large_message (id uuid, conversation_id uuid, words bytea, at timestamptz)',
  );
  await client.query('alter table large_message alter column words set storage plain');
  await client.query('create table large_usage (like usage_record including defaults)');
  const size = async (table: string): Promise<number> =>
    Number((await client.query<{ n: string }>('select pg_relation_size($1) as n', [table])).rows[0]?.n);
  while ((await size('large_message')) < 0.75 * gigabytes * GB)
    await client.query(`insert into large_message select gen_random_uuid(), gen_random_uuid(), decode(repeat(md5(random()::text), 56), 'hex'), now()
      from generate_series(1, 100000)`);
  while ((await size('large_usage')) < 0.25 * gigabytes * GB)
    await client.query(`insert into large_usage (id, account_id, key_id, model, engine, endpoint, started_at)
      select gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), 1, 1, 'chat', now() from generate_series(1, 250000)`);
  say(`filled with ${gigabytes} GB`);
}

async function urlOf(client: pg.Client): Promise<string> {
  const { rows } = await client.query<{ socket: string; name: string }>(
    `select current_setting('unix_socket_directories') as socket, current_database() as name`,
  );
  return `postgres://kept@/${rows[0]?.name}?host=${encodeURIComponent(rows[0]?.socket ?? '')}`;
}

/** In a database that is full already; its tables are `large_…`. */
export async function measureIn(
  client: pg.Client,
  slowMs: number,
  say: (line: string) => void,
): Promise<Figure[]> {
  const reader = readerOf(client);
  const { rows } = reader;
  const [store] = await rows<{ bytes: string; folder: string; oid: string }>(
    `select pg_database_size(current_database()) as bytes, current_setting('data_directory') as folder, oid::text as oid
     from pg_database where datname = current_database()`,
  );
  const gigabytes = Number(store?.bytes) / GB;
  const of = `${gigabytes.toFixed(1)} GB`;
  const cluster = store?.folder ?? '';
  const mark = await markOf(rows);
  const begunAt = Date.now() - 1_500;
  await client.query(`insert into large_usage (id, endpoint) values (gen_random_uuid(), '${WORD}')`);
  const figures: Figure[] = [];
  const fresh = await timed(() => searchFresh(reader, [WORD], mark));
  if (!fresh.result.places.includes('table large_usage'))
    throw new Error('what was written since was not found');
  figures.push(
    freshFigure(`rows and pages of ${of} that were written since`, fresh.ms, fresh.result.leftBytes, say),
  );
  await client.query('checkpoint');
  const plan = {
    canaries: [WORD],
    folders: [cluster],
    changedSince: begunAt,
    pagesSince: mark.lsn,
    bytesMax: FRESH_BYTES_MAX,
  };
  const files = await timed(() => searchLeaks(plan));
  if (files.result.finds.length === 0) throw new Error('what was written since is in no file');
  figures.push(
    freshFigure(`files of a database of ${of} that changed since`, files.ms, files.result.leftBytes, say),
  );
  const empty = mkdtempSync(path.join(os.tmpdir(), 'kept-bench-large-'));
  try {
    for (const [what, place] of [
      ['rows and pages', { folders: [empty], except: [], reader }],
      ['files', { folders: [path.join(cluster, 'base', store?.oid ?? '')], except: [], reader: null }],
    ] as const)
      figures.push(await slowFigure(what, of, await everythingIn(place), slowMs, say));
  } finally {
    rmSync(empty, { recursive: true });
  }
  return figures;
}

async function markOf(rows: Rows): Promise<Since> {
  const [mark] = await rows<Since>(
    `select (pg_snapshot_xmin(pg_current_snapshot())::text::numeric % 4294967296)::text as transaction, pg_current_wal_insert_lsn()::text as lsn`,
  );
  return mark as Since;
}

async function timed<T>(work: () => Promise<T>): Promise<{ result: T; ms: number }> {
  const begun = performance.now();
  const result = await work();
  return { result, ms: performance.now() - begun };
}

function freshFigure(what: string, ms: number, leftBytes: number, say: (line: string) => void): Figure {
  const ours = `${(ms / 1000).toFixed(1)} s, ${(leftBytes / GB).toFixed(1)} GB left to the slow pass`;
  say(`${what}: ${ours}`);
  return {
    what: `Search in ${what}`,
    ours,
    peer: '–',
    outcome: `${(ms / 1000).toFixed(1)} s`,
    goal: `≤ ${FRESH_MS_MAX / 1000} s`,
    met: ms <= FRESH_MS_MAX,
  };
}

const isSmall = (place: string): boolean => /table (?!large_)/.test(place);

/** The large tables alone, which are nearly all that there is: what is small is passed over. */
async function slowFigure(
  what: string,
  of: string,
  everything: Awaited<ReturnType<typeof everythingIn>>,
  slowMs: number,
  say: (line: string) => void,
): Promise<Figure> {
  let bytes = 0;
  const counted = {
    bytes: everything.bytes,
    pieces: {
      next: async () => {
        let next = await everything.pieces.next();
        while (next.done !== true && isSmall(next.value.place)) next = await everything.pieces.next();
        if (next.done !== true) bytes += next.value.bytes;
        return next;
      },
    },
  };
  const pass = new SlowPass(async () => counted);
  pass.remember(
    'bench',
    Array.from({ length: WORDS }, (_, at) => `${WORD.slice(0, 26)}${1000 + at}`),
  );
  const { ms } = await timed(() => pass.step(slowMs, AbortSignal.timeout(10 * slowMs)));
  const perMs = bytes / ms;
  const hours = (everything.bytes / (perMs * ROUND_MS)) * (MINUTE_MS / 3_600_000);
  const share = ROUND_MS / MINUTE_MS;
  const ours = `${(perMs / 1000).toFixed(0)} MB/s, once through in ${hours.toFixed(0)} h`;
  say(`slow pass, ${what}: ${ours}`);
  return {
    what: `Slow pass through ${what} of ${of}, ${(everything.bytes / GB).toFixed(1)} GB in all, ${ROUND_MS} ms of each minute`,
    ours,
    peer: '–',
    outcome: `${(share * 100).toFixed(1)} % of one core`,
    goal: '≤ 1 %',
    met: share <= 0.01,
  };
}
