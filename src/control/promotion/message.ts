/** A promotional mail as it is handed to the mail server, with the way out in its head (RFC 2369, RFC 8058). */
import type { SendMailOptions } from 'nodemailer';
import type { Id } from '../../link/ids.ts';
import { envelopeOf } from '../notices/index.ts';
import type { PromotionParts } from './parts.ts';
import { type CampaignWords, writeCampaign } from './write.ts';

export interface Outgoing {
  readonly id: Id;
  readonly to: string;
  /** Of the link to unsubscribe; says nothing about anybody. */
  readonly token: string;
  readonly date: Date;
}

type Sender = Pick<PromotionParts, 'mail' | 'company' | 'siteUrl' | 'unsubscribeTo' | 'tags'>;

export const unsubscribeUrl = (siteUrl: string, token: string): string => `${siteUrl}/unsubscribe/${token}`;

/** What a mail's subject says that unsubscribes. */
export const UNSUBSCRIBE_WORD = 'unsubscribe';

export function promotionalMessage(
  words: CampaignWords,
  { id, to, token, date }: Outgoing,
  { mail, company, siteUrl, unsubscribeTo, tags }: Sender,
): SendMailOptions {
  const { hostname } = new URL(siteUrl);
  const url = unsubscribeUrl(siteUrl, token);
  const byMail =
    unsubscribeTo === null ? [] : [`<mailto:${unsubscribeTo}?subject=${UNSUBSCRIBE_WORD}%20${token}>`];
  return {
    ...writeCampaign(words, { company, siteUrl, unsubscribeUrl: url }),
    from: mail.from ?? `Kept <no-reply@${hostname}>`,
    to: { name: '', address: to },
    messageId: `<${tags.of(id)}@${hostname}>`,
    ...envelopeOf(tags, id, to),
    date,
    headers: {
      'List-Id': `<news.${hostname}>`,
      'List-Unsubscribe': [`<${url}>`, ...byMail].join(', '),
      'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
      // Nobody answers it by machine (RFC 3834).
      'Auto-Submitted': 'auto-generated',
      Precedence: 'bulk',
    },
    disableFileAccess: true,
    disableUrlAccess: true,
  };
}
