/** People switch automatic recharge on within their own bounds, or off; off by default. */
import { and, eq } from 'drizzle-orm';
import { z } from 'zod';
import type { Id } from '../../../link/ids.ts';
import { type Actor, named } from '../../actor.ts';
import { parseAmount } from '../../amount.ts';
import { checkInput } from '../../input.ts';
import { Problem } from '../../problem.ts';
import { AMOUNT_MICRO_USD_MAX, AMOUNT_MICRO_USD_MIN } from '../begin.ts';
import { lookSoon } from '../cards/look.ts';
import { CENT_MICRO_USD } from '../cents.ts';
import type { PaymentParts } from '../parts.ts';
import { payment } from '../schema.ts';
import { boughtThisMonth } from './due.ts';
import { type Recharge, recharge } from './schema.ts';

const USD = 1_000_000;
const MONTH_MAX = 5_000 * USD;

/** US dollars, whole cents. */
const between = (least: number, most: number) =>
  z.string().transform((text, context) => {
    const amount = parseAmount(text);
    if (amount !== null && amount >= least && amount <= most && amount % CENT_MICRO_USD === 0) return amount;
    context.addIssue({
      code: 'custom',
      message: `must be an amount from ${least / USD} to ${most / USD} US dollars, like 25.00`,
    });
    return z.NEVER;
  });

const chosen = z
  .strictObject({
    threshold: between(USD, AMOUNT_MICRO_USD_MAX),
    amount: between(AMOUNT_MICRO_USD_MIN, AMOUNT_MICRO_USD_MAX),
    month: between(AMOUNT_MICRO_USD_MIN, MONTH_MAX),
    agreed: z.literal('yes', 'must be ticked: without it nothing is charged'),
  })
  .refine(({ amount, month }) => month >= amount, {
    path: ['month'],
    message: 'must be at least the amount of one recharge',
  });

type Form = Readonly<Record<string, string>>;

/** Who sets it, as the record names them. */
interface Whose {
  readonly account: Id;
  readonly actor: Actor;
}

/** Throws `Problem` 400 and 409. */
export async function chooseRecharge(
  parts: PaymentParts,
  { account, actor }: Whose,
  form: Form,
): Promise<void> {
  const { threshold, amount, month } = checkInput(form, chosen);
  const { services, now } = parts;
  if (services.keys.inGrace(account))
    throw new Problem(409, 'leaving', 'This account is going to be deleted, so nothing is recharged.');
  const at = new Date(now());
  const state = (await keepsCard(parts, account)) ? 'on' : 'waiting';
  const set = {
    threshold,
    amount,
    monthMax: month,
    state,
    why: null,
    isTold: true,
    attempts: 0,
    nextAt: at,
    changedAt: at,
  } as const;
  await services.record.act(async (tx, enter) => {
    await tx
      .insert(recharge)
      .values({ account, ...set })
      .onConflictDoUpdate({ target: recharge.account, set });
    await lookSoon(tx, { account }, at);
    await enter({
      kind: 'access_change',
      role: actor.role,
      about: { kind: 'account', id: account },
      content: {
        what: 'recharge_set',
        account,
        below_microusd: threshold,
        amount_microusd: amount,
        month_max_microusd: month,
        ...named(actor),
      },
    });
  });
}

/** At once, and with nothing to confirm. */
export async function dropRecharge(
  { services: { record } }: Pick<PaymentParts, 'services'>,
  { account, actor }: Whose,
): Promise<void> {
  await record.act(async (tx, enter) => {
    const dropped = await tx.delete(recharge).where(eq(recharge.account, account)).returning();
    if (dropped.length === 0) return;
    await enter({
      kind: 'access_change',
      role: actor.role,
      about: { kind: 'account', id: account },
      content: { what: 'recharge_dropped', account, ...named(actor) },
    });
  });
}

async function keepsCard(
  { services: { db } }: Pick<PaymentParts, 'services'>,
  account: Id,
): Promise<boolean> {
  const [one] = await db
    .select({ id: payment.id })
    .from(payment)
    .where(and(eq(payment.account, account), eq(payment.keepsCard, true), eq(payment.state, 'paid')))
    .limit(1);
  return one !== undefined;
}

export interface ShownRecharge extends Pick<Recharge, 'threshold' | 'amount' | 'monthMax' | 'state' | 'why'> {
  /** In this month (UTC), micro-dollars. */
  readonly bought: number;
}

/** Null: it is off. */
export async function shownRecharge(
  { db }: Pick<PaymentParts['services'], 'db'>,
  account: Id,
  now: number,
): Promise<ShownRecharge | null> {
  const [row] = await db.select().from(recharge).where(eq(recharge.account, account));
  if (row === undefined) return null;
  const { threshold, amount, monthMax, state, why } = row;
  return {
    threshold,
    amount,
    monthMax,
    state,
    why,
    bought: await boughtThisMonth(db, account, new Date(now)),
  };
}
