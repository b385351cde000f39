/** Tables as they lie in a database, piece by piece: rows unpacked, and raw pages where `pageinspect` may be used. */
import pg from 'pg';
import { quoted } from '../../store/map/rows.ts';
import type { Reader, Rows } from './reader.ts';
import { OVERLAP_BYTES, type Scanner } from './scanner.ts';

export const PAGE_BYTES = 8192;
/** So much is searched at once. */
const BLOCK_BYTES = 1024 * 1024;

export interface Relation {
  /** Of the table that it is, or belongs to. */
  readonly table: string;
  readonly oid: string;
  /** `rows`: a table of the schema `public`. `pages`: that table, its long values or one of its indexes, as raw pages. */
  readonly as: 'rows' | 'pages';
  readonly pages: number;
}

/** Where words of a search begin: nothing older is looked at. */
export interface Since {
  /** The oldest transaction that was under way. */
  readonly transaction: string;
  /** Where the log of changes was. */
  readonly lsn: string;
}

/** Everything that can be read, the smallest first. */
export async function relationsOf(rows: Rows): Promise<Relation[]> {
  const tables = await rows<Omit<Relation, 'as'>>(
    `select relname as table, oid::text as oid, (pg_relation_size(oid) / ${PAGE_BYTES})::int as pages
     from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'm')`,
  );
  const pages = (await mayInspect(rows))
    ? await rows<Omit<Relation, 'as'>>(
        `with ours as (select oid, relname, reltoastrelid from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'm')),
         parts as (select relname, oid from ours union all select relname, reltoastrelid from ours where reltoastrelid <> 0
           union all select relname, indexrelid from ours join pg_index on indrelid in (ours.oid, ours.reltoastrelid))
         select relname as table, oid::text as oid, (pg_relation_size(oid) / ${PAGE_BYTES})::int as pages from parts`,
      )
    : [];
  return [
    ...tables.map((each): Relation => ({ ...each, as: 'rows' })),
    ...pages.map((each): Relation => ({ ...each, as: 'pages' })),
  ].sort((one, other) => one.pages - other.pages);
}

/** Raw pages are for superusers, where the extension was made. */
async function mayInspect(rows: Rows): Promise<boolean> {
  const [row] = await rows<{ may: boolean }>(
    `select rolsuper and to_regprocedure('get_raw_page(text, text, bigint)') is not null as may from pg_roles where rolname = current_user`,
  );
  return row?.may === true;
}

/** Pages `from` to before `to`. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** Which words stand in a part of a relation; with `since`, in what was written after it. */
export async function wordsIn(
  { raw }: Pick<Reader, 'raw'>,
  relation: Relation,
  span: Span,
  scanner: Scanner,
  since: Since | null,
): Promise<string[]> {
  const found = new Set<string>();
  let held: Buffer[] = [];
  let bytes = 0;
  const search = (): void => {
    const block = Buffer.concat(held);
    for (const { canary } of scanner.scan(block)) found.add(canary);
    held = [block.subarray(-OVERLAP_BYTES)];
    bytes = 0;
  };
  for await (const part of raw((relation.as === 'rows' ? selectRows : selectPages)(relation, span, since))) {
    held.push(part);
    bytes += part.length;
    if (bytes >= BLOCK_BYTES) search();
  }
  if (bytes > 0) search();
  return [...found];
}

/** As PostgreSQL sends rows to programs: long values whole, unpacked. */
const selectRows = ({ table }: Relation, { from, to }: Span, since: Since | null): string =>
  `select * from ${quoted(table)} t where ctid >= '(${from},0)'::tid and ctid < '(${to},0)'::tid
   ${since === null ? '' : `and age(t.xmin) <= age(${pg.escapeLiteral(since.transaction)}::xid)`}`;

const selectPages = ({ oid }: Relation, { from, to }: Span, since: Since | null): string =>
  `select page from (select get_raw_page(${pg.escapeLiteral(oid)}::oid::regclass::text, 'main', at) as page
     from generate_series(${from}::bigint, ${to - 1}::bigint) at) s
   ${since === null ? '' : `where (page_header(page)).lsn >= ${pg.escapeLiteral(since.lsn)}::pg_lsn`}`;
