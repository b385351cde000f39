/**
 * Refunds at the desk: what is left of the credit, of what was paid, goes back to the card that paid. Asked for by finance,
 * made by Stripe, booked at once, and by the webhook where that was lost.
 */
import { and, desc, eq, isNotNull } from 'drizzle-orm';
import Stripe from 'stripe';
import { z } from 'zod';
import { type Id, isId } from '../../link/ids.ts';
import { account } from '../accounts/schema.ts';
import { type Actor, named } from '../actor.ts';
import { AMOUNT_MICRO_USD_MAX, parseAmount } from '../amount.ts';
import { checkInput } from '../input.ts';
import { Problem } from '../problem.ts';
import { stripeProblem } from './begin.ts';
import { CENT_MICRO_USD, grossPart } from './cents.ts';
import { refundContent } from './event-content.ts';
import type { PaymentParts } from './parts.ts';
import { type Payment, payment } from './schema.ts';
import { takeEvent } from './take-event.ts';

const LISTED_MAX = 100;

/** Micro-dollars. */
export interface Refundable {
  readonly id: Id;
  /** ISO. */
  readonly paidAt: string;
  readonly amount: number;
  readonly gross: number;
  readonly returned: number;
  /** Of the credit that it brought, what can still be taken back: no more than is left of the balance. */
  readonly left: number;
}

export interface PlannedRefund {
  readonly payment: Id;
  /** What the balance loses. */
  readonly credit: number;
  /** What Stripe pays back, tax included. */
  readonly gross: number;
}

const refundInput = z.strictObject({
  payment: z.string().refine(isId, 'must be one of the payments'),
  amount: z.string().transform((text, context) => {
    const amount = parseAmount(text);
    const isWhole = amount !== null && amount > 0 && amount % CENT_MICRO_USD === 0;
    if (isWhole && amount <= AMOUNT_MICRO_USD_MAX) return amount;
    context.addIssue({ code: 'custom', message: 'must be an amount in US dollars like 25.00' });
    return z.NEVER;
  }),
});
const madeInput = refundInput.extend({ once: z.uuid('is missing: begin again') });

/** `once`: under it Stripe makes it once. */
type Ordered = z.output<typeof refundInput> & { readonly once: string };

const wholeCents = (microUsd: number): number => Math.floor(microUsd / CENT_MICRO_USD) * CENT_MICRO_USD;

async function balanceOf({ services: { db } }: Pick<PaymentParts, 'services'>, of: Id): Promise<number> {
  const [row] = await db.select({ balance: account.balance }).from(account).where(eq(account.id, of));
  return row?.balance ?? 0;
}

const leftOf = (paid: Payment, balance: number): number =>
  Math.max(0, Math.min(paid.amount - paid.returnedNet, wholeCents(balance)));

/** The paid ones of an account, the newest first. */
export async function refundables(parts: PaymentParts, of: Id): Promise<Refundable[]> {
  const balance = await balanceOf(parts, of);
  const rows = await parts.services.db
    .select()
    .from(payment)
    // Of a plan's invoice Stripe may not have told yet which payment of its it was.
    .where(and(eq(payment.account, of), eq(payment.state, 'paid'), isNotNull(payment.intent)))
    .orderBy(desc(payment.paidAt))
    .limit(LISTED_MAX);
  return rows.map((row) => ({
    id: row.id,
    paidAt: (row.paidAt ?? row.askedAt).toISOString(),
    amount: row.amount,
    gross: row.gross ?? 0,
    returned: row.returnedGross,
    left: leftOf(row, balance),
  }));
}

/** What would happen. Throws `Problem` 400, 404 and 409. */
export const planRefund = async (
  parts: PaymentParts,
  of: Id,
  form: Readonly<Record<string, string>>,
): Promise<PlannedRefund> => (await plan(parts, of, checkInput(form, refundInput))).planned;

async function plan(parts: PaymentParts, of: Id, wish: z.output<typeof refundInput>) {
  const its = and(eq(payment.id, wish.payment), eq(payment.account, of), eq(payment.state, 'paid'));
  const [paid] = await parts.services.db.select().from(payment).where(its);
  if (paid === undefined || paid.gross === null || paid.intent === null)
    throw new Problem(404, 'no_such_payment', 'There is no such payment of this account.');
  const left = leftOf(paid, await balanceOf(parts, of));
  if (wish.amount > left)
    throw new Problem(
      409,
      'not_so_much_left',
      'There is not so much left: no more goes back than was paid, is in the balance, and has not gone back before.',
    );
  const after = grossPart(paid.returnedNet + wish.amount, { gross: paid.gross, amount: paid.amount });
  const gross = Math.min(after, paid.gross) - paid.returnedGross;
  if (gross <= 0) throw new Problem(409, 'not_so_much_left', 'All of what was charged has gone back.');
  return { planned: { payment: paid.id, credit: wish.amount, gross }, intent: paid.intent };
}

/** One after the other for each account, so that two do not both take what is left once. */
const turns = new Map<Id, Promise<unknown>>();

/** Throws `Problem` as `planRefund`, and 503 where Stripe does not answer: sent again, the form makes it once. */
export async function makeRefund(
  parts: PaymentParts,
  of: Id,
  form: Readonly<Record<string, string>>,
  by: Actor,
): Promise<PlannedRefund> {
  return inTurn(parts, of, checkInput(form, madeInput), by);
}

async function inTurn(parts: PaymentParts, of: Id, wish: Ordered, by: Actor): Promise<PlannedRefund> {
  const turn = (turns.get(of) ?? Promise.resolve()).catch(() => {}).then(() => make(parts, of, wish, by));
  turns.set(of, turn);
  try {
    return await turn;
  } finally {
    if (turns.get(of) === turn) turns.delete(of);
  }
}

export interface LeftCredit {
  /** Of the balances, as far as they are above zero. */
  readonly balance: number;
  /** As far as it was paid by Stripe. */
  readonly refundable: number;
}

/** What is left of the credit of these accounts, and how much of it can go back. */
export async function leftOver(
  services: PaymentParts['services'],
  parts: PaymentParts | null,
  accounts: readonly Id[],
): Promise<LeftCredit> {
  const sum = { balance: 0, refundable: 0 };
  for (const of of accounts) {
    const balance = Math.max(0, await balanceOf({ services }, of));
    const paid = parts === null ? [] : await refundables(parts, of);
    const left = paid.reduce((all, each) => all + each.left, 0);
    sum.balance += balance;
    sum.refundable += Math.min(left, wholeCents(balance));
  }
  return sum;
}

/** Refunds all of it, the newest payments first. Broken off, it is asked for again, and Stripe makes none twice. */
export async function refundLeft(parts: PaymentParts, accounts: readonly Id[], by: Actor): Promise<void> {
  for (const of of accounts)
    for (const { id, returned } of await refundables(parts, of)) {
      const now = (await refundables(parts, of)).find((each) => each.id === id);
      if (now === undefined || now.left === 0) continue;
      const wish = { payment: id, amount: now.left, once: `left ${id} ${returned}` };
      await inTurn(parts, of, wish, by);
    }
}

async function make(
  parts: PaymentParts,
  of: Id,
  { once, ...wish }: Ordered,
  by: Actor,
): Promise<PlannedRefund> {
  const { planned, intent } = await plan(parts, of, wish);
  const { services, stripe } = parts;
  // Who it was stands in the record before the money goes.
  await services.record.act((_tx, enter) =>
    enter({
      kind: 'credit_change',
      role: by.role,
      about: { kind: 'account', id: of },
      content: {
        account: of,
        what: 'refund_ordered',
        payment: planned.payment,
        amount_microusd: -planned.credit,
        ...named(by),
      },
    }),
  );
  try {
    const refund = await stripe.refunds.create(
      {
        payment_intent: intent,
        amount: planned.gross / CENT_MICRO_USD,
        reason: 'requested_by_customer',
        metadata: { payment: planned.payment },
      },
      { idempotencyKey: once },
    );
    const content = refundContent(refund);
    if (content !== null) await takeEvent(parts, content);
  } catch (error) {
    throw refundProblem(parts, error);
  }
  return planned;
}

function refundProblem(parts: PaymentParts, error: unknown): unknown {
  if (error instanceof Stripe.errors.StripeInvalidRequestError)
    return new Problem(
      409,
      'refund_refused',
      'Stripe refuses this refund: it went back there before, or is disputed. Look at the payment at Stripe.',
    );
  if (error instanceof Stripe.errors.StripeError) {
    stripeProblem(parts, error);
    return new Problem(
      503,
      'outcome_unknown',
      'Stripe did not answer, so the refund may have been made. Send this form again: it is made once.',
    );
  }
  return error;
}
