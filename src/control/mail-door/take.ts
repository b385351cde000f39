/**
 * One mail to the policy address: read, understood by a rule or kept for a reader, and durable before whoever brought it
 * is told so. An address that only a mail names gets one answer a day.
 */
import { newId } from '../../link/ids.ts';
import { NAMED_PLACES, placeInput, UNSAID } from '../law/index.ts';
import { ENGLISH } from '../notices/index.ts';
import { type ReceivedByMail, receiveByMail } from '../requests/index.ts';
import { type Content, mailContent } from './content.ts';
import type { MailDoorParts } from './parts.ts';
import { type ReadMail, readMail, wordsOf } from './read-mail.ts';
import { type Answer, incomingMail, KEPT_DAYS } from './schema.ts';
import { type Understood, understand } from './understand.ts';

const DAY_MS = 86_400_000;

/** `envelopeFrom`: of the SMTP envelope, or null where there was none. */
export async function takeMail(
  parts: MailDoorParts,
  raw: Buffer,
  envelopeFrom: string | null,
): Promise<void> {
  const { log, requesting } = parts;
  const own = requesting.company.policyEmail.toLowerCase();
  const mail = await readMail(raw, { envelopeFrom, own });
  if (mail.automatic !== null) {
    log('info', 'mail_ignored', { code: mail.automatic });
    return;
  }
  const { limits } = requesting.signIn;
  const answered = mail.from === null || limits.waitMs('mail_answer', mail.from) > 0;
  const understood = understand(parts.rules, NAMED_PLACES, mail);
  if (!answered && understood.right !== null) await ask(parts, mail, understood);
  else await keepForReader(parts, mail, understood, answered ? 'none' : 'asked_back');
  // In memory, under a keyed hash, and after it is durable: brought again, it is answered all the same.
  if (!answered && mail.from !== null) limits.count('mail_answer', mail.from);
  log('info', 'mail_taken', {});
}

async function ask(parts: MailDoorParts, mail: ReadMail, understood: Understood): Promise<void> {
  const { right } = understood;
  if (right === null) return;
  const received = await receiveByMail(parts.requesting, {
    right,
    place: placeInput.safeParse(understood.place).data ?? UNSAID,
    address: mail.from,
    words: wordsOf(mail),
    receivedAt: parts.requesting.erasing.store.now(),
    language: languageOf(parts, understood),
  });
  // With a proof comes a letter of its own, which is the answer.
  if (received.next !== 'proof') await oweAnswer(parts, mail, understood, received);
}

/** English, where there is no catalogue of it. */
const languageOf = ({ requesting }: MailDoorParts, { language }: Understood): string =>
  requesting.signIn.notices.letters.of(language ?? ENGLISH).language;

async function oweAnswer(
  parts: MailDoorParts,
  { from, messageId, attachments }: ReadMail,
  understood: Understood,
  { next, asked, url }: ReceivedByMail,
): Promise<void> {
  if (next === 'proof') return;
  await write(
    parts,
    { answer: next, attachments, outcome: 'rule' },
    { address: from, messageId, words: null, asked, url, language: languageOf(parts, understood) },
  );
}

const keepForReader = (
  parts: MailDoorParts,
  mail: ReadMail,
  understood: Understood,
  answer: Answer,
): Promise<void> =>
  write(
    parts,
    { answer, attachments: mail.attachments, outcome: null },
    {
      address: mail.from,
      messageId: mail.messageId,
      words: wordsOf(mail),
      asked: null,
      url: null,
      language: languageOf(parts, understood),
    },
  );

async function write(
  { requesting: { erasing } }: MailDoorParts,
  row: Pick<typeof incomingMail.$inferInsert, 'answer' | 'attachments' | 'outcome'>,
  said: Content,
): Promise<void> {
  const { services, store } = erasing;
  const id = newId();
  const receivedAt = new Date(store.now());
  const until = receivedAt.getTime() + KEPT_DAYS * DAY_MS;
  const content = await mailContent.seal(services, id, said, until);
  const answerAt = row.answer === 'none' ? null : receivedAt;
  await services.db.insert(incomingMail).values({ id, receivedAt, answerAt, content, ...row });
}
