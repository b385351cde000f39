/** Who does not want to be handed on or written to: nothing but their own later yes makes that undone. */
import { and, eq, isNotNull, isNull, ne, or } from 'drizzle-orm';
import type { Id } from '../../link/ids.ts';
import type { Db } from '../../store/database.ts';
import { isRestricted } from '../../store/rights/restrict.ts';
import type { Tx } from '../../store/store.ts';
import { consent } from './schema.ts';

/** They took the consent to promotional mail back or refused it, or restricted the use of their data. */
export async function wantsOut(db: Db | Tx, whom: Id): Promise<boolean> {
  if (await isRestricted(db, { kind: 'person', id: whom })) return true;
  const mail = and(eq(consent.person, whom), eq(consent.purpose, 'promotional_mail'));
  const stands = and(mail, eq(consent.answer, 'given'), isNull(consent.withdrawnAt));
  const [standing] = await db.select({ id: consent.id }).from(consent).where(stands).limit(1);
  if (standing !== undefined) return false;
  const isNo = or(ne(consent.answer, 'given'), isNotNull(consent.withdrawnAt));
  const [no] = await db.select({ id: consent.id }).from(consent).where(and(mail, isNo)).limit(1);
  return no !== undefined;
}
