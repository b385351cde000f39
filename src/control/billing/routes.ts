/** Admin API of credit and the ledger. */
import { Hono } from 'hono';
import { z } from 'zod';
import { findAccount } from '../accounts/index.ts';
import { formatAmount, parseAmount } from '../amount.ts';
import { checkInput, readInput } from '../input.ts';
import { outward } from '../outward.ts';
import { Problem } from '../problem.ts';
import type { Services } from '../services.ts';
import { addCredit } from './add-credit.ts';
import { readLedger } from './read-ledger.ts';

const REASON_LENGTH_MAX = 500;
const PAGE_MAX = 10_000;
const PAGE = 1_000;

export const creditInput = z.strictObject({
  amount: z.string().transform((text, context) => {
    const amount = parseAmount(text);
    if (amount !== null && amount !== 0) return amount;
    context.addIssue({
      code: 'custom',
      message: 'must be an amount in US dollars like 25.00, not zero, with at most 6 decimals',
    });
    return z.NEVER;
  }),
  reason: z
    .string()
    .transform((text) => text.trim())
    .pipe(
      z
        .string()
        .min(1, 'must not be empty')
        .max(REASON_LENGTH_MAX)
        .regex(/^\P{Cc}+$/u, 'must be one line'),
    ),
});

const page = z.strictObject({
  before: z.coerce.number().int().positive().optional(),
  limit: z.coerce.number().int().min(1).max(PAGE_MAX).default(PAGE),
});

export function billingRoutes(services: Services): Hono {
  return new Hono()
    .post('/accounts/:account/credit', async (c) => {
      const { amount, reason } = await readInput(c, creditInput);
      const account = await findAccount(services, c.req.param('account'));
      const balance = await addCredit(services, account.id, amount, reason);
      return c.json({
        account: outward('acct', account.id),
        amount_microusd: amount,
        balance: formatAmount(balance),
        balance_microusd: balance,
      });
    })
    .get('/accounts/:account/ledger', async (c) => {
      if (services.billing === 'off') {
        throw new Problem(
          404,
          'no_ledger_here',
          'Use has no price here ("billing": "off"): nothing is booked.',
        );
      }
      const { before, limit } = checkInput(c.req.query(), page);
      const account = await findAccount(services, c.req.param('account'));
      const entries = await readLedger(services, account.id, before ?? null, limit);
      return c.json({ balance_microusd: account.balance, entries });
    });
}
