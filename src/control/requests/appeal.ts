/** An appeal against a refusal, whole or in part (STATE-9): once, within its time; it has a deadline of its own. */
import { z } from 'zod';
import { checkInput } from '../input.ts';
import { Problem } from '../problem.ts';
import { WORDS_CHARACTERS_MAX } from './asks.ts';
import { appealDue } from './law-of-request.ts';
import { sendLetter } from './letters.ts';
import { type Actor, isAt, move, onRequest, SYSTEM } from './move.ts';
import type { RequestParts } from './parts.ts';
import type { RequestRow } from './schema.ts';

const appealInput = z.strictObject({
  words: z
    .string()
    .trim()
    .min(1, 'say what you do not agree with')
    .max(WORDS_CHARACTERS_MAX, `at most ${WORDS_CHARACTERS_MAX} characters`),
});

/** Whether it can be appealed at `now`, ms since 1970. */
export const isAppealable = (row: RequestRow, now: number): boolean =>
  isAt(row, 'delivered', 'closed') &&
  row.person !== null &&
  (row.decision === 'refused' || row.decision === 'part') &&
  row.appealedAt === null &&
  row.appealUntil !== null &&
  row.appealUntil.getTime() > now;

/** Throws `Problem` 400, 404 and 409 (`not_appealable`). */
export async function appeal(parts: RequestParts, row: RequestRow, by: Actor, form: unknown): Promise<void> {
  const { words } = checkInput(form, appealInput, { words: 'What you do not agree with' });
  const { store } = parts.erasing;
  await onRequest(parts, row.id, async (tx, enter, now) => {
    const at = new Date(store.now());
    if (!isAppealable(now, at.getTime()))
      throw new Problem(
        409,
        'not_appealable',
        'This cannot be appealed: it was not refused, was appealed already, or the time for it is over.',
      );
    const set = { appealedAt: at, dueAt: appealDue(parts.law, now, at), warnedAt: null, nextAt: null };
    const appealed = await move(parts, tx, enter, now, { event: 'appeal', by, words, set });
    const known = await move(parts, tx, enter, appealed, { event: 'acknowledge', by: SYSTEM });
    await sendLetter(parts, tx, known, 'appeal_received');
  });
  parts.signIn.notices.wake();
}
