/**
 * Carries out what Stripe told: books it in the ledger by the one writer (decision 13). Right in any order and any number
 * of times: a payment is booked when it is not `paid` yet, and of its returns what was not booked of their sum.
 */
import { eq, sql } from 'drizzle-orm';
import type { Id } from '../../link/ids.ts';
import type { Act, Tx } from '../../store/store.ts';
import { book, nextNumber } from '../billing/index.ts';
import { CENT_MICRO_USD, netPart } from './cents.ts';
import type { EventContent } from './event-content.ts';
import type { PaymentParts } from './parts.ts';
import { type Payment, payment, paymentReturn } from './schema.ts';

type Paid = Extract<EventContent, { is: 'paid' }>;
type Returned = Extract<EventContent, { is: 'returned' }>;

/** `unknown`: no payment of ours, or not yet. `odd`: not what we asked for. `booked`: what changed, or did before. */
export type Taken =
  | { readonly is: 'unknown' }
  | { readonly is: 'odd' }
  | { readonly is: 'booked'; readonly payment: Payment; readonly microUsd: number };

export function takeEvent(parts: PaymentParts, content: EventContent): Promise<Taken> {
  if (content.is === 'paid') return act(parts, (tx, enter) => takePaid(parts, tx, enter, content));
  if (content.is === 'returned') return act(parts, (tx, enter) => takeReturn(parts, tx, enter, content));
  return act(parts, (tx) => takeEnd(tx, content));
}

const act = ({ services: { record, writer, money } }: PaymentParts, work: Act<Taken>): Promise<Taken> =>
  record.act(work, {
    transaction: writer.transaction,
    committed: (taken) => {
      if (taken.is === 'booked') money.credit(taken.payment.account, taken.microUsd);
    },
  });

type Enter = Parameters<Act<Taken>>[1];

/** The account first, as an erasure does, then the payment. Undefined: there is none. */
async function locked(tx: Tx, by: 'id' | 'intent', value: string): Promise<Payment | undefined> {
  const its = eq(payment[by], value);
  await tx.execute(
    sql`select id from account where id = (select account_id from payment where ${its}) for no key update`,
  );
  const [row] = await tx.select().from(payment).where(its).for('update');
  return row;
}

async function takePaid({ now }: PaymentParts, tx: Tx, enter: Enter, told: Paid): Promise<Taken> {
  const row = await locked(tx, 'id', told.payment);
  if (row === undefined) return { is: 'unknown' };
  if (!isAsAsked(row, told)) return { is: 'odd' };
  if (row.state === 'paid') return { is: 'booked', payment: row, microUsd: 0 };
  const [after] = await tx
    .update(payment)
    .set({
      state: 'paid',
      gross: told.gross * CENT_MICRO_USD,
      tax: told.tax * CENT_MICRO_USD,
      intent: told.intent,
      paidAt: new Date(now()),
    })
    .where(eq(payment.id, row.id))
    .returning();
  await bookFor(tx, enter, row, 'payment', row.amount);
  return { is: 'booked', payment: after as Payment, microUsd: row.amount };
}

/** Somebody may have put our number on a page of their own: the amount decides. */
const isAsAsked = (row: Payment, { session, currency, gross, net, tax, intent }: Paid): boolean =>
  currency === 'usd' &&
  net * CENT_MICRO_USD === row.amount &&
  gross === net + tax &&
  (row.session === null || row.session === session) &&
  (row.intent === null || row.intent === intent);

async function takeEnd(tx: Tx, { payment: id, as }: Extract<EventContent, { is: 'ended' }>): Promise<Taken> {
  const row = await locked(tx, 'id', id);
  if (row === undefined) return { is: 'unknown' };
  if (row.state === 'open') await tx.update(payment).set({ state: as }).where(eq(payment.id, id));
  return { is: 'booked', payment: row, microUsd: 0 };
}

async function takeReturn({ now }: PaymentParts, tx: Tx, enter: Enter, told: Returned): Promise<Taken> {
  const row = await locked(tx, 'intent', told.intent);
  if (row === undefined) return { is: 'unknown' };
  const { gross } = row;
  if (gross === null) return { is: 'odd' };
  const known = (await tx.select().from(paymentReturn).where(eq(paymentReturn.id, told.id)))[0];
  const amount = told.gross * CENT_MICRO_USD;
  if (known !== undefined && known.gross !== amount) return { is: 'odd' };
  const before = known?.state === 'taken' ? amount : 0;
  // Given back is the end: whatever comes late does not undo it.
  const isTaken = told.state === 'taken' && known?.state !== 'given_back';
  await tx
    .insert(paymentReturn)
    .values({
      id: told.id,
      account: row.account,
      payment: row.id,
      kind: told.kind,
      state: isTaken ? 'taken' : 'given_back',
      gross: amount,
      at: new Date(now()),
    })
    .onConflictDoUpdate({
      target: paymentReturn.id,
      set: { state: isTaken ? 'taken' : 'given_back' },
    });
  const returnedGross = row.returnedGross + (isTaken ? amount : 0) - before;
  const returnedNet = netPart(returnedGross, { gross, amount: row.amount });
  const change = row.returnedNet - returnedNet;
  await tx.update(payment).set({ returnedGross, returnedNet }).where(eq(payment.id, row.id));
  if (change !== 0) await bookFor(tx, enter, row, told.kind, change);
  return { is: 'booked', payment: { ...row, returnedGross, returnedNet }, microUsd: change };
}

/** Entry, balance, and what stands in the record. */
async function bookFor(
  tx: Tx,
  enter: Enter,
  { id, account }: { readonly id: Id; readonly account: Id },
  kind: 'payment' | 'refund' | 'dispute',
  amount: number,
): Promise<void> {
  const entry = await nextNumber(tx);
  await book(tx, { id: entry, account, kind, amount });
  await enter({
    kind: 'credit_change',
    role: 'system',
    about: { kind: 'account', id: account },
    content: { account, ledger_entry: entry, amount_microusd: amount, payment: id, what: kind },
  });
}
