/** A mail as it is handed to the mail server. */
import type { SendMailOptions } from 'nodemailer';
import type { Id } from '../../link/ids.ts';
import type { Written } from './letter.ts';

export interface Outgoing {
  /** Also the left part of its Message-ID: the same over all attempts. */
  readonly id: Id;
  readonly to: string;
  readonly written: Written;
  readonly date: Date;
  /** Message-ID of the mail that it answers, with its brackets. */
  readonly inReplyTo?: string | null;
}

export const messageFor = (
  { id, to, written, date, inReplyTo = null }: Outgoing,
  { from, siteUrl }: { readonly from: string; readonly siteUrl: string },
): SendMailOptions => ({
  ...written,
  from,
  to: { name: '', address: to },
  messageId: `<${id}@${new URL(siteUrl).hostname}>`,
  date,
  ...(inReplyTo !== null && { inReplyTo, references: inReplyTo }),
  // Nobody answers it by machine (RFC 3834).
  headers: { 'Auto-Submitted': inReplyTo === null ? 'auto-generated' : 'auto-replied' },
  disableFileAccess: true,
  disableUrlAccess: true,
});
