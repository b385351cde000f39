/** Sends the links that confirm a newsletter; each mail keeps its Message-ID over all attempts. */
import { asc, eq, lte } from 'drizzle-orm';
import { faultFields } from '../../log/log.ts';
import { ENGLISH, letterIn } from '../notices/index.ts';
import { askedContent } from './newsletter-asked.ts';
import type { PromotionParts } from './parts.ts';
import { CONFIRM_HOURS, type NewsletterAsked, newsletterAsked } from './schema.ts';

const BATCH = 20;
const MINUTE_MS = 60_000;
const PAUSES_MS = [MINUTE_MS / 4, MINUTE_MS, 15 * MINUTE_MS, 60 * MINUTE_MS];

/** Those that are due; answers whether more may be. */
export async function mailLinks(parts: PromotionParts, signal: AbortSignal): Promise<boolean> {
  const { store } = parts;
  const due = await store.db
    .select()
    .from(newsletterAsked)
    .where(lte(newsletterAsked.mailAt, new Date(store.now())))
    .orderBy(asc(newsletterAsked.mailAt))
    .limit(BATCH);
  for (const row of due) {
    if (signal.aborted) return false;
    await mailLink(parts, row);
  }
  return due.length === BATCH;
}

async function mailLink(parts: PromotionParts, row: NewsletterAsked): Promise<void> {
  const { store, signIn, siteUrl, log } = parts;
  const { services, notices } = signIn;
  const its = eq(newsletterAsked.id, row.id);
  const said = askedContent.open(services.vault, row.id, row.content);
  if (said?.token == null) {
    await store.db.update(newsletterAsked).set({ mailAt: null }).where(its);
    return;
  }
  const pause = PAUSES_MS[row.attempts];
  // Written before it is tried: killed meanwhile, it goes again, as often as that and no more.
  const mailAt = pause === undefined ? null : new Date(store.now() + pause);
  await store.db
    .update(newsletterAsked)
    .set({ mailAt, attempts: row.attempts + 1 })
    .where(its);
  const url = `${siteUrl}/newsletter/confirm?token=${said.token}`;
  const letter = letterIn(notices.letters.of(ENGLISH), 'newsletter_confirm', {
    url,
    hours: String(CONFIRM_HOURS),
  });
  try {
    await notices.sendNow({ id: row.id, to: said.address, letter, date: new Date(store.now()) });
    const content = askedContent.sealAnew(services.vault, row.id, { ...said, token: null });
    await store.db.update(newsletterAsked).set({ mailAt: null, content }).where(its);
    log('info', 'mail_sent', { attempt: row.attempts + 1 });
  } catch (error) {
    log('warn', 'mail_failed', { ...faultFields(error), attempt: row.attempts + 1 });
  }
}
