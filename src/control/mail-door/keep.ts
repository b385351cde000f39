/** Writes down a mail that is to be read or answered: durable when this resolves, and what it says sealed. */
import { createHmac } from 'node:crypto';
import { type Id, newId } from '../../link/ids.ts';
import { type Content, mailContent } from './content.ts';
import type { MailDoorParts } from './parts.ts';
import { incomingMail, KEPT_DAYS } from './schema.ts';

const DAY_MS = 86_400_000;

export type KeptRow = Pick<typeof incomingMail.$inferInsert, 'answer' | 'attachments' | 'outcome'> &
  Partial<Pick<typeof incomingMail.$inferInsert, 'request' | 'sender' | 'withdraws'>>;

/** `id`: left out, a random one; one that is there already stays as it is. `until`: ms since 1970; left out: 30 days. */
export async function keepMail(
  { requesting: { erasing } }: MailDoorParts,
  row: KeptRow,
  said: Content,
  { id = newId(), until }: { readonly id?: Id; readonly until?: number } = {},
): Promise<void> {
  const { services, store } = erasing;
  const receivedAt = new Date(store.now());
  const ends = until ?? receivedAt.getTime() + KEPT_DAYS * DAY_MS;
  const content = await mailContent.seal(services, id, said, ends);
  const answerAt = row.answer === 'none' ? null : receivedAt;
  await services.db
    .insert(incomingMail)
    .values({ id, receivedAt, answerAt, content, until: new Date(ends), ...row })
    .onConflictDoNothing();
}

/**
 * The same for the same mail about the same request, so that one that is brought again, since a kill came between its
 * taking and the answer to who brought it, is kept once. It tells nobody anything without the pepper.
 */
export const idOfMail = (pepper: string, ...of: readonly string[]): Id =>
  createHmac('sha256', Buffer.from(pepper, 'hex'))
    .update(`kept mail v1\n${JSON.stringify(of)}`)
    .digest('hex')
    .slice(0, 32);
