/** Mail that came back for good, after the mail server had taken it. */
import { and, eq, inArray } from 'drizzle-orm';
import type { Id } from '../../link/ids.ts';
import type { Db } from '../../store/database.ts';
import type { Tx } from '../../store/store.ts';
import { promotionalMail } from '../promotion/schema.ts';
import { mail } from './schema.ts';

/** Of service mail; nothing happens where there is none of this id. */
export async function cameBack(db: Db, of: Id): Promise<void> {
  const its = and(eq(mail.id, of), inArray(mail.state, ['sending', 'sent']));
  await db.update(mail).set({ state: 'undeliverable', values: null }).where(its);
}

/** Mail has reached them: they used its link, or have another address. That promotional mail came back counts no more. */
export async function reachesAgain(tx: Tx | Db, person: Id): Promise<void> {
  const theirs = and(eq(promotionalMail.person, person), eq(promotionalMail.state, 'bounced'));
  await tx.update(promotionalMail).set({ state: 'refused' }).where(theirs);
}
