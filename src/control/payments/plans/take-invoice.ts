/** A paid invoice of a plan: its credit is booked once, by the one writer, whatever is told in which order. */
import { eq, sql } from 'drizzle-orm';
import { newId } from '../../../link/ids.ts';
import type { Tx } from '../../../store/store.ts';
import { CENT_MICRO_USD } from '../cents.ts';
import type { EventContent } from '../event-content.ts';
import { type Payment, payment } from '../schema.ts';
import { type PlanSubscription, planSubscription } from './schema.ts';

type Paid = Extract<EventContent, { is: 'invoice_paid' }>;
type Charged = Extract<EventContent, { is: 'invoice_charged' }>;

export type TakenInvoice =
  | { readonly is: 'unknown' }
  | { readonly is: 'odd' }
  | { readonly is: 'known'; readonly payment: Payment }
  | { readonly is: 'new'; readonly payment: Payment };

/** The row of what was paid; `new`: its credit is to be booked now. */
export async function takeInvoice(tx: Tx, told: Paid, at: Date): Promise<TakenInvoice> {
  await tx.execute(
    sql`select id from account where id = (select account_id from plan_subscription where id = ${told.plan}::uuid) for no key update`,
  );
  const [plan] = await tx.select().from(planSubscription).where(eq(planSubscription.id, told.plan));
  if (plan === undefined) return { is: 'unknown' };
  if (!isAsAgreed(plan, told)) return { is: 'odd' };
  const [known] = await tx.select().from(payment).where(eq(payment.invoice, told.invoice));
  if (known !== undefined) return { is: 'known', payment: known };
  const [made] = await tx
    .insert(payment)
    .values({
      id: newId(),
      account: plan.account,
      amount: plan.credit,
      net: plan.price,
      way: 'plan',
      invoice: told.invoice,
      state: 'paid',
      gross: told.gross * CENT_MICRO_USD,
      tax: told.tax * CENT_MICRO_USD,
      askedAt: at,
      paidAt: at,
    })
    .returning();
  return { is: 'new', payment: made as Payment };
}

const isAsAgreed = (
  { price, subscription }: PlanSubscription,
  { net, tax, gross, currency, subscription: its }: Paid,
): boolean =>
  currency === 'usd' &&
  net * CENT_MICRO_USD === price &&
  gross === net + tax &&
  (subscription === null || subscription === its);

/** Which payment of Stripe's paid it: refunds and disputes name that one. Unknown until the invoice is. */
export async function takeInvoiceCharge(tx: Tx, { invoice, intent }: Charged): Promise<TakenInvoice> {
  const [row] = await tx.select().from(payment).where(eq(payment.invoice, invoice)).for('update');
  if (row === undefined) return { is: 'unknown' };
  if (row.intent !== null && row.intent !== intent) return { is: 'odd' };
  if (row.intent === null) await tx.update(payment).set({ intent }).where(eq(payment.id, row.id));
  return { is: 'known', payment: { ...row, intent } };
}
