/** What the data map says of a column and of a table: plain data, read by everything that follows from the map. */
import type { z } from 'zod';
import type { DataClass, Purpose, Source, SubjectKind } from './words.ts';

/** What erasing its subject does to a column. */
export type Erasure =
  /** It can no longer be opened: its key is destroyed. For sealed columns. */
  | 'key death'
  /** Its row is deleted. */
  | 'delete row'
  /** It is set to null; the row stays and is about nobody any more. */
  | 'sever link'
  /** A law keeps it: moved apart, sealed under a key of its own, deleted at the law's end. The table says which law. */
  | 'keep minimised until';

/** Whether the person sees, gets or corrects a value; `no` says why not. */
export type Shown = 'yes' | { readonly no: string };
export type Correctable =
  | {
      /** The same check as at the first entry. */
      readonly as: z.ZodType<string>;
      /** Whether earlier values are kept, sealed, for as long as the row. */
      readonly history?: boolean;
    }
  | { readonly no: string };

/** When a value goes. There is no word for "never". */
export type Retention<Event extends string = string> =
  /** As long as its subject is with us; ends with the erasure. */
  | { readonly kind: 'while subject' }
  /**
   * So many days after the moment in another column of the row, or, where that is null, in the column `or`. A moment
   * that may be null without another in its place says why such a row stays: it is `open`.
   */
  | {
      readonly kind: 'days after';
      readonly days: number;
      readonly event: Event;
      readonly or?: Event;
      readonly open?: string;
    }
  /** Describes the instance, not a person: as long as the instance runs. For tables about nobody only. */
  | { readonly kind: 'with instance' };

/** A column about a person. */
export interface PersonalFacts {
  readonly class: DataClass;
  readonly purposes: readonly [Purpose, ...Purpose[]];
  readonly source: Source;
  /** Null: as its row. At its own end it is set to null. */
  readonly retention?: Retention;
  readonly access: Shown;
  readonly export: Shown;
  readonly correct: Correctable;
  readonly erase: Erasure;
  /** Stored as it is, and why that is right (DESIGN: random ids, amounts, counts, times, enumerations). Absent: sealed. */
  readonly plain?: string;
  /** In words, for the page that shows it to the person. */
  readonly label: string;
}

/** A column that says nothing about anybody. */
export interface NoneFacts {
  readonly class: 'none';
  readonly why: string;
}

export type ColumnFacts = PersonalFacts | NoneFacts;

/** Whom the rows of a table are about. `column` is the property's name in the table. */
export type Subject =
  /** The row is the subject. */
  | { readonly kind: 'self'; readonly of: SubjectKind; readonly column: string }
  /** A column names the subject. */
  | { readonly kind: 'direct'; readonly of: SubjectKind; readonly column: string }
  /** Several people: a column with their ids, one with the row's key wrapped for each of them. */
  | { readonly kind: 'several'; readonly column: string; readonly wraps: string }
  | { readonly kind: 'nobody'; readonly why: string };
