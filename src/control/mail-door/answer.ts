/** Sends the answers that are due to strangers, each with a Message-ID of its own that it keeps over all attempts. */
import { asc, eq, lte } from 'drizzle-orm';
import { faultFields } from '../../log/log.ts';
import { dropIntakeKey } from '../intake.ts';
import { mailContent } from './content.ts';
import { answerLetter } from './letters.ts';
import type { MailDoorParts } from './parts.ts';
import { type IncomingMail, incomingMail } from './schema.ts';

const BATCH = 20;
const MINUTE_MS = 60_000;
const PAUSES_MS = [MINUTE_MS / 4, MINUTE_MS, 15 * MINUTE_MS, 60 * MINUTE_MS, 6 * 60 * MINUTE_MS];

/** Those that are due; answers whether more may be. */
export async function answerDue(parts: MailDoorParts, signal: AbortSignal): Promise<boolean> {
  const { services, store } = parts.requesting.erasing;
  const due = await services.db
    .select()
    .from(incomingMail)
    .where(lte(incomingMail.answerAt, new Date(store.now())))
    .orderBy(asc(incomingMail.answerAt))
    .limit(BATCH);
  for (const row of due) {
    if (signal.aborted) return false;
    await answer(parts, row);
  }
  return due.length === BATCH;
}

async function answer(parts: MailDoorParts, row: IncomingMail): Promise<void> {
  const { erasing, signIn } = parts.requesting;
  const { services, store } = erasing;
  const its = eq(incomingMail.id, row.id);
  const content = mailContent.open(services.vault, row.id, row.content);
  const { notices, settings } = signIn;
  const letter =
    content === null ? null : answerLetter(notices.letters, row.answer, content, settings.siteUrl);
  if (content?.address == null || letter === null || !notices.deliverable) {
    await services.db.update(incomingMail).set({ answer: 'none', answerAt: null }).where(its);
    return;
  }
  const pause = PAUSES_MS[row.attempts];
  // Written before it is tried: killed meanwhile, it goes again, as often as that and no more.
  const next = pause === undefined ? null : new Date(store.now() + pause);
  await services.db
    .update(incomingMail)
    .set({ answerAt: next, attempts: row.attempts + 1 })
    .where(its);
  try {
    await notices.sendNow({
      // What somebody writes is another mail than what was answered by itself.
      id: row.answer === 'reply' ? `${row.id}.reply` : row.id,
      to: content.address,
      letter,
      thread: { reference: content.reference, answers: content.messageId },
      byHand: row.answer === 'reply',
      date: new Date(store.now()),
    });
    await services.db.update(incomingMail).set({ answerAt: null }).where(its);
    if (row.outcome === 'rule') await dropIntakeKey(services.keys, row.id);
    parts.log('info', 'mail_sent', { attempt: row.attempts + 1 });
  } catch (error) {
    if (next === null) await services.db.update(incomingMail).set({ answer: 'none' }).where(its);
    parts.log('warn', 'mail_failed', { ...faultFields(error), attempt: row.attempts + 1 });
  }
}
