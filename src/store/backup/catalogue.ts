/** What stands in a database, as PostgreSQL's own catalogue says: tables and columns to copy, in which order, sequences. */
import type pg from 'pg';
import { quoted } from '../map/rows.ts';
import { BackupError } from './errors.ts';
import type { SequenceState, TableHead } from './items.ts';

const TABLES = `
  select c.oid::int as oid, c.relname as name,
         array(select a.attname::text from pg_attribute a
               where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
               order by a.attnum) as columns,
         array(select k.confrelid::int from pg_constraint k
               where k.conrelid = c.oid and k.contype = 'f' and k.confrelid <> c.oid) as needs
  from pg_class c
  where c.relnamespace = 'public'::regnamespace and c.relkind = 'r'
  order by c.relname`;

interface Found {
  readonly oid: number;
  readonly name: string;
  readonly columns: string[];
  readonly needs: number[];
}

/** Every table of the schema `public`, what is referenced before what references it. */
export async function tablesOf(client: pg.ClientBase): Promise<readonly TableHead[]> {
  const { rows } = await client.query<Found>(TABLES);
  const done = new Map<number, TableHead>();
  const visit = (table: Found, path: readonly number[]): void => {
    if (done.has(table.oid)) return;
    if (path.includes(table.oid))
      throw new BackupError('tables', `Tables reference each other in a circle: ${table.name}.`);
    for (const other of rows) if (table.needs.includes(other.oid)) visit(other, [...path, table.oid]);
    done.set(table.oid, { name: table.name, columns: table.columns });
  };
  for (const table of rows) visit(table, []);
  return [...done.values()];
}

export async function sequencesOf(client: pg.ClientBase): Promise<readonly SequenceState[]> {
  const { rows } = await client.query<{ name: string }>(
    "select sequencename as name from pg_sequences where schemaname = 'public' order by 1",
  );
  const states: SequenceState[] = [];
  for (const { name } of rows) {
    const state = await client.query<{ value: string; called: boolean }>(
      `select last_value::text as value, is_called as called from public.${quoted(name)}`,
    );
    states.push({ name, ...(state.rows[0] as { value: string; called: boolean }) });
  }
  return states;
}

export async function setSequences(
  client: pg.ClientBase,
  sequences: readonly SequenceState[],
): Promise<void> {
  for (const { name, value, called } of sequences)
    await client.query('select setval($1::regclass, $2::bigint, $3)', [
      `public.${quoted(name)}`,
      value,
      called,
    ]);
}

/** Whether nothing of ours, and nothing of anybody's, is there. */
export async function isEmptyDatabase(client: pg.ClientBase): Promise<boolean> {
  const { rows } = await client.query<{ empty: boolean }>(
    `select not exists (select from pg_class c where c.relnamespace = 'public'::regnamespace
       and c.relkind in ('r', 'p', 'v', 'm', 'S')) and to_regclass('drizzle.__drizzle_migrations') is null as empty`,
  );
  return rows[0]?.empty === true;
}

const MAJOR_FACTOR = 10_000;

export async function postgresVersion(client: pg.ClientBase): Promise<{ major: number; text: string }> {
  const { rows } = await client.query<{ number: string; text: string }>(
    "select current_setting('server_version_num') as number, current_setting('server_version') as text",
  );
  const [row] = rows;
  return { major: Math.floor(Number(row?.number) / MAJOR_FACTOR), text: row?.text ?? '' };
}
