/** An invoice turns out not to be paid, is paid after all, is wanted no more, or finance ends the steps in one click. */
import { and, desc, eq, isNull } from 'drizzle-orm';
import type { Id } from '../../../link/ids.ts';
import type { Tx } from '../../../store/store.ts';
import { tellGateways } from '../../accounts/index.ts';
import { account } from '../../accounts/schema.ts';
import { type Actor, named } from '../../actor.ts';
import { Problem } from '../../problem.ts';
import { CENT_MICRO_USD } from '../cents.ts';
import type { EventContent } from '../event-content.ts';
import type { PaymentParts } from '../parts.ts';
import { planSubscription } from '../plans/schema.ts';
import { payment } from '../schema.ts';
import { type SettledBy, type UnpaidInvoice, unpaidInvoice } from './schema.ts';

type Told = Extract<EventContent, { is: 'invoice_unpaid' | 'invoice_over' }>;
type Parts = Pick<PaymentParts, 'services' | 'now'>;
const SYSTEM: Actor = { role: 'system', person: null };

/** In any order: one that is over or paid does not begin again. False: it is none of ours. */
export async function takeUnpaid(parts: Parts, told: Told): Promise<boolean> {
  const { db } = parts.services;
  const [plan] = await db
    .select({ account: planSubscription.account })
    .from(planSubscription)
    .where(eq(planSubscription.id, told.plan));
  if (plan === undefined) return false;
  const at = new Date(parts.now());
  const over = told.is === 'invoice_over' ? ({ settledAt: at, settledBy: 'void' } as const) : {};
  const isPaid = (await db.$count(payment, eq(payment.invoice, told.invoice))) > 0;
  if (!isPaid)
    await db
      .insert(unpaidInvoice)
      .values({
        id: told.invoice,
        account: plan.account,
        gross: told.gross * CENT_MICRO_USD,
        step: 'new',
        since: at,
        nextAt: at,
        ...over,
      })
      .onConflictDoNothing();
  // Paid meanwhile: booked before the row was there.
  const settledBy =
    (await db.$count(payment, eq(payment.invoice, told.invoice))) > 0 ? 'paid' : over.settledBy;
  if (settledBy !== undefined) await settleInvoice(parts, told.invoice, settledBy);
  return true;
}

/** Ends its steps. One that is settled, or was never unpaid, stays as it is. */
export async function settleInvoice(
  parts: Parts,
  invoice: string,
  by: SettledBy,
  actor: Actor = SYSTEM,
): Promise<void> {
  const { services, now } = parts;
  const freed = await services.record.act(async (tx, enter): Promise<Id | null> => {
    const [row] = await tx
      .update(unpaidInvoice)
      .set({ settledAt: new Date(now()), settledBy: by, nextAt: null })
      .where(and(eq(unpaidInvoice.id, invoice), isNull(unpaidInvoice.settledAt)))
      .returning();
    if (row === undefined) return null;
    const left = await tx.$count(unpaidInvoice, openOf(row.account));
    if (left > 0 || (await unpaidRpmOf({ db: tx }, row.account)) === null) return null;
    await tx.update(account).set({ unpaidRpm: null }).where(eq(account.id, row.account));
    await enter({
      kind: 'access_change',
      role: actor.role,
      about: { kind: 'account', id: row.account },
      content: { what: 'account_freed', account: row.account, ...named(actor), ground: 'payment' },
    });
    return row.account;
  });
  if (freed !== null) await tellGateways(services, [freed]);
}

const openOf = (of: Id) => and(eq(unpaidInvoice.account, of), isNull(unpaidInvoice.settledAt));

/** Requests a minute while an invoice of it is not paid; 0: its keys do not work. Null: it is not held back. */
export async function unpaidRpmOf(
  { db }: { readonly db: Pick<Tx, 'select'> },
  of: Id,
): Promise<number | null> {
  const [row] = await db.select({ rpm: account.unpaidRpm }).from(account).where(eq(account.id, of));
  return row?.rpm ?? null;
}

export type ShownUnpaid = Pick<UnpaidInvoice, 'gross' | 'step'> & {
  /** ISO. */
  readonly since: string;
  readonly nextAt: string | null;
};

/** Those of an account that are open, the newest first. */
export async function openInvoices(
  { db }: Pick<PaymentParts['services'], 'db'>,
  of: Id,
): Promise<ShownUnpaid[]> {
  const rows = await db.select().from(unpaidInvoice).where(openOf(of)).orderBy(desc(unpaidInvoice.since));
  return rows.map(({ gross, step, since, nextAt }) => ({
    gross,
    step,
    since: since.toISOString(),
    nextAt: nextAt?.toISOString() ?? null,
  }));
}

/** All of an account at once, with who it was in the record. Throws `Problem` 409. */
export async function forgiveInvoices(parts: Parts, of: Id, by: Actor): Promise<void> {
  const rows = await parts.services.db.select().from(unpaidInvoice).where(openOf(of));
  if (rows.length === 0)
    throw new Problem(
      409,
      'nothing_unpaid',
      'No invoice of this account is unpaid: there is nothing to end.',
    );
  for (const { id } of rows) await settleInvoice(parts, id, 'forgiven', by);
}
