/**
 * A mail that answers a letter about a request. It is bound to the request and waits for a reader there; it proves nothing
 * and changes nothing. Where the reference is wrong, its request over, or the address another one, whoever wrote gets the
 * answer that any mail gets which nobody understood: nothing tells them which of these it was.
 */
import { conversationsIn } from '../messages/index.ts';
import { ownIn } from '../notices/index.ts';
import { type AnsweredRequest, findAnswered, isAddressOf, referencesIn } from '../requests/index.ts';
import { idOfMail, type KeptRow, keepMail } from './keep.ts';
import { languageOf } from './language.ts';
import type { MailDoorParts } from './parts.ts';
import { type ReadMail, wordsOf } from './read-mail.ts';
import type { Answer } from './schema.ts';
import { type Understood, withdraws } from './understand.ts';

/** What it names: Message-IDs of ours first, as programs write them; then what stands in its subject. */
export function referencesOf({ requesting }: MailDoorParts, { answers, subject }: ReadMail): string[] {
  const { hostname } = new URL(requesting.signIn.settings.siteUrl);
  return [...ownIn(answers, hostname), subject].flatMap(referencesIn);
}

/** Conversations that it names, in the same way. */
export function conversationsOf({ requesting }: MailDoorParts, { answers, subject }: ReadMail): string[] {
  const { hostname } = new URL(requesting.signIn.settings.siteUrl);
  return [...ownIn(answers, hostname), subject].flatMap(conversationsIn);
}

/** `isFirst`: this address has had no answer today. */
export async function takeAnswer(
  parts: MailDoorParts,
  mail: ReadMail,
  understood: Understood,
  { references, isFirst }: { readonly references: readonly string[]; readonly isFirst: boolean },
): Promise<void> {
  const request = await findAnswered(parts.requesting, references);
  const isSame =
    request !== null && mail.from !== null && (await isAddressOf(parts.requesting, request.id, mail.from));
  const says = request !== null && withdraws(parts.rules, mail);
  const row: KeptRow = {
    answer: isFirst ? answerTo(isSame ? request : null, says) : 'none',
    attachments: mail.attachments,
    outcome: null,
    ...(request !== null && { request: request.id, sender: isSame ? 'same' : 'other', withdraws: says }),
  };
  const said = {
    address: mail.from,
    messageId: mail.messageId,
    words: wordsOf(mail),
    asked: isSame ? request.asked : null,
    url: isSame ? request.url : null,
    reference: isSame ? request.reference : null,
    reply: null,
    language: isSame ? request.language : languageOf(parts, understood),
  };
  if (request === null) return keepMail(parts, row, said);
  const { pepper } = parts.requesting.erasing.services;
  const id = idOfMail(pepper, request.id, mail.messageId ?? '', mail.from ?? '', wordsOf(mail));
  await keepMail(parts, row, said, { id, until: request.until });
}

function answerTo(request: AnsweredRequest | null, says: boolean): Answer {
  if (request === null) return 'asked_back';
  return says && request.mayWithdraw ? 'withdraw' : 'with_request';
}
