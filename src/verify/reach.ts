/** Words that must be nowhere: searched for in every file that changed since, and where the database is elsewhere, in its rows. */
import { countOf } from './check.ts';
import { isEmbedded } from './embedded.ts';
import type { Eyes } from './eyes.ts';
import { type FreshRows, searchFresh } from './search/fresh-rows.ts';
import { type Searched, searchLeaks } from './search/search-leaks.ts';
import type { Since } from './search/tables.ts';
import { foldersOf, slowPassOf } from './slow.ts';

/** Where a search begins: what was written before is not looked at. */
export interface Mark extends Since {
  /** Of files; milliseconds since 1970. */
  readonly at: number;
}

/** Clocks of file systems are coarse. */
const SLACK_MS = 1_500;
/** Of files that changed, so much is read at once. */
export const FRESH_BYTES_MAX = 512 * 1024 ** 2;

export async function markNow({ rows }: Pick<Eyes, 'rows'>): Promise<Mark> {
  const [row] = await rows<Since>(
    `select (pg_snapshot_xmin(pg_current_snapshot())::text::numeric % 4294967296)::text as transaction, pg_current_wal_insert_lsn()::text as lsn`,
  );
  return { at: Date.now() - SLACK_MS, transaction: row?.transaction ?? '0', lsn: row?.lsn ?? '0/0' };
}

export interface Reached {
  /** Files and tables that hold one of them. */
  readonly places: readonly string[];
  /** How far the search came, in words. */
  readonly reach: string;
}

/** `said`: whose words they are. Also answers what the slow pass has found of earlier ones. */
export async function searchEverywhere(
  eyes: Eyes,
  words: readonly string[],
  since: Mark,
  said: 'prompts' | 'people',
): Promise<Reached> {
  const { settings } = eyes;
  const hasFiles = isEmbedded(settings);
  const { folders, except, data } = foldersOf(settings);
  const searched = await searchLeaks({
    canaries: words,
    folders,
    except,
    changedSince: since.at,
    bytesMax: FRESH_BYTES_MAX,
    ...(hasFiles && { pagesSince: since.lsn }),
  });
  const fresh = hasFiles ? null : await searchFresh(eyes, words, since);
  const slow = slowPassOf(eyes);
  slow.remember(said, words);
  const found = [...searched.finds.map(({ where }) => where), ...(fresh?.places ?? []), ...slow.found(said)];
  return {
    places: [...new Set(found.map((place) => (place.startsWith(data) ? place.slice(data.length) : place)))],
    reach: `${reachOf(searched, fresh)} ${slow.age()}`,
  };
}

function reachOf(searched: Searched, fresh: FreshRows | null): string {
  const files = `${countOf(searched.files, 'file')} that changed since`;
  const left = searched.leftBytes + (fresh?.leftBytes ?? 0);
  const rest = left === 0 ? '' : ` ${megabytes(left)} of what may have changed were too much at once.`;
  if (fresh === null) return `${files}, those of the database among them. Reach: files.${rest}`;
  return fresh.hasPages
    ? `${files}, and rows and pages of the database that were written since. Reach: rows, pages.${rest}`
    : `${files}, and rows of the database that were written since. Reach: rows.${rest}`;
}

const megabytes = (bytes: number): string => `${Math.ceil(bytes / 1e6).toLocaleString('en')} MB`;
