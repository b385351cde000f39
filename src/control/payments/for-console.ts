/** Payments as the console shows them to who may see an account's money. */
import { and, desc, eq } from 'drizzle-orm';
import { type Id, isId } from '../../link/ids.ts';
import { Problem } from '../problem.ts';
import type { Services } from '../services.ts';
import { stripeProblem } from './begin.ts';
import type { PaymentParts } from './parts.ts';
import { type Payment, payment } from './schema.ts';

const LISTED_MAX = 50;

interface ShownPayment extends Pick<Payment, 'id' | 'amount' | 'state' | 'gross' | 'tax'> {
  readonly returned: number;
  /** ISO. */
  readonly askedAt: string;
  readonly paidAt: string | null;
}

const shown = ({ id, amount, state, gross, tax, returnedGross, askedAt, paidAt }: Payment): ShownPayment => ({
  id,
  amount,
  state,
  gross,
  tax,
  returned: returnedGross,
  askedAt: askedAt.toISOString(),
  paidAt: paidAt?.toISOString() ?? null,
});

/** Those that were paid, the newest first. */
export async function listPayments({ db }: Pick<Services, 'db'>, of: Id): Promise<ShownPayment[]> {
  const rows = await db
    .select()
    .from(payment)
    .where(and(eq(payment.account, of), eq(payment.state, 'paid')))
    .orderBy(desc(payment.paidAt))
    .limit(LISTED_MAX);
  return rows.map(shown);
}

/** Throws `Problem` 404. */
export const showPayment = async (from: Source, of: Id, id: string): Promise<ShownPayment> =>
  shown(await findPayment(from, of, id));

type Source = Pick<Services, 'db' | 'billing'>;

export async function findPayment({ db, billing }: Source, of: Id, id: string): Promise<Payment> {
  // Where use has no price, what earlier modes left stands on the profile.
  const its = billing !== 'off' && isId(id) ? and(eq(payment.id, id), eq(payment.account, of)) : undefined;
  const [row] = its === undefined ? [] : await db.select().from(payment).where(its);
  if (row === undefined) throw new Problem(404, 'no_such_payment', 'There is no such payment here.');
  return row;
}

/** Stripe's page with the receipt, asked for anew each time: it is kept nowhere. Throws `Problem` 404, and 503. */
export async function receiptUrl(parts: PaymentParts, paid: Payment): Promise<string> {
  if (paid.intent === null)
    throw new Problem(404, 'no_receipt', 'Nothing was charged, so there is no receipt.');
  try {
    const { latest_charge: charge } = await parts.stripe.paymentIntents.retrieve(paid.intent, {
      expand: ['latest_charge'],
    });
    const url = charge !== null && typeof charge === 'object' ? charge.receipt_url : null;
    if (url !== null && URL.canParse(url) && new URL(url).protocol.startsWith('http')) return url;
  } catch (error) {
    throw stripeProblem(parts, error);
  }
  throw new Problem(404, 'no_receipt', 'Stripe has no receipt for this payment yet.');
}
