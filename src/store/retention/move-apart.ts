/**
 * Moves what the law keeps apart (RETAIN-1): only the columns marked `keep minimised until`, sealed under a key of
 * their own whose end is the law's. Nothing in it names the person or the account, and no code reads it for anything
 * else.
 */
import { randomBytes } from 'node:crypto';
import { sql } from 'drizzle-orm';
import type { Row } from '../map/rows.ts';
import type { MapEntry } from '../map/table.ts';
import { LAWS } from '../map/words.ts';
import { prepare, run } from '../prepared.ts';
import { openValue } from '../sealed-rows.ts';
import { KeyGone, Unreadable } from '../sealing/errors.ts';
import type { Store, Tx } from '../store.ts';

const DAY_MS = 86_400_000;

/** In the transaction that deletes the rows; if it is rolled back, an unused key is left that ends by itself. */
export async function moveApart(
  tx: Tx,
  store: Pick<Store, 'keys' | 'vault' | 'now'>,
  entry: MapEntry,
  rows: readonly Row[],
): Promise<void> {
  const { law } = entry;
  if (law === null) throw new Error(`no law keeps anything of ${entry.name}`);
  const groups = [...byEnd(entry, law, rows, store.now())].map(([until, together]) => ({
    id: randomBytes(16).toString('hex'),
    until,
    together,
  }));
  if (groups.length === 0) return;
  await store.keys.createMany(groups.map(({ id, until }) => ({ kind: 'retained', id, until })));
  await run(tx, INSERT, {
    law: law.keeps,
    source: entry.name,
    ids: groups.map(({ id }) => id),
    counts: groups.map(({ together }) => together.length),
    untils: groups.map(({ until }) => new Date(until).toISOString()),
    contents: groups.map(({ id, together }) =>
      store.vault.seal(
        { kind: 'retained', id },
        { table: 'retained', column: 'content', row: id },
        JSON.stringify(together.map((row) => minimised(store, entry, row))),
      ),
    ),
  });
}

const INSERT = prepare(sql`
  insert into retained (id, law, source, rows, until, content)
  select id, ${sql.placeholder('law')}, ${sql.placeholder('source')}, rows, until, content
  from unnest(${sql.placeholder('ids')}::uuid[], ${sql.placeholder('counts')}::int[],
    ${sql.placeholder('untils')}::timestamptz[], ${sql.placeholder('contents')}::bytea[]) as given (id, rows, until, content)`);

/** Rows whose law ends on the same day (UTC) share a key; the end is that of the day. What has ended already goes. */
function byEnd(
  entry: MapEntry,
  law: NonNullable<MapEntry['law']>,
  rows: readonly Row[],
  now: number,
): ReadonlyMap<number, Row[]> {
  const groups = new Map<number, Row[]>();
  for (const row of rows) {
    const since = row[law.since];
    const begun = since instanceof Date ? since.getTime() : Date.parse(String(since));
    if (Number.isNaN(begun)) throw new Error(`${entry.name}.${law.since} is not a moment`);
    const until = (Math.floor(begun / DAY_MS) + 1 + LAWS[law.keeps].days) * DAY_MS;
    if (until <= now) continue;
    const group = groups.get(until);
    if (group === undefined) groups.set(until, [row]);
    else group.push(row);
  }
  return groups;
}

/** What was sealed under the person's key, which is about to die, is opened here and sealed again under the new one. */
const minimised = (store: Pick<Store, 'vault'>, entry: MapEntry, row: Row): Row =>
  Object.fromEntries(
    Object.entries(entry.columns)
      .filter(([, { facts }]) => 'erase' in facts && facts.erase === 'keep minimised until')
      .map(([key, { how }]) => [key, how === 'sealed' ? opened(store, entry, row, key) : row[key]]),
  );

/** A value that does not open any more is kept as missing: it must not keep the others from going. */
function opened(store: Pick<Store, 'vault'>, entry: MapEntry, row: Row, key: string): string | null {
  try {
    return openValue(store.vault, entry.table, row as never, key as never)?.reveal() ?? null;
  } catch (error) {
    if (error instanceof Unreadable || error instanceof KeyGone) return null;
    throw error;
  }
}
