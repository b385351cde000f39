/**
 * What a copy of an instance consists of, in its order: one header, the tables' rows, the files, one end with totals.
 * A file holds them sealed (`sealed-file.ts`); a move hands them from one database to the other.
 */

/** The format's version; a reader refuses a newer one. */
export const FORMAT = 1;

export interface TableHead {
  readonly name: string;
  /** Columns in the order of their values. */
  readonly columns: readonly string[];
}

export interface SchemaMark {
  /** How many migrations the database had. */
  readonly migrations: number;
  /** SHA-256 over the hashes of those migrations, hex. */
  readonly hash: string;
}

export interface RecordPosition {
  /** Entries. */
  readonly size: number;
  /** Root hash, base64. */
  readonly root: string;
}

export interface Header {
  readonly format: number;
  /** Random, 32 hex digits; also the id of its key in the key store. */
  readonly id: string;
  readonly schema: SchemaMark;
  /** PostgreSQL's version, for people. */
  readonly postgres: string;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
  /** So that what is referenced stands before what references it. */
  readonly tables: readonly TableHead[];
  /** Where the record stood; what the files hold is this or newer. Null where no record was handed in. */
  readonly record: RecordPosition | null;
}

export interface TableTotal {
  readonly name: string;
  readonly rows: number;
  /** Of all rows in any order, hex; see `table-sum.ts`. */
  readonly sum: string;
}

export interface SequenceState {
  readonly name: string;
  readonly value: string;
  readonly called: boolean;
}

export interface FileTotal {
  readonly path: string;
  readonly bytes: number;
  /** SHA-256, hex. */
  readonly hash: string;
}

export interface Totals {
  readonly tables: readonly TableTotal[];
  readonly sequences: readonly SequenceState[];
  readonly files: readonly FileTotal[];
}

export type Item =
  | { readonly kind: 'header'; readonly header: Header }
  /** A piece of the table's COPY stream (binary format). */
  | { readonly kind: 'rows'; readonly table: number; readonly bytes: Buffer }
  /** A piece of a file; its pieces come in order, one file after the other. */
  | { readonly kind: 'file'; readonly path: string; readonly bytes: Buffer }
  | { readonly kind: 'end'; readonly totals: Totals };
