/**
 * Promotional mail (CHOICE-2, CHOICE-3): campaigns to those whose consent stands, at most once each, with a way out that
 * needs no account. It has its own table, its own connection to the mail server and its own words; nothing here can send
 * service mail, and no unsubscribing stops that.
 */
import { forCampaignDesk } from './for-desk.ts';
import type { PromotionParts } from './parts.ts';
import { CampaignSender } from './sender.ts';
import { unsubscribe } from './unsubscribe.ts';

export type { CampaignDesk } from './for-desk.ts';
export { tokenInSubject } from './unsubscribe.ts';

export function openPromotion(parts: PromotionParts) {
  const sender = new CampaignSender(parts);
  return {
    start: () => sender.start(),
    stop: () => sender.stop(),
    /** By the link of a mail; the same whoever has it. */
    unsubscribe: (token: string) => unsubscribe(parts, token),
    desk: forCampaignDesk(parts, sender),
  };
}
export type Promotion = ReturnType<typeof openPromotion>;
