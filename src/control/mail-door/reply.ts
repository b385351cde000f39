/**
 * Somebody here answers a mail about a request, in its thread, once. It goes to the address that is held of whom the request
 * is about, wherever the mail came from; while nobody has shown who asks, to the address that they named, and to no other.
 */
import { eq } from 'drizzle-orm';
import { z } from 'zod';
import type { Id } from '../../link/ids.ts';
import type { ActorRole } from '../../record/commitment.ts';
import { checkInput } from '../input.ts';
import { Problem } from '../problem.ts';
import { type AnsweredRequest, lockPerson, requestOfMail } from '../requests/index.ts';
import { mailContent } from './content.ts';
import type { MailDoorParts } from './parts.ts';
import { type IncomingMail, incomingMail } from './schema.ts';

export const REPLY_CHARACTERS_MAX = 4000;

const replyInput = z.strictObject({
  words: z
    .string()
    .trim()
    .min(1, 'write what is answered')
    .max(REPLY_CHARACTERS_MAX, `at most ${REPLY_CHARACTERS_MAX} characters`),
});

interface Writer {
  readonly person: Id;
  readonly role: ActorRole;
}

/** Why nobody can be answered; null: somebody can. */
export function whyNoReply(
  { requesting }: MailDoorParts,
  row: IncomingMail,
  request: AnsweredRequest,
): string | null {
  if (row.repliedAt !== null) return 'It is answered already. If they write again, that can be answered too.';
  if (request.isErased) return 'Whoever this is about was erased: there is nobody to write to.';
  if (request.person !== null) return null;
  if (row.sender !== 'same')
    return 'It came from an address that is not the one of the request, and nobody has shown who asks.';
  return requesting.signIn.notices.deliverable ? null : 'There is no mail server to send it by (SMTP_URL).';
}

/** `request`: that the mail is about. Throws `Problem` 400, 404 and 409 (`erased`, `no_reply`, `gone`). */
export async function reply(
  parts: MailDoorParts,
  { id, request: of }: Pick<IncomingMail, 'id' | 'request'>,
  by: Writer,
  form: unknown,
): Promise<void> {
  const { words } = checkInput(form, replyInput, { words: 'Answer' });
  const { erasing, signIn } = parts.requesting;
  const { vault } = erasing.services;
  const request = of === null ? null : await requestOfMail(parts.requesting, of);
  if (request === null) throw noSuchMail();
  await erasing.store.record.act(async (tx, enter) => {
    if (request.person !== null) await lockPerson(tx, erasing.store, request.person);
    const its = eq(incomingMail.id, id);
    const [row] = await tx.select().from(incomingMail).where(its).for('update');
    if (row === undefined) throw noSuchMail();
    const why = whyNoReply(parts, row, request);
    if (why !== null) throw new Problem(409, 'no_reply', why);
    const content = mailContent.open(vault, id, row.content);
    if (content === null) throw new Problem(409, 'gone', 'This mail can no longer be opened.');
    const { person, reference, language, asked, url } = request;
    await enter({
      kind: 'request',
      role: by.role,
      about: person === null ? null : { kind: 'person', id: person },
      content: {
        request: request.id,
        event: 'reply',
        mail: id,
        ...(person !== null && { staff: by.person }),
      },
    });
    const now = new Date(erasing.store.now());
    // Whoever wrote from another address is not shown to whom it is about as if they had written it themselves.
    const answers = row.sender === 'same' ? content.messageId : null;
    if (person !== null)
      await signIn.notices.send(tx, {
        template: 'mail_reply',
        person,
        language,
        thread: { reference, answers },
        byHand: true,
        values: { asked, url, words },
      });
    await tx
      .update(incomingMail)
      .set({
        content: mailContent.sealAnew(vault, id, {
          ...content,
          asked,
          url,
          reference,
          language,
          reply: words,
        }),
        repliedAt: now,
        outcome: row.outcome ?? 'no_request',
        ...(person === null && { answer: 'reply' as const, answerAt: now, attempts: 0 }),
      })
      .where(its);
  });
  signIn.notices.wake();
}

export const noSuchMail = (): Problem =>
  new Problem(404, 'no_such_mail', 'There is no such mail, or it is gone.');
