/**
 * Writes items into an empty database: the copy's own migrations, its rows, its sequences, then our migrations. All of
 * it happens in the transaction that the caller has opened, so that it is whole or not there.
 */
import { once } from 'node:events';
import type { Writable } from 'node:stream';
import type pg from 'pg';
import copyStreams from 'pg-copy-streams';
import { quoted } from '../map/rows.ts';
import { setSequences, tablesOf } from './catalogue.ts';
import { BackupError, damaged } from './errors.ts';
import type { Header, Item, TableHead, TableTotal, Totals } from './items.ts';
import { applyMigrations, demandKnown } from './migrations.ts';
import { TableSum } from './table-sum.ts';

/** How columns are called whose values wait to be sealed (migration 4). */
const DROPPED_WHEN_SEALED = '_plain';

export interface LoadOptions {
  /** Folder of the migrations that this version knows. */
  readonly migrations: string;
  /** Takes the files' pieces; without it they are passed over. */
  readonly onFile?: (path: string, bytes: Buffer) => Promise<void>;
  /** Looks at what was loaded before migrations change it. */
  readonly onLoaded?: (header: Header, totals: Totals) => Promise<void>;
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Throws `damaged` where the totals at the end are not those of what came. */
export async function load(
  client: pg.Client,
  items: AsyncIterable<Item>,
  options: LoadOptions,
): Promise<{ header: Header; totals: Totals }> {
  let loading: Loading | null = null;
  for await (const item of items) {
    options.signal?.throwIfAborted();
    if (item.kind === 'header') {
      loading = await Loading.begin(client, item.header, options);
      continue;
    }
    if (loading === null) throw damaged('it does not begin with its header');
    if (item.kind === 'rows') await loading.rows(item.table, item.bytes);
    else if (item.kind === 'file') await options.onFile?.(item.path, item.bytes);
    else return { header: loading.header, totals: await loading.end(item.totals) };
  }
  throw damaged('it has no end');
}

class Loading {
  readonly header: Header;
  readonly #client: pg.Client;
  readonly #options: LoadOptions;
  readonly #totals: TableTotal[] = [];
  #stream: Writable | null = null;
  #failed: Promise<never> | null = null;
  #sum: TableSum | null = null;

  private constructor(client: pg.Client, header: Header, options: LoadOptions) {
    this.header = header;
    this.#client = client;
    this.#options = options;
  }

  static async begin(client: pg.Client, header: Header, options: LoadOptions): Promise<Loading> {
    demandKnown(header.schema, options.migrations);
    await applyMigrations(client, options.migrations, 0, header.schema.migrations);
    await demandSameTables(client, header.tables);
    // What a migration has put in is in the copy as well, or was taken out since.
    for (const { name } of header.tables.toReversed()) await empty(client, name);
    return new Loading(client, header, options);
  }

  async rows(table: number, bytes: Buffer): Promise<void> {
    if (table !== this.#totals.length) await this.#endTable();
    if (table !== this.#totals.length) throw damaged('its tables are not in their order');
    if (this.#stream === null) this.#beginTable(this.header.tables[table]);
    this.#sum?.add(bytes);
    const stream = this.#stream as unknown as Writable;
    if (!stream.write(bytes)) await Promise.race([once(stream, 'drain'), this.#failed]);
  }

  #beginTable(table: TableHead | undefined): void {
    if (table === undefined) throw damaged('it holds a table that its header does not name');
    const columns = table.columns.map(quoted).join(', ');
    const statement = `copy public.${quoted(table.name)} (${columns}) from stdin (format binary)`;
    const stream = this.#client.query(copyStreams.from(statement)) as unknown as Writable;
    this.#failed = new Promise((_, reject) => stream.once('error', reject));
    this.#failed.catch(() => {});
    this.#stream = stream;
    this.#sum = new TableSum(table.name);
  }

  async #endTable(): Promise<void> {
    if (this.#stream === null || this.#sum === null) return;
    const stream = this.#stream;
    const finished = once(stream, 'finish');
    stream.end();
    await Promise.race([finished, this.#failed]);
    this.#totals.push(this.#sum.total());
    this.#stream = null;
    this.#options.onProgress?.(this.#totals.length, this.header.tables.length);
  }

  async end(totals: Totals): Promise<Totals> {
    await this.#endTable();
    if (JSON.stringify(totals.tables) !== JSON.stringify(this.#totals))
      throw damaged('what it holds is not what it says at its end');
    await setSequences(this.#client, totals.sequences);
    await this.#options.onLoaded?.(this.header, totals);
    await applyMigrations(this.#client, this.#options.migrations, this.header.schema.migrations);
    return totals;
  }
}

/** A table that is empty is left alone: some refuse every deletion. */
async function empty(client: pg.Client, table: string): Promise<void> {
  const { rows } = await client.query(`select exists (select from public.${quoted(table)}) as filled`);
  if (rows[0].filled) await client.query(`delete from public.${quoted(table)}`);
}

/**
 * A column that the copy lacks is one that control has dropped there when it had sealed what stood in it, and will drop
 * here as well: it stays empty until then.
 */
async function demandSameTables(client: pg.Client, tables: readonly TableHead[]): Promise<void> {
  const made = await tablesOf(client);
  const names = (heads: readonly TableHead[]): string => JSON.stringify(heads.map(({ name }) => name).sort());
  const isKnown = ({ name, columns }: TableHead): boolean => {
    const ours = made.find((table) => table.name === name)?.columns ?? [];
    return (
      columns.every((column) => ours.includes(column)) &&
      ours.every((column) => columns.includes(column) || column.endsWith(DROPPED_WHEN_SEALED))
    );
  };
  if (names(made) !== names(tables) || !tables.every(isKnown))
    throw new BackupError('tables', 'The tables in the copy are not those that its migrations make.');
}
