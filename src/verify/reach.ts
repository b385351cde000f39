/** Words that must be nowhere: searched for in every file that changed since, and where the database is elsewhere, in its rows. */
import { dirname } from 'node:path';
import { countOf } from './check.ts';
import type { Eyes } from './eyes.ts';
import { searchLeaks } from './search/search-leaks.ts';

export interface Reached {
  /** Files and tables that hold one of them. */
  readonly places: readonly string[];
  /** How far the search came, in words. */
  readonly reach: string;
}

/** `since`: ms since 1970. */
export async function searchEverywhere(
  eyes: Eyes,
  words: readonly string[],
  since: number,
): Promise<Reached> {
  const { settings } = eyes;
  const data = dirname(settings.exportsFolder);
  const folders = [...new Set([data, settings.keysFolder, settings.ledgerFolder])].filter(
    (folder, _, all) => !all.some((other) => other !== folder && folder.startsWith(`${other}/`)),
  );
  const searched = await searchLeaks({
    canaries: words,
    folders,
    except: [`${data}/models`],
    changedSince: since,
  });
  // An embedded database lies in the data folder; of another one there are only rows.
  const isEmbedded = settings.databaseUrl.includes('?host=');
  const rows = isEmbedded ? [] : await inRows(eyes, words);
  const files = searched.finds.map(({ where }) => where.slice(data.length));
  return {
    places: [...new Set([...files, ...rows])],
    reach: `${countOf(searched.files, 'file')} that changed since, ${isEmbedded ? 'those of the database among them. Reach: files' : 'and any text of the database. Reach: rows'}.`,
  };
}

/** Tables with a text or bytes in it that hold one of the words as they are. */
async function inRows(eyes: Eyes, words: readonly string[]): Promise<string[]> {
  const tables = await eyes.rows<{ table: string }>(
    `select distinct table_name as table from information_schema.columns
     where table_schema = 'public' and data_type in ('text', 'jsonb', 'json', 'character varying', 'bytea', 'ARRAY')`,
  );
  const found: string[] = [];
  const like = words.flatMap((word) => [`%${word}%`, `%${Buffer.from(word).toString('hex')}%`]);
  for (const { table } of tables) {
    const [row] = await eyes.rows<{ n: number }>(
      `select count(*)::int as n from "${table}" t where t::text ilike any($1)`,
      [like],
    );
    if ((row?.n ?? 0) > 0) found.push(`table ${table}`);
  }
  return found;
}
