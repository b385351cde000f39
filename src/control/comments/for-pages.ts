/** Comments as pages show them to everybody, and to their authors; the changelog that they are about. */
import { and, asc, desc, eq, isNull, notExists, sql } from 'drizzle-orm';
import { type Id, isId } from '../../link/ids.ts';
import { restriction } from '../../store/rights/schema.ts';
import { readValue } from '../../store/sealed-rows.ts';
import { type Caller, countTry, demandSignedIn, whoIs } from '../sign-in/index.ts';
import type { CommentState, RefusalReason } from './kinds.ts';
import { type CommentedPage, demandPage, pageNamed } from './pages.ts';
import type { CommentParts } from './parts.ts';
import { type CommentRow, comment } from './schema.ts';
import { changeComment, dropComment, noSuchComment, ownOf, writeComment } from './write.ts';

const SHOWN_MAX = 200;

export interface ShownComment {
  readonly id: Id;
  /** Null: its author chose none. */
  readonly name: string | null;
  readonly words: string;
  /** ISO 8601. */
  readonly at: string;
}

export interface OwnComment extends ShownComment {
  readonly state: CommentState;
  readonly reason: RefusalReason | null;
  readonly page: string;
  /** Null: the page is gone. */
  readonly title: string | null;
}

export interface CommentsOn extends CommentedPage {
  readonly shown: readonly ShownComment[];
  /** Their own, however they stand; null: nobody is signed in. */
  readonly own: readonly OwnComment[] | null;
}

export type CommentPages = ReturnType<typeof forCommentPages>;

export function forCommentPages(parts: CommentParts) {
  const { signIn, erasing, changelog } = parts;
  const { db, vault } = erasing.services;
  const opened = (row: CommentRow): ShownComment | null => {
    const words = readValue(vault, comment, row, 'words');
    if (words === null) return null;
    return { id: row.id, name: readValue(vault, comment, row, 'name'), words, at: row.at.toISOString() };
  };
  const own = (row: CommentRow): OwnComment[] => {
    const shown = opened(row);
    const { state, reason, page } = row;
    if (shown === null) return [];
    return [{ ...shown, state, reason, page, title: pageNamed(parts, page)?.title ?? null }];
  };
  const ofPerson = async (person: Id, page?: string) => {
    const rows = await db
      .select()
      .from(comment)
      .where(and(eq(comment.person, person), page === undefined ? undefined : eq(comment.page, page)))
      .orderBy(desc(comment.at), desc(comment.id))
      .limit(SHOWN_MAX);
    return rows.flatMap(own);
  };
  return {
    changelog,
    /** Nothing of who restricted the use of their data. Throws `Problem` 404. */
    on: async (caller: Caller, page: string): Promise<CommentsOn> => {
      const known = demandPage(parts, page);
      const { who } = await whoIs(signIn, caller);
      const isThere = who !== null && who.steps.length === 0 && who.deletion === null;
      const restricted = db
        .select({ one: sql`1` })
        .from(restriction)
        .where(and(eq(restriction.person, comment.person), isNull(restriction.account)));
      const rows = await db
        .select()
        .from(comment)
        .where(and(eq(comment.page, page), eq(comment.state, 'shown'), notExists(restricted)))
        .orderBy(asc(comment.at), asc(comment.id))
        .limit(SHOWN_MAX);
      return {
        ...known,
        shown: rows.flatMap((row) => opened(row) ?? []),
        own: isThere ? await ofPerson(who.person, page) : null,
      };
    },
    /** Throws `Problem` 400, 404, 409 and 429. */
    write: async (caller: Caller, page: string, form: unknown): Promise<void> => {
      const { who } = await demandSignedIn(signIn, caller);
      countTry(signIn, 'comment', who.person);
      await writeComment(parts, who.person, page, form);
    },
    /** One's own, the newest first. */
    list: async (caller: Caller): Promise<OwnComment[]> => {
      const { who } = await demandSignedIn(signIn, caller);
      return ofPerson(who.person);
    },
    /** One's own. Throws `Problem` 404. */
    comment: async (caller: Caller, id: string): Promise<OwnComment> => {
      const { who } = await demandSignedIn(signIn, caller);
      const rows = isId(id) ? await db.select().from(comment).where(ownOf(who.person, id)) : [];
      const [found] = rows.flatMap(own);
      if (found === undefined) throw noSuchComment();
      return found;
    },
    /** Throws `Problem` 400, 404, 409 and 429. */
    change: async (caller: Caller, id: string, form: unknown): Promise<void> => {
      const { who } = await demandSignedIn(signIn, caller);
      countTry(signIn, 'comment', who.person);
      await changeComment(parts, who.person, id, form);
    },
    /** Throws `Problem` 404 and 409 (`held`). */
    drop: async (caller: Caller, id: string): Promise<void> => {
      const { who } = await demandSignedIn(signIn, caller);
      await dropComment(parts, who.person, id);
    },
  };
}
