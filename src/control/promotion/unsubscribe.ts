/**
 * The way out of promotional mail by the link of a mail (CHOICE-2; RFC 8058): takes the consent back at once, by the
 * ledger, so that no restore brings it back. Who is unknown, erased or out already gets the same answer.
 */
import { eq } from 'drizzle-orm';
import { Refused } from '../../store/rights/failures.ts';
import { withdrawConsent } from '../consent/index.ts';
import { hashToken, isToken } from '../random-token.ts';
import { UNSUBSCRIBE_WORD } from './message.ts';
import type { PromotionParts } from './parts.ts';
import { promotionalMail } from './schema.ts';

export async function unsubscribe(
  { store, ledger }: Pick<PromotionParts, 'store' | 'ledger'>,
  token: string,
): Promise<void> {
  if (!isToken(token)) return;
  const [row] = await store.db
    .select({ person: promotionalMail.person })
    .from(promotionalMail)
    .where(eq(promotionalMail.token, hashToken(token)));
  if (row === undefined) return;
  const subject = { kind: 'person', id: row.person } as const;
  try {
    await withdrawConsent(ledger, { subject, purpose: 'promotional_mail', way: 'mail', role: 'person' });
  } catch (error) {
    if (!(error instanceof Refused && error.code === 'erased')) throw error;
  }
}

const BY_MAIL = new RegExp(`^\\s*${UNSUBSCRIBE_WORD} (\\S+)\\s*$`, 'i');

/** The token of a mail that unsubscribes, by its subject; null: it is another mail. */
export function tokenInSubject(subject: string): string | null {
  const [, token = ''] = BY_MAIL.exec(subject) ?? [];
  return isToken(token) ? token : null;
}
