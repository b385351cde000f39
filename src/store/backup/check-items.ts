/** Recomputes what a copy says of itself at its end: rows, sums, files. Passes the items through; keeps none. */
import { createHash, type Hash } from 'node:crypto';
import { damaged } from './errors.ts';
import type { FileTotal, Header, Item, TableTotal, Totals } from './items.ts';
import { TableSum } from './table-sum.ts';

export interface Checked {
  readonly header: Header;
  readonly totals: Totals;
}

/** Adds up the pieces of files that come one after the other. */
export class FileSums {
  readonly totals: FileTotal[] = [];
  #open: { path: string; bytes: number; hash: Hash } | null = null;

  add(path: string, bytes: Buffer): void {
    if (this.#open?.path !== path) {
      this.end();
      this.#open = { path, bytes: 0, hash: createHash('sha256') };
    }
    this.#open.bytes += bytes.length;
    this.#open.hash.update(bytes);
  }

  /** What there was. */
  end(): readonly FileTotal[] {
    if (this.#open !== null) {
      const { path, bytes, hash } = this.#open;
      this.totals.push({ path, bytes, hash: hash.digest('hex') });
      this.#open = null;
    }
    return this.totals;
  }
}

/** Reads all items. Throws `damaged`. */
export async function checkItems(items: AsyncIterable<Item>): Promise<Checked> {
  let header: Header | null = null;
  let sums: TableSum[] = [];
  const files = new FileSums();
  for await (const item of items) {
    if (item.kind === 'header') {
      header = item.header;
      sums = item.header.tables.map(({ name }) => new TableSum(name));
      continue;
    }
    if (header === null) throw damaged('it does not begin with its header');
    if (item.kind === 'file') files.add(item.path, item.bytes);
    else if (item.kind === 'rows') sumOf(sums, item.table).add(item.bytes);
    else {
      const tables: TableTotal[] = sums.map((sum) => sum.total());
      if (!same(tables, item.totals.tables) || !same(files.end(), item.totals.files))
        throw damaged('what it holds is not what it says at its end');
      return { header, totals: item.totals };
    }
  }
  throw damaged('it has no end');
}

function sumOf(sums: readonly TableSum[], table: number): TableSum {
  const sum = sums[table];
  if (sum === undefined) throw damaged('it holds a table that its header does not name');
  return sum;
}

const same = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other);
