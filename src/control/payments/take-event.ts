/**
 * Carries out what Stripe told: books it in the ledger by the one writer (decision 13). Right in any order and any number
 * of times: a payment is booked when it is not `paid` yet, and of its returns what was not booked of their sum.
 */
import { eq, sql } from 'drizzle-orm';
import type { Id } from '../../link/ids.ts';
import { prepare, run } from '../../store/prepared.ts';
import type { Act, Tx } from '../../store/store.ts';
import { together } from '../../store/together.ts';
import { lockAccounts } from '../accounts/index.ts';
import { book, nextNumber } from '../billing/index.ts';
import { CENT_MICRO_USD, netPart } from './cents.ts';
import type { BookedContent, EventContent } from './event-content.ts';
import type { PaymentParts } from './parts.ts';
import { takeInvoice, takeInvoiceCharge } from './plans/take-invoice.ts';
import { goOn, stopRecharge } from './recharge/stop.ts';
import { type Payment, payment, paymentReturn, stripeCustomer } from './schema.ts';

type Paid = Extract<EventContent, { is: 'paid' }>;
type Charged = Extract<EventContent, { is: 'charged' }>;
type Returned = Extract<EventContent, { is: 'returned' }>;

/**
 * `unknown`: no payment of ours, or not yet. `odd`: not what we asked for. `booked`: what changed, or did before. `noted`:
 * nothing of a payment's.
 */
export type Taken =
  | { readonly is: 'unknown' }
  | { readonly is: 'odd' }
  | { readonly is: 'booked'; readonly payment: Payment; readonly microUsd: number }
  | { readonly is: 'noted' };

export const takeEvent = (parts: PaymentParts, content: BookedContent): Promise<Taken> =>
  takeEvents(parts, [content]).then(([taken]) => taken as Taken);

/** In one transaction: all of them, or none where it rejects. */
export const takeEvents = (
  parts: PaymentParts,
  contents: readonly BookedContent[],
): Promise<readonly Taken[]> => {
  const { record, writer, money } = parts.services;
  return record.act(
    async (tx, enter) => {
      await lockAll(tx, contents);
      const all: Taken[] = [];
      for (const wave of wavesOf(contents)) {
        const taken = await together(
          ...wave.map((at) => take(parts, tx, enter, contents[at] as BookedContent)),
        );
        for (const [nth, at] of wave.entries()) all[at] = taken[nth] as Taken;
      }
      return all;
    },
    {
      transaction: writer.transaction,
      committed: (all) => {
        for (const taken of all)
          if (taken.is === 'booked') money.credit(taken.payment.account, taken.microUsd);
      },
    },
  );
};

/**
 * Places in the list, in waves whose statements are sent together: what is about the same payment comes one after the
 * other, and payments before what goes back of them.
 */
function wavesOf(contents: readonly BookedContent[]): number[][] {
  const times = new Map<string, number>();
  const waves: number[][] = [];
  for (const [at, content] of contents.entries()) {
    const of = content.is === 'returned' ? content.intent : 'payment' in content ? content.payment : '';
    const before = times.get(of) ?? 0;
    times.set(of, before + 1);
    const wave = before + (content.is === 'returned' ? contents.length : 0);
    waves[wave] = [...(waves[wave] ?? []), at];
  }
  return Object.values(waves);
}

/** In the order in which an erasure locks them, so that neither waits for the other. */
async function lockAll(tx: Tx, contents: readonly BookedContent[]): Promise<void> {
  if (contents.length < 2) return;
  const payments = contents.flatMap((each) => ('payment' in each ? [each.payment] : []));
  const intents = contents.flatMap((each) => (each.is === 'returned' ? [each.intent] : []));
  const rows = await run<{ id: string }>(tx, ACCOUNTS_OF, { payments, intents });
  const ids = rows.map(({ id }) => id);
  await lockAccounts(tx, ids);
}

const ACCOUNTS_OF = prepare(sql`
  select distinct account_id as id from payment
  where id = any(${sql.placeholder('payments')}::uuid[]) or stripe_intent = any(${sql.placeholder('intents')}::text[])`);

function take(parts: PaymentParts, tx: Tx, enter: Enter, content: BookedContent): Promise<Taken> {
  if (content.is === 'paid') return takePaid(parts, tx, enter, content);
  if (content.is === 'returned') return takeReturn(parts, tx, enter, content);
  if (content.is === 'charged') return takeCharged(parts, tx, enter, content);
  if (content.is === 'invoice_paid') return takeInvoicePaid(parts, tx, enter, content);
  if (content.is === 'invoice_charged') return takeInvoiceIntent(tx, content);
  if (content.is === 'card_kept') return takeCard(parts, tx, content);
  return takeEnd(parts, tx, content);
}

type Enter = Parameters<Act<unknown>>[1];

/** The account first, as an erasure does, then the payment. Undefined: there is none. */
async function locked(tx: Tx, by: 'id' | 'intent', value: string): Promise<Payment | undefined> {
  const [, [row]] = await together(
    run(tx, LOCK_ACCOUNT[by], { value }),
    tx.select().from(payment).where(eq(payment[by], value)).for('update'),
  );
  return row;
}

const VALUE = sql.placeholder('value');
const LOCK_ACCOUNT = {
  id: prepare(
    sql`select from account where id = (select account_id from payment where id = ${VALUE}::uuid) for no key update`,
  ),
  intent: prepare(
    sql`select from account where id = (select account_id from payment where stripe_intent = ${VALUE}) for no key update`,
  ),
} as const;

async function takePaid({ now }: PaymentParts, tx: Tx, enter: Enter, told: Paid): Promise<Taken> {
  const row = await locked(tx, 'id', told.payment);
  if (row === undefined) return { is: 'unknown' };
  if (!isAsAsked(row, told)) return { is: 'odd' };
  if (row.state === 'paid') return { is: 'booked', payment: row, microUsd: 0 };
  return bookPaid(tx, enter, row, { ...told, at: new Date(now()) });
}

async function takeCharged({ now }: PaymentParts, tx: Tx, enter: Enter, told: Charged): Promise<Taken> {
  const row = await locked(tx, 'id', told.payment);
  if (row === undefined) return { is: 'unknown' };
  if (row.way !== 'recharge') return { is: 'noted' };
  const isAsked =
    told.currency === 'usd' &&
    told.gross * CENT_MICRO_USD === row.askedGross &&
    (row.intent === null || row.intent === told.intent);
  if (!isAsked) return { is: 'odd' };
  if (row.state === 'paid') return { is: 'booked', payment: row, microUsd: 0 };
  const tax = told.gross - row.amount / CENT_MICRO_USD;
  return bookPaid(tx, enter, row, { ...told, tax, at: new Date(now()) });
}

async function takeInvoicePaid(
  { now }: PaymentParts,
  tx: Tx,
  enter: Enter,
  told: Extract<EventContent, { is: 'invoice_paid' }>,
): Promise<Taken> {
  const taken = await takeInvoice(tx, told, new Date(now()));
  if (taken.is === 'unknown' || taken.is === 'odd') return taken;
  const { payment: row } = taken;
  if (taken.is === 'known') return { is: 'booked', payment: row, microUsd: 0 };
  await bookFor(tx, enter, row, 'plan', row.amount);
  return { is: 'booked', payment: row, microUsd: row.amount };
}

async function takeInvoiceIntent(
  tx: Tx,
  told: Extract<EventContent, { is: 'invoice_charged' }>,
): Promise<Taken> {
  const taken = await takeInvoiceCharge(tx, told);
  return taken.is === 'unknown' || taken.is === 'odd' ? taken : { is: 'noted' };
}

interface Told {
  /** Cents. */
  readonly gross: number;
  readonly tax: number;
  readonly intent: string;
  readonly at: Date;
}

async function bookPaid(
  tx: Tx,
  enter: Enter,
  row: Payment,
  { gross, tax, intent, at }: Told,
): Promise<Taken> {
  const paid = {
    state: 'paid' as const,
    gross: gross * CENT_MICRO_USD,
    tax: tax * CENT_MICRO_USD,
    intent,
    paidAt: at,
  };
  await together(
    tx
      .update(payment)
      .set(paid)
      .where(eq(payment.id, row.id))
      .then(() => {}),
    bookFor(tx, enter, row, 'payment', row.amount),
  );
  if (row.keepsCard) await goOn(tx, row.account, at);
  return { is: 'booked', payment: { ...row, ...paid }, microUsd: row.amount };
}

/** Somebody may have put our number on a page of their own: the amount decides. */
const isAsAsked = (row: Payment, { session, currency, gross, net, tax, intent }: Paid): boolean =>
  currency === 'usd' &&
  net * CENT_MICRO_USD === row.amount &&
  gross === net + tax &&
  (row.session === null || row.session === session) &&
  (row.intent === null || row.intent === intent);

async function takeEnd(
  { now }: PaymentParts,
  tx: Tx,
  { payment: id, as, why }: Extract<EventContent, { is: 'ended' }>,
): Promise<Taken> {
  const row = await locked(tx, 'id', id);
  if (row === undefined) return { is: 'unknown' };
  // Of a page: whoever stands before it may try another card.
  if (why !== undefined && row.way !== 'recharge') return { is: 'noted' };
  if (row.state !== 'open') return { is: 'booked', payment: row, microUsd: 0 };
  await tx.update(payment).set({ state: as }).where(eq(payment.id, id));
  if (why !== undefined) await stopRecharge(tx, row.account, why, new Date(now()));
  return { is: 'booked', payment: row, microUsd: 0 };
}

async function takeCard(
  { now }: PaymentParts,
  tx: Tx,
  { customer, at }: Extract<EventContent, { is: 'card_kept' }>,
): Promise<Taken> {
  const [row] = await tx.select().from(stripeCustomer).where(eq(stripeCustomer.customer, customer));
  if (row === undefined) return { is: 'unknown' };
  await goOn(tx, row.account, new Date(now()), new Date(at));
  return { is: 'noted' };
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
  if (told.kind === 'dispute' && isTaken && known === undefined)
    await stopRecharge(tx, row.account, 'disputed', new Date(now()));
  return { is: 'booked', payment: { ...row, returnedGross, returnedNet }, microUsd: change };
}

/** Entry, balance, and what stands in the record. */
async function bookFor(
  tx: Tx,
  enter: Enter,
  { id, account }: { readonly id: Id; readonly account: Id },
  kind: 'payment' | 'plan' | 'refund' | 'dispute',
  amount: number,
): Promise<void> {
  const entry = await nextNumber(tx);
  await together(
    book(tx, { id: entry, account, kind, amount }),
    enter({
      kind: 'credit_change',
      role: 'system',
      about: { kind: 'account', id: account },
      content: { account, ledger_entry: entry, amount_microusd: amount, payment: id, what: kind },
    }),
  );
}
