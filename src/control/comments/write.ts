/** An author writes, changes and deletes; whatever they change waits to be read again. */
import { and, count, eq } from 'drizzle-orm';
import { z } from 'zod';
import { type Id, isId, newId } from '../../link/ids.ts';
import { sealRow } from '../../store/sealed-rows.ts';
import type { Tx } from '../../store/store.ts';
import { demandNotHeld } from '../held.ts';
import { checkInput } from '../input.ts';
import { Problem } from '../problem.ts';
import { lockPerson } from '../requests/index.ts';
import { COMMENT_CHARACTERS_MAX, COMMENTS_MAX, SHOWN_NAME_CHARACTERS_MAX } from './kinds.ts';
import { demandPage } from './pages.ts';
import type { CommentParts } from './parts.ts';
import { COMMENT_DAYS, type CommentRow, comment } from './schema.ts';

const DAY_MS = 86_400_000;
/** Controls, and what turns the direction of text, have no place in what others read; a line may end. */
const UNSEEN = /[\p{Cc}\p{Cf}]/u;
const unseenButLines = (text: string): boolean => UNSEEN.test(text.replaceAll('\n', ''));

const commentInput = z.strictObject({
  name: z
    .string()
    .trim()
    .max(SHOWN_NAME_CHARACTERS_MAX, `at most ${SHOWN_NAME_CHARACTERS_MAX} characters`)
    .refine((text) => !UNSEEN.test(text), 'holds characters that nobody sees')
    .default(''),
  words: z
    .string()
    .transform((text) => text.replaceAll('\r\n', '\n').trim())
    .pipe(
      z
        .string()
        .min(1, 'write something')
        .max(COMMENT_CHARACTERS_MAX, `at most ${COMMENT_CHARACTERS_MAX} characters`)
        .refine((text) => !unseenButLines(text), 'holds characters that nobody sees'),
    ),
});
const LABELS = { name: 'Shown under', words: 'Your comment' };

/** Throws `Problem` 400. */
function read(form: unknown) {
  const { name, words } = checkInput(form, commentInput, LABELS);
  return { name: name === '' ? null : name, words };
}

const waiting = (now: number) => ({
  state: 'waiting' as const,
  reason: null,
  changedAt: new Date(now),
  until: new Date(now + COMMENT_DAYS * DAY_MS),
});

/** Throws `Problem` 400, 404 and 409 (`too_many`, `erased`). */
export async function writeComment(
  parts: CommentParts,
  person: Id,
  page: string,
  form: unknown,
): Promise<void> {
  const { services, store } = parts.erasing;
  const wish = read(form);
  demandPage(parts, page);
  await services.db.transaction(async (tx) => {
    await lockPerson(tx, store, person);
    const theirs = and(eq(comment.person, person), eq(comment.page, page));
    const [counted] = await tx.select({ count: count() }).from(comment).where(theirs);
    if ((counted?.count ?? 0) >= COMMENTS_MAX)
      throw new Problem(
        409,
        'too_many',
        `You have ${COMMENTS_MAX} comments on this page. Change or delete one of them.`,
      );
    const now = store.now();
    const row = { id: newId(), person, page, at: new Date(now), ...wish, ...waiting(now) };
    await tx.insert(comment).values(sealRow(services.vault, comment, row));
  });
}

/** It waits to be read again, and is not shown meanwhile. Throws `Problem` 400, 404 and 409. */
export async function changeComment(
  parts: CommentParts,
  person: Id,
  id: string,
  form: unknown,
): Promise<void> {
  const { services, store } = parts.erasing;
  const wish = read(form);
  await onOwn(parts, person, id, async (tx, row) => {
    const { name, words, state, reason, changedAt, until } = sealRow(services.vault, comment, {
      ...row,
      ...wish,
      ...waiting(store.now()),
    });
    await tx
      .update(comment)
      .set({ name, words, state, reason, changedAt, until })
      .where(eq(comment.id, row.id));
  });
}

/** For good. Throws `Problem` 404 and 409 (`held`). */
export const dropComment = (parts: CommentParts, person: Id, id: string): Promise<void> =>
  onOwn(parts, person, id, async (tx, row) => {
    await demandNotHeld(parts.erasing.store, tx, ['comment'], person);
    await tx.delete(comment).where(eq(comment.id, row.id));
  });

async function onOwn(
  { erasing: { services, store } }: CommentParts,
  person: Id,
  id: string,
  work: (tx: Tx, row: CommentRow) => Promise<void>,
): Promise<void> {
  await services.db.transaction(async (tx) => {
    await lockPerson(tx, store, person);
    const [row] = isId(id) ? await tx.select().from(comment).where(ownOf(person, id)).for('update') : [];
    if (row === undefined) throw noSuchComment();
    await work(tx, row);
  });
}

export const ownOf = (person: Id, id: Id) => and(eq(comment.id, id), eq(comment.person, person));

export const noSuchComment = (): Problem =>
  new Problem(404, 'no_such_comment', 'There is no such comment, or it is gone.');
