/** Whoever decides is told, once a day, that mail has waited for a reader longer than a day. */
import { and, count, isNull, lt } from 'drizzle-orm';
import { mailOfDay, toBeTold } from '../requests/index.ts';
import type { MailDoorParts } from './parts.ts';
import { incomingMail } from './schema.ts';

const DAY_MS = 86_400_000;

/** How many mails wait for a reader. */
export async function countUnread({ requesting }: MailDoorParts): Promise<number> {
  const [counted] = await requesting.erasing.services.db
    .select({ count: count() })
    .from(incomingMail)
    .where(isNull(incomingMail.outcome));
  return counted?.count ?? 0;
}

export async function warnReaders(parts: MailDoorParts): Promise<void> {
  const { erasing, signIn } = parts.requesting;
  const { services, store } = erasing;
  const now = store.now();
  const [old] = await services.db
    .select({ id: incomingMail.id })
    .from(incomingMail)
    .where(and(isNull(incomingMail.outcome), lt(incomingMail.receivedAt, new Date(now - DAY_MS))))
    .limit(1);
  if (old === undefined) return;
  const values = {
    waiting: String(await countUnread(parts)),
    url: `${signIn.settings.siteUrl}/desk/requests/mail`,
  };
  const readers = await toBeTold(parts.requesting);
  await services.db.transaction(async (tx) => {
    for (const person of readers)
      await signIn.notices.send(tx, {
        id: mailOfDay('mail to read', person, now),
        template: 'mail_to_read',
        person,
        values,
      });
  });
  signIn.notices.wake();
}
