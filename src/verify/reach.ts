/** Words that must be nowhere: searched for in every file that changed since, and where the database is elsewhere, in its rows. */
import { dirname, join } from 'node:path';
import { countOf } from './check.ts';
import type { Eyes } from './eyes.ts';
import { searchLeaks } from './search/search-leaks.ts';

/** Where a search begins: what was written before is not looked at. */
export interface Mark {
  /** Of files; milliseconds since 1970. */
  readonly at: number;
  /** Of rows: the oldest transaction that was under way. */
  readonly transaction: string;
}

/** Clocks of file systems are coarse. */
const SLACK_MS = 1_500;

export async function markNow({ rows }: Pick<Eyes, 'rows'>): Promise<Mark> {
  const [row] = await rows<{ transaction: string }>(
    `select (pg_snapshot_xmin(pg_current_snapshot())::text::numeric % 4294967296)::text as transaction`,
  );
  return { at: Date.now() - SLACK_MS, transaction: row?.transaction ?? '0' };
}

export interface Reached {
  /** Files and tables that hold one of them. */
  readonly places: readonly string[];
  /** How far the search came, in words. */
  readonly reach: string;
}

export async function searchEverywhere(eyes: Eyes, words: readonly string[], since: Mark): Promise<Reached> {
  const { settings } = eyes;
  const data = dirname(settings.exportsFolder);
  const folders = [...new Set([data, settings.keysFolder, settings.ledgerFolder])].filter(
    (folder, _, all) => !all.some((other) => other !== folder && folder.startsWith(`${other}/`)),
  );
  const searched = await searchLeaks({
    canaries: words,
    folders,
    except: [`${data}/models`],
    changedSince: since.at,
  });
  // An embedded database lies in the data folder; of another one there are only rows, also where it has a local socket.
  const isEmbedded = hostOf(settings.databaseUrl) === join(dirname(settings.linkSocket), 'postgres');
  const rows = isEmbedded ? [] : await inRows(eyes, words, since);
  const files = searched.finds.map(({ where }) => where.slice(data.length));
  return {
    places: [...new Set([...files, ...rows])],
    reach: `${countOf(searched.files, 'file')} that changed since, ${isEmbedded ? 'those of the database among them. Reach: files' : 'and rows of the database that were written since. Reach: rows'}.`,
  };
}

const hostOf = (url: string): string | null => new URLSearchParams(url.split('?')[1]).get('host');

/** Tables with a row since then that holds one of the words as they are, in text or bytes. Older rows are not unpacked. */
async function inRows(eyes: Eyes, words: readonly string[], { transaction }: Mark): Promise<string[]> {
  const tables = await eyes.rows<{ table: string }>(
    `select distinct table_name as table from information_schema.columns join information_schema.tables using (table_schema, table_name)
     where table_schema = 'public' and table_type = 'BASE TABLE' and data_type in ('text', 'jsonb', 'json', 'character varying', 'bytea', 'ARRAY')`,
  );
  const found: string[] = [];
  const like = words.flatMap((word) => [`%${word}%`, `%${Buffer.from(word).toString('hex')}%`]);
  for (const { table } of tables) {
    const [row] = await eyes.rows<{ n: number }>(
      `select count(*)::int as n from "${table}" t where age(t.xmin) <= age($2::xid) and t::text ilike any($1)`,
      [like, transaction],
    );
    if ((row?.n ?? 0) > 0) found.push(`table ${table}`);
  }
  return found;
}
