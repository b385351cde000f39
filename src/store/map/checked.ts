/**
 * What types can see of a table of the map, checked while it is written: the sentences of `Mistake` are what the
 * compiler prints. What they cannot see is found by `mistakes.ts`. `test/map/gallery` holds one of each.
 */
import type { Mapped, Mistake } from './columns.ts';
import type { Subject } from './facts.ts';
import type { LawId, SubjectKind } from './words.ts';

// biome-ignore lint/suspicious/noExplicitAny: any column with any facts
type AnyColumn = Mapped<any, any, any>;
export type Columns = Record<string, AnyColumn>;

type KeyOf<C extends Columns> = keyof C & string;
/** What did not become columns, or a subject, has its own error; nothing is concluded from it. */
type IsUnknown<C extends Columns, S = never> = string extends keyof C
  ? true
  : Subject extends S
    ? true
    : false;
type HowOf<C extends Columns, K> = K extends keyof C ? C[K]['how'] : 'absent';
type RefersTo<C extends Columns, K> = K extends keyof C
  ? C[K] extends { how: 'refers'; refersTo: infer Kind }
    ? Kind
    : never
  : never;
type SubjectKindOf<S> = S extends { kind: infer K } ? K : never;
type NotNullOf<B> = B extends { _: { notNull: infer N } } ? N : false;
type IsNotNull<C extends Columns, K> = K extends keyof C ? NotNullOf<C[K]['builder']> : false;
type EraseOf<M> = M extends { facts: { erase: infer E } } ? E : never;

/** The path from a row to its subject: by columns of its own. */
export type CheckedSubject<C extends Columns, S> =
  IsUnknown<C> extends true
    ? unknown
    : S extends { kind: 'self'; column: infer K }
      ? HowOf<C, K> extends 'stored'
        ? unknown
        : { column: Mistake<'a row that is a subject names its own id: a column by stored(…)'> }
      : S extends { kind: 'direct'; of: infer Kind extends SubjectKind; column: infer K }
        ? Kind extends RefersTo<C, K>
          ? unknown
          : { column: Mistake<`no way to its subject: name a column by refers('${Kind}', …)`> }
        : S extends { kind: 'several'; column: infer K; wraps: infer W }
          ? [HowOf<C, K>, HowOf<C, W>] extends ['stored', 'none']
            ? unknown
            : {
                column: Mistake<'no way to its subjects: `column` holds their ids, `wraps` the key for each'>;
              }
          : unknown;

/** Whether erasing the subject deletes the row; where it only lets go of it, what stands beside the link stays. */
type RowGoes<C extends Columns, S> = S extends { column: infer K extends keyof C }
  ? EraseOf<C[K]> extends 'sever link'
    ? false
    : true
  : true;

/** A column, or the sentence that says what is wrong with it. */
type Checked<M extends AnyColumn, C extends Columns, S, L> = M['how'] extends 'none'
  ? M
  : SubjectKindOf<S> extends 'nobody'
    ? Mistake<'a personal column stands in a table about nobody: say whom its rows are about'>
    : M extends { facts: { retention: infer R } }
      ? unknown extends CheckedRetention<C, S, R>
        ? CheckedErasure<M, C, S, L>
        : CheckedRetention<C, S, R>
      : CheckedErasure<M, C, S, L>;

type CheckedErasure<M extends AnyColumn, C extends Columns, S, L> = M['how'] extends 'refers'
  ? CheckedReference<M>
  : EraseOf<M> extends 'key death'
    ? M['how'] extends 'sealed'
      ? M
      : Mistake<'"key death" erases only what is sealed: seal it, or erase by "delete row"'>
    : EraseOf<M> extends 'sever link'
      ? Mistake<'"sever link" lets go of a reference; this is a value: erase by "key death" or "delete row"'>
      : EraseOf<M> extends 'keep minimised until'
        ? L extends { keeps: LawId }
          ? M
          : Mistake<'kept minimised, but the table names no law that keeps it'>
        : RowGoes<C, S> extends true
          ? M
          : Mistake<'it would outlive its person: erasing them lets go of the row and does not delete it; seal it'>;

type CheckedReference<M extends AnyColumn> =
  EraseOf<M> extends 'delete row'
    ? M
    : EraseOf<M> extends 'sever link'
      ? NotNullOf<M['builder']> extends true
        ? Mistake<'"sever link" sets it to null, but the column is not null'>
        : M
      : Mistake<'a reference would outlive its person: erase by "delete row", or by "sever link" if it may be null'>;

export type CheckedColumns<C extends Columns, S, L> =
  IsUnknown<C> extends true ? unknown : { [K in keyof C]: Checked<C[K], C, S, L> };

/** Every retention ends. */
export type CheckedRetention<C extends Columns, S, R> =
  IsUnknown<C, S> extends true
    ? unknown
    : R extends { kind: 'days after'; event: infer Event }
      ? Event extends KeyOf<C>
        ? R extends { or: infer Or }
          ? Or extends KeyOf<C>
            ? unknown
            : { or: Mistake<'the event of a retention is a column of the row'> }
          : R extends { open: string }
            ? unknown
            : IsNotNull<C, Event> extends true
              ? unknown
              : {
                  event: Mistake<'a retention without an end: where this is null, name `or`, or why it is `open`'>;
                }
        : { event: Mistake<'the event of a retention is a column of the row'> }
      : R extends { kind: 'with instance' }
        ? SubjectKindOf<S> extends 'nobody'
          ? unknown
          : {
              kind: Mistake<'a retention without an end: what is about people goes with them, or days after an event'>;
            }
        : SubjectKindOf<S> extends 'nobody'
          ? { kind: Mistake<'a retention without an end: there is no subject that it could end with'> }
          : unknown;

export type CheckedLaw<C extends Columns, L> =
  IsUnknown<C> extends true
    ? unknown
    : L extends { since: infer Since }
      ? IsNotNull<C, Since> extends true
        ? unknown
        : { since: Mistake<'a law counts from a moment in a column of the row that is not null'> }
      : unknown;
