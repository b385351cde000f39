/**
 * Promotional mail (CHOICE-2, CHOICE-3): campaigns to those whose consent stands, with an account or by the newsletter, at
 * most once each, with a way out that needs no account. It has its own table, its own connection to the mail server and its own words; nothing here can send
 * service mail, and no unsubscribing stops that.
 */
import type { Id } from '../../link/ids.ts';
import { forCampaignDesk } from './for-desk.ts';
import { formerReaders } from './former-readers.ts';
import { openNewsletter } from './newsletter.ts';
import type { PromotionParts } from './parts.ts';
import { type ReportKind, takeReport } from './reports.ts';
import { CampaignSender } from './sender.ts';
import { unsubscribe } from './unsubscribe.ts';

export type { CampaignDesk } from './for-desk.ts';
export type { NewsletterPages } from './newsletter.ts';
export type { ReportKind } from './reports.ts';
export { tokenInSubject } from './unsubscribe.ts';

export function openPromotion(parts: PromotionParts) {
  const sender = new CampaignSender(parts);
  const newsletter = openNewsletter(parts);
  return {
    start: async (): Promise<void> => {
      await sender.start();
      newsletter.start();
    },
    stop: async (): Promise<void> => {
      await Promise.all([sender.stop(), newsletter.stop()]);
    },
    newsletter: newsletter.pages,
    /** Who left the newsletter and has nothing else here; `now`: ms since 1970. */
    formerReaders: (now: number) => formerReaders(parts, now),
    /** By the link of a mail; the same whoever has it. */
    unsubscribe: (token: string) => unsubscribe(parts, token),
    /** What a report says about a mail of ours. */
    report: (kind: ReportKind, of: Id) => takeReport(parts, kind, of),
    desk: forCampaignDesk(parts, sender),
  };
}
export type Promotion = ReturnType<typeof openPromotion>;
