/** A mail as it is handed to the mail server. */
import type { SendMailOptions } from 'nodemailer';
import { type Id, isId } from '../../link/ids.ts';
import type { MailTags } from '../mail-tags.ts';
import type { Written } from './letter.ts';
import { headersOf, type Thread } from './thread.ts';

export interface Outgoing {
  /** Of its row. In the left part of its Message-ID, with a checksum: the same over all attempts. */
  readonly id: string;
  readonly to: string;
  readonly written: Written;
  readonly date: Date;
  /** Left out: it stands alone, and nobody reads an answer. */
  readonly thread?: Thread | null;
  /** Somebody here wrote it; left out: no. */
  readonly byHand?: boolean;
}

export interface Sender {
  /** `Kept <no-reply@example.org>`. */
  readonly from: string;
  /** Where answers to letters of a thread go; null: nobody reads them. */
  readonly answersTo: string | null;
  /** Bind reports about a mail to it. */
  readonly tags: MailTags;
  readonly siteUrl: string;
}

const ALONE: Thread = { reference: null, answers: null };

/** Reports come back to an address that names the mail, where we take any. */
export function envelopeOf(tags: MailTags, id: Id, to: string): Pick<SendMailOptions, 'envelope'> {
  const from = tags.returnPath(id);
  return from === null ? {} : { envelope: { from, to } };
}

export function messageFor(
  { id, to, written, date, thread = null, byHand = false }: Outgoing,
  { from, answersTo, tags, siteUrl }: Sender,
): SendMailOptions {
  const { reference, answers } = thread ?? ALONE;
  const subject = reference === null ? written.subject : `${written.subject} [${reference}]`;
  return {
    ...written,
    subject,
    from,
    to: { name: '', address: to },
    ...(thread !== null && answersTo !== null && { replyTo: answersTo }),
    ...headersOf({ reference, answers }, isId(id) ? tags.of(id) : id, new URL(siteUrl).hostname),
    ...(isId(id) && envelopeOf(tags, id, to)),
    date,
    // Nobody answers it by machine (RFC 3834).
    ...(!byHand && { headers: { 'Auto-Submitted': answers === null ? 'auto-generated' : 'auto-replied' } }),
    disableFileAccess: true,
    disableUrlAccess: true,
  };
}
