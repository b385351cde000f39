/**
 * How a column of the data map is written: Drizzle's builder together with what it is and what happens to it.
 *
 *     email: sealed('email', { label: 'E-mail address', class: 'user.contact.email', … }),
 *     createdAt: stored(moment('created_at').notNull(), { plain: 'a time', … }),
 *     pid: none(integer('pid').notNull(), 'number of a process of ours'),
 *     account: refers('account', id('account_id').notNull().references(() => account.id), { … }),
 */
import type { ColumnBuilderBase } from 'drizzle-orm';
import { customType } from 'drizzle-orm/pg-core';
import type { NoneFacts, PersonalFacts } from './facts.ts';
import type { SubjectKind } from './words.ts';

/** The bytes of a sealed value, as PostgreSQL holds them; opened by the vault only. */
export type Sealed = Buffer & { readonly sealed: true };

const sealedBytes = customType<{ data: Sealed; driverData: Buffer }>({ dataType: () => 'bytea' });

/** Shown by the compiler in place of the type that was expected. */
export interface Mistake<Sentence extends string> {
  readonly mistake: Sentence;
}

export interface Mapped<B extends ColumnBuilderBase, F, How extends 'sealed' | 'stored' | 'none' | 'refers'> {
  readonly how: How;
  readonly builder: B;
  readonly facts: F;
  /** The kind of subject that a reference names. */
  readonly refersTo?: SubjectKind;
}

/** Facts of a sealed column: its erasure is the death of the key, or of the row. */
export type SealedFacts = Omit<PersonalFacts, 'plain'> & {
  readonly plain?: Mistake<'it is sealed, so it is not plain: leave `plain` out, or use stored(…)'>;
};
/** Facts of a column that is personal and stored as it is: it says why. */
export type StoredFacts = Omit<PersonalFacts, 'plain'> & { readonly plain: string };

/** Text sealed under its subject's key. */
export const sealed = <const F extends SealedFacts>(name: string, facts: F) => ({
  how: 'sealed' as const,
  builder: sealedBytes(name).notNull(),
  facts,
});

/** Sealed text that may be missing. */
export const sealedOrNull = <const F extends SealedFacts>(name: string, facts: F) => ({
  how: 'sealed' as const,
  builder: sealedBytes(name),
  facts,
});

/** Personal, and stored as it is because … */
export const stored = <B extends ColumnBuilderBase, const F extends StoredFacts>(builder: B, facts: F) => ({
  how: 'stored' as const,
  builder,
  facts,
});

/** About nobody, because … */
export const none = <B extends ColumnBuilderBase>(builder: B, why: string) => ({
  how: 'none' as const,
  builder,
  facts: { class: 'none', why } satisfies NoneFacts as NoneFacts,
});

/** Names a subject by its random id. */
export const refers = <const K extends SubjectKind, B extends ColumnBuilderBase, const F extends StoredFacts>(
  refersTo: K,
  builder: B,
  facts: F,
) => ({ how: 'refers' as const, refersTo, builder, facts });
