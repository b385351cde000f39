/** What is missing before promotional mail may be sent at all. */
import { ADDRESS_NOT_ENTERED } from '../settings.ts';
import type { PromotionParts } from './parts.ts';

const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;

/** One sentence for whoever runs the service; null: nothing is. */
export function hindrance({
  mail,
  company,
  siteUrl,
}: Pick<PromotionParts, 'mail' | 'company' | 'siteUrl'>): string | null {
  const { protocol, hostname } = new URL(siteUrl);
  if (mail.smtpUrl === null) return 'There is no mail server: set SMTP_URL.';
  // RFC 8058, 4: without a signature over them nobody acts on the fields.
  if (!mail.dkim) return 'Mails go unsigned: set "mail.dkim" in the configuration.';
  if (company.postalAddress === ADDRESS_NOT_ENTERED)
    return 'Your postal address is not known, and must stand below each: set "controller.contact".';
  if (protocol !== 'https:' && !LOOPBACK.test(hostname))
    return 'Links to unsubscribe must be https: set "site.url" to such an address.';
  return null;
}
