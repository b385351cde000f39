/**
 * What a report about a mail of ours changes (RFC 3464, RFC 5965): a mailbox that refuses mail for good gets no more
 * promotional mail, and a complaint takes the consent back. The report is bound to the mail by its tag alone; of what else
 * it says nothing is believed, and nobody is found by an address.
 */
import { and, eq, inArray } from 'drizzle-orm';
import type { Id } from '../../link/ids.ts';
import { Refused } from '../../store/rights/failures.ts';
import { withdrawConsent } from '../consent/index.ts';
import { cameBack } from '../notices/index.ts';
import { mail } from '../notices/schema.ts';
import type { PromotionParts } from './parts.ts';
import { promotionalMail } from './schema.ts';

export type ReportKind = 'bounced' | 'complained';
type Parts = Pick<PromotionParts, 'store' | 'ledger'>;

/** `of`: the mail's row. Does nothing where there is none any more; the same report twice is one. */
export async function takeReport(parts: Parts, kind: ReportKind, of: Id): Promise<void> {
  const { db } = parts.store;
  const its = and(
    eq(promotionalMail.id, of),
    inArray(promotionalMail.state, ['sending', 'sent', 'unknown', 'bounced']),
  );
  await db.update(promotionalMail).set({ state: kind }).where(its);
  if (kind === 'bounced') await cameBack(db, of);
  else await complained(parts, of);
}

async function complained({ store: { db }, ledger }: Parts, of: Id): Promise<void> {
  const [sent] = await db
    .select({ person: promotionalMail.person })
    .from(promotionalMail)
    .where(eq(promotionalMail.id, of));
  // Also of service mail: whoever does not want that wants no promotional mail either.
  const [written] = await db.select({ person: mail.person }).from(mail).where(eq(mail.id, of));
  const id = sent?.person ?? written?.person;
  if (id === undefined) return;
  const subject = { kind: 'person', id } as const;
  try {
    await withdrawConsent(ledger, { subject, purpose: 'promotional_mail', way: 'complaint', role: 'person' });
  } catch (error) {
    if (!(error instanceof Refused && error.code === 'erased')) throw error;
  }
}
