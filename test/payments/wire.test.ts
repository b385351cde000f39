/** What goes to Stripe is what is declared: the list that every request is held to names the fields of the declaration, and no other. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { stripeClient } from '../../src/control/payments/parts.ts';
import { KINDS } from '../../src/control/processors/kinds.ts';
import { StripeStandin } from '../support/stripe-standin.ts';
import { CALLS, demandDeclared } from '../support/stripe-wire.ts';

let standin: StripeStandin;
beforeAll(async () => {
  standin = await StripeStandin.start();
});
afterAll(() => standin?.stop());

test('the list of parameters and the declaration name the same fields', () => {
  const sent = Object.values(CALLS).flatMap((call) => Object.values(call).flatMap(({ from }) => from));
  const declared = KINDS.payments.gets.map(({ field }) => field);
  expect([...new Set(sent)].sort()).toEqual([...declared].sort());
});

test('a parameter, a metadata key, a value, a call or a key that is not declared fails the test that sent it', async () => {
  const stripe = stripeClient(standin.settings);
  const customer = 'cus_1';
  const wrong: readonly (readonly [string, () => Promise<unknown>])[] = [
    ['POST /v1/customers email', () => stripe.customers.create({ email: 'ada@example.org' })],
    ['POST /v1/customers name', () => stripe.customers.create({ name: 'Ada' })],
    [
      'POST /v1/checkout/sessions customer_email',
      () => stripe.checkout.sessions.create({ mode: 'payment', customer_email: 'ada@example.org' }),
    ],
    [
      'POST /v1/checkout/sessions metadata[person]',
      () => stripe.checkout.sessions.create({ mode: 'payment', metadata: { person: '1' } }),
    ],
    [
      'POST /v1/checkout/sessions client_reference_id',
      () => stripe.checkout.sessions.create({ client_reference_id: 'ada@example.org' }),
    ],
    ['POST /v1/refunds metadata[why]', () => stripe.refunds.create({ metadata: { why: 'she asked' } })],
    [
      'POST /v1/payment_intents receipt_email',
      () => stripe.paymentIntents.create({ amount: 1, currency: 'usd', receipt_email: 'a@example.org' }),
    ],
    ['POST /v1/setup_intents', () => stripe.setupIntents.create({ customer, description: 'Ada’s card' })],
    [
      'POST /v1/customers idempotency-key',
      () => stripe.customers.create({}, { idempotencyKey: 'ada@example.org' }),
    ],
  ];
  for (const [what, send] of wrong) {
    await expect(send(), what).rejects.toThrow();
    expect(demandDeclared, what).toThrow(`sent to Stripe, and not declared: ${what}`);
  }
  expect(standin.customers.size + standin.sessions.size + standin.refunds.size).toBe(0);
  // What is declared goes through, and is none of it.
  await stripe.customers.create({}, { idempotencyKey: 'f'.repeat(32) });
  expect(demandDeclared).not.toThrow();
});
