/**
 * Comments at the desk: read before they are shown, by a look that stands in the record; shown, or refused with a reason
 * that their author is told. Who the author is stands nowhere here.
 */
import { and, asc, eq, isNull, notExists, sql } from 'drizzle-orm';
import { z } from 'zod';
import { type Id, isId } from '../../link/ids.ts';
import { isRestricted } from '../../store/rights/restrict.ts';
import { restriction } from '../../store/rights/schema.ts';
import { readValue } from '../../store/sealed-rows.ts';
import { demandStaff } from '../desk/index.ts';
import { checkInput } from '../input.ts';
import { Problem } from '../problem.ts';
import { lockPerson } from '../requests/index.ts';
import type { Caller } from '../sign-in/index.ts';
import { COMMENT_STATES, REASON_WORDS, REFUSAL_REASONS, type RefusalReason } from './kinds.ts';
import { pageNamed } from './pages.ts';
import type { CommentParts } from './parts.ts';
import { COMMENT_DAYS, type CommentRow, comment, REFUSED_DAYS } from './schema.ts';
import { noSuchComment } from './write.ts';

const LISTED_MAX = 100;
const DAY_MS = 86_400_000;
/** What the author reads on their profile of the look. */
const WHY_READ = 'To decide whether a comment is shown';

const decisionInput = z.strictObject({
  decision: z.enum(['show', ...REFUSAL_REASONS], 'choose one'),
  /** What was read: ISO 8601. */
  version: z.iso.datetime('is missing: read the comment first'),
});
const LABELS = { decision: 'What becomes of it', version: 'What you read' };
const stateInput = z.enum(COMMENT_STATES).catch('waiting');

export type CommentDesk = ReturnType<typeof forCommentDesk>;

export function forCommentDesk(parts: CommentParts) {
  const { signIn, erasing } = parts;
  const { services, store } = erasing;
  const { db, vault } = services;
  const demand = (caller: Caller, fresh = false) =>
    demandStaff(signIn, caller, 'comments', fresh ? { fresh } : undefined);
  const lined = (row: CommentRow, me: Id) => ({
    id: row.id,
    page: row.page,
    title: pageNamed(parts, row.page)?.title ?? null,
    state: row.state,
    reason: row.reason,
    changedAt: row.changedAt.toISOString(),
    isOwn: row.person === me,
  });
  const rowOf = async (id: string): Promise<CommentRow> => {
    const [row] = isId(id) ? await db.select().from(comment).where(eq(comment.id, id)) : [];
    if (row === undefined) throw noSuchComment();
    return row;
  };
  return {
    /** `asked`: how they stand; what has waited longest first. */
    list: async (caller: Caller, asked: unknown) => {
      const { actor } = await demand(caller);
      const state = stateInput.parse(asked);
      const restricted = db
        .select({ one: sql`1` })
        .from(restriction)
        .where(and(eq(restriction.person, comment.person), isNull(restriction.account)));
      const rows = await db
        .select()
        .from(comment)
        .where(and(eq(comment.state, state), notExists(restricted)))
        .orderBy(asc(comment.changedAt), asc(comment.id))
        .limit(LISTED_MAX);
      return { state, rows: rows.map((row) => lined(row, actor.person)) };
    },
    /** What is known of it without reading it. Throws `Problem` 404. */
    comment: async (caller: Caller, id: string) => {
      const { actor } = await demand(caller);
      return lined(await rowOf(id), actor.person);
    },
    /** Wants a fresh sign-in. Throws `Problem` 403 (`own_comment`), 404 and 409 (`restricted`). */
    read: async (caller: Caller, id: string) => {
      const { actor } = await demand(caller, true);
      const row = await rowOf(id);
      demandOther(row, actor.person);
      if (await isRestricted(db, { kind: 'person', id: row.person })) throw restrictedNow();
      await store.record.act((_tx, enter) =>
        enter({
          kind: 'staff_read',
          role: actor.role,
          about: { kind: 'person', id: row.person },
          content: {
            actor: actor.person,
            purpose: 'provide_service',
            reason: WHY_READ,
            table: 'comment',
            row: row.id,
          },
        }),
      );
      const words = readValue(vault, comment, row, 'words');
      if (words === null) throw noSuchComment();
      return { words, name: readValue(vault, comment, row, 'name'), version: row.changedAt.toISOString() };
    },
    /** About what was read, and nothing later. Throws `Problem` 400, 403 (`own_comment`), 404 and 409. */
    decide: async (caller: Caller, id: string, form: unknown): Promise<void> => {
      const { actor } = await demand(caller, true);
      const { decision, version } = checkInput(form, decisionInput, LABELS);
      const whose = await rowOf(id);
      demandOther(whose, actor.person);
      await store.record.act(async (tx, enter) => {
        await lockPerson(tx, store, whose.person);
        const [row] = await tx.select().from(comment).where(eq(comment.id, whose.id)).for('update');
        if (row === undefined) throw noSuchComment();
        if (await isRestricted(tx, { kind: 'person', id: row.person })) throw restrictedNow();
        if (row.changedAt.toISOString() !== version)
          throw new Problem(409, 'changed', 'It was changed since you read it. Read it again.');
        const now = store.now();
        const days = decision === 'show' ? COMMENT_DAYS : REFUSED_DAYS;
        await enter({
          kind: 'message',
          role: actor.role,
          about: { kind: 'person', id: row.person },
          content: { comment: row.id, event: decision, staff: actor.person },
        });
        await tx
          .update(comment)
          .set({
            state: decision === 'show' ? 'shown' : 'refused',
            reason: decision === 'show' ? null : decision,
            until: new Date(now + days * DAY_MS),
          })
          .where(eq(comment.id, row.id));
        await signIn.notices.send(tx, letterTo(row, decision, signIn.settings.siteUrl));
      });
      signIn.notices.wake();
    },
  };
}

/** It holds nothing of what was written. */
function letterTo(row: CommentRow, decision: 'show' | RefusalReason, siteUrl: string) {
  if (decision === 'show')
    return {
      template: 'comment_shown' as const,
      person: row.person,
      values: { url: `${siteUrl}/console/comments/${row.id}` },
    };
  return {
    template: 'comment_refused' as const,
    person: row.person,
    values: { why: REASON_WORDS[decision], url: `${siteUrl}/console/comments/${row.id}` },
  };
}

function demandOther({ person }: CommentRow, staff: Id): void {
  if (person === staff)
    throw new Problem(403, 'own_comment', 'You wrote this yourself. Somebody else decides about it.');
}

const restrictedNow = (): Problem =>
  new Problem(409, 'restricted', 'The use of this person’s data is restricted: nothing is done with it now.');
