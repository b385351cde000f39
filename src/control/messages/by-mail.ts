/**
 * A mail that asks for nothing about data becomes a message: of the conversation that it names, where the address is that
 * of whoever the conversation is with; else a new one. The sender is a claim: answers go to the address, and nothing that is
 * held about anybody is told to it.
 */
import { createHmac } from 'node:crypto';
import type { Id } from '../../link/ids.ts';
import { nameInput, writerOf } from '../accounts/index.ts';
import { keepableFiles, type SentFile } from './files.ts';
import { MESSAGES_MAX, SUBJECT_CHARACTERS_MAX } from './kinds.ts';
import type { MessageParts } from './parts.ts';
import { begin, conversationNamed, goOnWith, type NewMessage } from './receive.ts';
import type { ConversationRow } from './schema.ts';

export interface MailedMessage {
  /** Normalised, as the mail claims it. */
  readonly from: string;
  /** As they call themselves; empty: they do not. */
  readonly name: string;
  readonly subject: string;
  /** Without what is quoted. */
  readonly words: string;
  readonly mailId: string | null;
  /** As the mail's words tell; BCP 47. */
  readonly language: string;
  /** Of conversations, the nearest first. */
  readonly references: readonly string[];
  readonly files: readonly SentFile[];
  /** Whether this address may get a mail that says that it came. */
  readonly acknowledged: boolean;
}

/** More in one mail are no answer to a letter. */
const REFERENCES_MAX = 5;
const NO_SUBJECT = 'No subject';

/** Durable when this resolves; the same mail brought twice is there once. Throws `Problem` 409 (`erased`). */
export async function takeMessage(parts: MessageParts, mail: MailedMessage): Promise<void> {
  const { services } = parts.requesting.erasing;
  const { files, dropped } = keepableFiles(mail.files);
  const named = await firstNamed(parts, mail.references);
  const person = await writerOf(services, { email: mail.from, ...calledIn(mail) });
  const what: NewMessage = {
    person,
    door: 'mail',
    words: mail.words === '' ? '(nothing was written)' : mail.words,
    files,
    dropped,
    mailId: mail.mailId,
    id: idOf(services.pepper, person, mail),
  };
  if (named?.person === person && named.messages < MESSAGES_MAX) return goOnWith(parts, named.id, what);
  const subject = mail.subject.replace(/\s+/g, ' ').trim().slice(0, SUBJECT_CHARACTERS_MAX);
  await begin(parts, {
    ...what,
    kind: 'enquiry',
    subject: subject === '' ? NO_SUBJECT : subject,
    names: named?.id ?? null,
    language: mail.language,
    acknowledged: mail.acknowledged,
  });
}

async function firstNamed(
  parts: MessageParts,
  references: readonly string[],
): Promise<ConversationRow | null> {
  for (const reference of [...new Set(references)].slice(0, REFERENCES_MAX)) {
    const found = await conversationNamed(parts, reference);
    if (found !== null) return found;
  }
  return null;
}

const calledIn = (mail: MailedMessage): { readonly name?: string } => {
  const name = nameInput.safeParse(mail.name).data;
  return name === undefined ? {} : { name };
};

/** Follows from the mail, so that one that is brought again is known; tells nobody anything without the pepper. */
const idOf = (pepper: string, person: Id, { mailId, subject, words }: MailedMessage): Id =>
  createHmac('sha256', Buffer.from(pepper, 'hex'))
    .update(`kept message v1\n${JSON.stringify([person, mailId, subject, words])}`)
    .digest('hex')
    .slice(0, 32);
