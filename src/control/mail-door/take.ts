/**
 * One mail to the policy address: read, bound to the request or the conversation whose letter it answers, understood by a
 * rule, kept for a reader where it may ask for something about data, else a message; and durable before whoever brought it
 * is told so. An address that only a mail names gets one answer a day.
 */
import { NAMED_PLACES, placeInput, UNSAID } from '../law/index.ts';
import { isReportAddress } from '../mail-tags.ts';
import { tokenInSubject } from '../promotion/index.ts';
import { receiveByMail } from '../requests/index.ts';
import { keepMail } from './keep.ts';
import { languageOf } from './language.ts';
import type { Envelope } from './listen.ts';
import type { MailDoorParts } from './parts.ts';
import { type ReadMail, readMail, wordsOf } from './read-mail.ts';
import { reportIn } from './read-report.ts';
import { conversationsOf, referencesOf, takeAnswer } from './take-answer.ts';
import { ownWords, type Understood, understand } from './understand.ts';

/** `envelope`: of SMTP; null where there was none. */
export async function takeMail(parts: MailDoorParts, raw: Buffer, envelope: Envelope | null): Promise<void> {
  const { log, requesting } = parts;
  const own = requesting.company.policyEmail.toLowerCase();
  const mail = await readMail(raw, { envelopeFrom: envelope?.from ?? null, own });
  const token = tokenInSubject(mail.subject);
  if (token !== null) {
    await parts.unsubscribe(token);
    log('info', 'mail_taken', {});
    return;
  }
  if (mail.isReport) return takeReport(parts, raw);
  // Answers of programs to an address that takes reports alone; people write to the one that stands in our letters.
  if ([...(envelope?.to ?? []), ...mail.to].some(isReportAddress)) {
    log('info', 'mail_ignored', { code: 'auto_submitted' });
    return;
  }
  if (mail.automatic !== null) {
    log('info', 'mail_ignored', { code: mail.automatic });
    return;
  }
  const { limits } = requesting.signIn;
  const isFirst = mail.from !== null && limits.waitMs('mail_answer', mail.from) === 0;
  const understood = understand(parts.rules, NAMED_PLACES, mail);
  const references = referencesOf(parts, mail);
  const conversations = conversationsOf(parts, mail);
  const isRequest = isFirst && understood.right !== null;
  if (references.length > 0) await takeAnswer(parts, mail, understood, { references, isFirst });
  else if (mail.from !== null && conversations.length > 0) {
    await takeMessage(parts, mail, understood, conversations, false);
    // Asked for in a conversation, it is asked for all the same.
    if (isRequest) await ask(parts, mail, understood);
    else if (understood.right !== null) await keepForReader(parts, mail, understood, false);
  } else if (isRequest) await ask(parts, mail, understood);
  else if (mail.from !== null && !understood.isAboutData)
    await takeMessage(parts, mail, understood, [], isFirst);
  else await keepForReader(parts, mail, understood, isFirst);
  // In memory, under a keyed hash, and after it is durable: brought again, it is answered all the same.
  if (isFirst && mail.from !== null) limits.count('mail_answer', mail.from);
  log('info', 'mail_taken', {});
}

/** One of a mail that is named by its tag; others are nobody's. */
async function takeReport({ report, tags, log }: MailDoorParts, raw: Buffer): Promise<void> {
  const kind = await reportIn(raw);
  const [of, another] = tags.idsIn(raw.toString('latin1').replaceAll(SOFT_BREAK, ''));
  if (kind === null || of === undefined || another !== undefined) {
    log('info', 'mail_ignored', { code: 'bounce' });
    return;
  }
  await report(kind, of);
  log('info', 'mail_reported', { code: kind });
}

/** Of quoted-printable. */
const SOFT_BREAK = /=\r?\n/g;

async function takeMessage(
  parts: MailDoorParts,
  mail: ReadMail,
  understood: Understood,
  references: readonly string[],
  acknowledged: boolean,
): Promise<void> {
  const { from, name, subject, files, messageId: mailId } = mail;
  if (from === null) return;
  const words = ownWords(mail.text);
  const language = languageOf(parts, understood);
  await parts.messages.take({
    language,
    from,
    name,
    subject,
    words,
    mailId,
    references,
    files,
    acknowledged,
  });
}

async function ask(parts: MailDoorParts, mail: ReadMail, understood: Understood): Promise<void> {
  const { right } = understood;
  if (right === null) return;
  const { from, messageId, attachments } = mail;
  const language = languageOf(parts, understood);
  const { next, ...received } = await receiveByMail(parts.requesting, {
    right,
    place: placeInput.safeParse(understood.place).data ?? UNSAID,
    address: from,
    words: wordsOf(mail),
    receivedAt: parts.requesting.erasing.store.now(),
    messageId,
    language,
  });
  // With a proof comes a letter of its own, which is the answer.
  if (next === 'proof') return;
  await keepMail(
    parts,
    { answer: next, attachments, outcome: 'rule' },
    { ...received, address: from, messageId, words: null, reply: null, language },
  );
}

const keepForReader = (
  parts: MailDoorParts,
  mail: ReadMail,
  understood: Understood,
  isFirst: boolean,
): Promise<void> =>
  keepMail(
    parts,
    { answer: isFirst ? 'asked_back' : 'none', attachments: mail.attachments, outcome: null },
    {
      address: mail.from,
      messageId: mail.messageId,
      words: wordsOf(mail),
      asked: null,
      url: null,
      reference: null,
      reply: null,
      language: languageOf(parts, understood),
    },
  );
