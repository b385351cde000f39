/**
 * Looks for sealed values that do not open any more, because a disk or a hand changed them: through all tables of the
 * map in the order of their primary keys, a bounded piece at a time, and from the beginning again. Such a value shows as
 * unreadable wherever it is read and hinders nothing else; here it is counted.
 */

import { sql } from 'drizzle-orm';
import { type Row, rowName, type SubjectName, sealedColumns, sqlName, subjectOf } from './map/rows.ts';
import type { MapEntry } from './map/table.ts';
import { keyOf, rowFrom, selectRows } from './rights/select.ts';
import { KeyGone, Unreadable } from './sealing/errors.ts';
import type { Store } from './store.ts';

const PAGE_ROWS = 500;
/** So many are told apart; beyond it more is only known to be more. */
const DAMAGED_MAX = 10_000;

export interface LookLimits {
  readonly rows: number;
  readonly ms: number;
  readonly signal?: AbortSignal;
}

export interface Damage {
  /** Values that did not open when they were last looked at. */
  readonly values: number;
  /** The same by table. */
  readonly tables: Readonly<Record<string, number>>;
  /** Rows that the pass under way has looked at. */
  readonly rowsLooked: number;
  /** When a pass through everything last ended, ms since 1970; null: none has since the start. */
  readonly wholeAt: number | null;
}

export class DamageSurvey {
  readonly #store: Pick<Store, 'db' | 'map' | 'vault' | 'now'>;
  readonly #entries: readonly MapEntry[];
  /** By table, row and column; the number of the pass that saw it last. */
  readonly #damaged = new Map<string, number>();
  #pass = 0;
  #table = 0;
  #after: readonly unknown[] | undefined;
  #rowsLooked = 0;
  #wholeAt: number | null = null;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(store: Pick<Store, 'db' | 'map' | 'vault' | 'now'>) {
    this.#store = store;
    this.#entries = store.map.filter((entry) => sealedColumns(entry).length > 0);
  }

  get damage(): Damage {
    const tables: Record<string, number> = {};
    for (const name of this.#damaged.keys()) {
      const table = name.slice(0, name.indexOf('/'));
      tables[table] = (tables[table] ?? 0) + 1;
    }
    return { values: this.#damaged.size, tables, rowsLooked: this.#rowsLooked, wholeAt: this.#wholeAt };
  }

  /** Goes on where the last look ended, to the end of the pass at most. Looks at the same time follow each other. */
  look(limits: LookLimits): Promise<Damage> {
    const mine = this.#turn.then(() => this.#look(limits));
    this.#turn = mine.catch(() => {});
    return mine;
  }

  async #look({ rows: rowsMax, ms, signal }: LookLimits): Promise<Damage> {
    const until = performance.now() + ms;
    for (let left = rowsMax; left > 0 && performance.now() < until && signal?.aborted !== true; ) {
      const entry = this.#entries[this.#table];
      if (entry === undefined) {
        this.#endPass();
        break;
      }
      const limit = Math.min(PAGE_ROWS, left);
      const found = await this.#page(entry, limit);
      left -= found;
      if (found < limit) {
        this.#table += 1;
        this.#after = undefined;
      }
    }
    return this.damage;
  }

  /** What this pass did not see again is gone or mended. */
  #endPass(): void {
    for (const [name, pass] of this.#damaged) if (pass < this.#pass) this.#damaged.delete(name);
    this.#wholeAt = this.#store.now();
    this.#pass += 1;
    this.#table = 0;
    this.#rowsLooked = 0;
  }

  async #page(entry: MapEntry, limit: number): Promise<number> {
    const page = this.#after === undefined ? { limit } : { limit, after: this.#after };
    const { rows } = await this.#store.db.execute(selectRows(entry, sql`true`, page));
    for (const raw of rows) {
      const row = rowFrom(entry, raw);
      this.#after = keyOf(entry, row);
      for (const key of sealedColumns(entry)) this.#open(entry, row, key);
    }
    this.#rowsLooked += rows.length;
    return rows.length;
  }

  #open(entry: MapEntry, row: Row, key: string): void {
    const name = [entry.name, rowName(entry, row), key].join('/');
    if (opens(this.#store, entry, row, key)) this.#damaged.delete(name);
    else if (this.#damaged.has(name) || this.#damaged.size < DAMAGED_MAX) this.#damaged.set(name, this.#pass);
  }
}

/** Whether a value can be read, or is nobody's any more: that is no damage. */
function opens({ vault }: Pick<Store, 'vault'>, entry: MapEntry, row: Row, key: string): boolean {
  const value = row[key];
  if (!Buffer.isBuffer(value)) return true;
  const place = { table: entry.name, column: sqlName(entry, key), row: rowName(entry, row) };
  try {
    const { subject } = entry;
    if (subject.kind === 'several') {
      const people = row[subject.column] as readonly string[];
      const wraps = row[subject.wraps] as readonly string[];
      if (people[0] !== undefined && wraps[0] !== undefined) {
        vault.openAsOne(people[0], place, value, Buffer.from(wraps[0], 'base64'));
      }
      return true;
    }
    const whose = subjectOf(entry, row) ?? named(entry, row);
    if (whose !== null) vault.open(whose, place, value);
    return true;
  } catch (error) {
    if (error instanceof KeyGone) return true;
    if (error instanceof Unreadable) return false;
    throw error;
  }
}

/** Of rows that may be about a person or about an account: the one that is named. */
function named(entry: MapEntry, row: Row): SubjectName | null {
  for (const [key, { refersTo }] of Object.entries(entry.columns)) {
    const id = row[key];
    if (refersTo !== null && typeof id === 'string') return { kind: refersTo, id };
  }
  return null;
}
