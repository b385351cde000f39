/**
 * What was paid by Stripe, as far as we remember it: amounts, states and Stripe's ids. Who paid, with which card, and from
 * where, only Stripe knows. What a payment brings to a balance stands in the ledger (see billing).
 */
import { sql } from 'drizzle-orm';
import { boolean, check, index, integer, jsonb, text, uniqueIndex } from 'drizzle-orm/pg-core';
import { id, microUsd, moment } from '../../store/columns.ts';
import { none, refers, stored } from '../../store/map/columns.ts';
import { PLAIN, subjectId } from '../../store/map/presets.ts';
import { mapped } from '../../store/map/table.ts';
import { account } from '../accounts/schema.ts';
import type { EventContent } from './event-content.ts';

/**
 * `open`: at Stripe, or on the way there. `paid`: booked. `failed`, `expired`: nothing was charged; a payment that comes
 * after all is booked nevertheless.
 */
export const PAYMENT_STATES = ['open', 'paid', 'failed', 'expired'] as const;
/**
 * `page`: somebody paid on a page of Stripe. `recharge`: by itself, with the card that Stripe keeps. `plan`: an
 * invoice of a plan.
 */
export const PAYMENT_WAYS = ['page', 'recharge', 'plan'] as const;
export const RETURN_KINDS = ['refund', 'dispute'] as const;
/** `taken`: the money went back, or is withheld. `given_back`: that came to nothing; nothing follows any more. */
export const RETURN_STATES = ['taken', 'given_back'] as const;
/** `stored`: still to be carried out. `ignored`: not ours, or not about payments. `odd`: not as we asked; nothing is booked. */
export const EVENT_STATES = ['stored', 'done', 'ignored', 'odd'] as const;

const EVENT_DAYS = 90;
const FAREWELL_DAYS = 366;
const STRIPES = 'an id of Stripe’s: says nothing to anybody but Stripe';

const paid = (label: string, plain: string = PLAIN.amount) =>
  ({
    label,
    class: 'user.financial',
    purposes: ['billing', 'legal'],
    source: 'derived',
    access: 'yes',
    export: 'yes',
    correct: { no: 'what was paid is not changed; it can be refunded' },
    erase: 'keep minimised until',
    plain,
  }) as const;

/** An id of something that is paid; its row goes with the account. */
const named = (label: string, plain: string = STRIPES) => ({
  ...subjectId(label),
  class: 'user.financial' as const,
  purposes: ['billing', 'legal'] as const,
  plain,
});

export const payment = mapped(
  'payment',
  {
    about: 'Credit that was bought, or begun to be bought, by Stripe',
    subject: { kind: 'direct', of: 'account', column: 'account' },
    retention: { kind: 'while subject' },
    law: { keeps: 'us-tax-records', since: 'askedAt' },
    columns: {
      /** All that Stripe is told of whose it is. */
      id: stored(id('id').primaryKey(), named('Payment', PLAIN.id)),
      account: refers(
        'account',
        id('account_id')
          .notNull()
          .references(() => account.id),
        subjectId('Account'),
      ),
      /** What it brings to the balance: without tax. */
      amount: stored(microUsd('amount_microusd').notNull(), paid('Credit in micro-dollars')),
      state: stored(text('state', { enum: PAYMENT_STATES }).notNull(), paid('State', PLAIN.choice)),
      way: stored(text('way', { enum: PAYMENT_WAYS }).notNull().default('page'), paid('Way', PLAIN.choice)),
      /** Whoever pays lets Stripe keep the card for automatic recharge. */
      keepsCard: stored(
        boolean('keeps_card').notNull().default(false),
        paid('Stripe keeps the card', PLAIN.choice),
      ),
      /** Of a recharge, what Stripe is asked to charge, and with what; null until just before it is asked. */
      askedGross: stored(microUsd('asked_gross_microusd'), paid('Asked for in micro-dollars')),
      method: stored(text('stripe_method'), named('Stripe’s id of the card')),
      /** Of a plan: Stripe's id of the invoice, and what it charged without tax, where the credit is more or less. */
      invoice: stored(text('stripe_invoice'), named('Stripe’s id of the invoice')),
      net: stored(microUsd('net_microusd'), paid('Price of the plan in micro-dollars')),
      /** All that was charged, and the tax in it; null until it is paid. */
      gross: stored(microUsd('gross_microusd'), paid('Charged in micro-dollars')),
      tax: stored(microUsd('tax_microusd'), paid('Tax in micro-dollars')),
      /** Of what was charged, what went back to whoever paid, or is disputed. */
      returnedGross: stored(
        microUsd('returned_gross_microusd').notNull().default(0),
        paid('Returned in micro-dollars'),
      ),
      /** What that took from the balance. */
      returnedNet: stored(
        microUsd('returned_net_microusd').notNull().default(0),
        paid('Returned of the credit in micro-dollars'),
      ),
      session: stored(text('stripe_session'), named('Stripe’s id of the page')),
      intent: stored(text('stripe_intent'), named('Stripe’s id of the payment')),
      askedAt: stored(moment('asked_at').notNull(), paid('Asked for at', PLAIN.time)),
      paidAt: stored(moment('paid_at'), paid('Paid at', PLAIN.time)),
    },
  },
  (table) => [
    index('payment_account').on(table.account, table.askedAt),
    uniqueIndex('payment_intent').on(table.intent),
    uniqueIndex('payment_invoice').on(table.invoice),
    // At most one is under way.
    uniqueIndex('payment_recharge_once').on(table.account).where(sql`way = 'recharge' and state = 'open'`),
    check('payment_amount', sql`${table.amount} > 0`),
    check(
      'payment_adds_up',
      sql`case ${table.state} when 'paid' then ${table.gross} = coalesce(${table.net}, ${table.amount}) + ${table.tax} and ${table.tax} >= 0 else ${table.gross} is null and ${table.tax} is null end`,
    ),
  ],
);

export type Payment = typeof payment.$inferSelect;

export const paymentReturn = mapped(
  'payment_return',
  {
    about: 'Refunds and disputes of payments',
    subject: { kind: 'direct', of: 'account', column: 'account' },
    retention: { kind: 'while subject' },
    law: { keeps: 'us-tax-records', since: 'at' },
    columns: {
      id: stored(text('id').primaryKey(), named('Stripe’s id')),
      account: refers(
        'account',
        id('account_id')
          .notNull()
          .references(() => account.id),
        subjectId('Account'),
      ),
      payment: stored(id('payment_id').notNull(), paid('Payment', PLAIN.id)),
      kind: stored(text('kind', { enum: RETURN_KINDS }).notNull(), paid('Kind', PLAIN.choice)),
      state: stored(text('state', { enum: RETURN_STATES }).notNull(), paid('State', PLAIN.choice)),
      gross: stored(microUsd('gross_microusd').notNull(), paid('Amount in micro-dollars')),
      at: stored(moment('at').notNull(), paid('Known since', PLAIN.time)),
    },
  },
  (table) => [
    index('payment_return_payment').on(table.payment),
    index('payment_return_account').on(table.account),
  ],
);

export const stripeCustomer = mapped(
  'stripe_customer',
  {
    about: 'Under which id Stripe knows an account',
    subject: { kind: 'direct', of: 'account', column: 'account' },
    retention: { kind: 'while subject' },
    columns: {
      account: refers(
        'account',
        id('account_id')
          .primaryKey()
          .references(() => account.id),
        subjectId('Account'),
      ),
      /** Names the wish to make one, so that asking twice makes one. */
      wish: none(id('wish').notNull(), 'a random number of ours'),
      /** Null: Stripe has not answered yet. */
      customer: stored(text('stripe_customer'), named('Stripe’s id')),
    },
  },
  (table) => [uniqueIndex('stripe_customer_once').on(table.customer)],
);

export const stripeFarewell = mapped(
  'stripe_farewell',
  {
    about: 'Customers that Stripe has to delete, because their account was erased',
    subject: {
      kind: 'nobody',
      why: 'it names an account by a random id whose key is gone; Stripe needs its own id until it has answered',
    },
    retention: {
      kind: 'days after',
      days: FAREWELL_DAYS,
      event: 'doneAt',
      open: 'Stripe has not confirmed yet',
    },
    columns: {
      account: none(id('account_id').primaryKey(), 'random id of an account that is erased'),
      customer: none(text('stripe_customer'), 'an id of Stripe’s; none once Stripe has deleted it'),
      doneAt: none(moment('done_at'), 'when Stripe had deleted it'),
    },
  },
  (table) => [index('stripe_farewell_done').on(table.doneAt)],
);

export const stripeEvent = mapped(
  'stripe_event',
  {
    about: 'What Stripe told us, so that each is carried out once',
    subject: {
      kind: 'nobody',
      why: 'amounts and random ids, until it is carried out; nothing else of what Stripe tells is stored',
    },
    retention: { kind: 'days after', days: EVENT_DAYS, event: 'receivedAt' },
    columns: {
      id: none(text('id').primaryKey(), 'Stripe’s id of what it told'),
      type: none(text('type').notNull(), 'a word of Stripe’s'),
      state: none(text('state', { enum: EVENT_STATES }).notNull(), 'a word of a closed list'),
      /** Null once nothing is to be done any more. */
      content: none(
        jsonb('content').$type<EventContent>(),
        'amounts, random ids and words of closed lists, until it is carried out',
      ),
      attempts: none(integer('attempts').notNull().default(0), 'how often it was tried'),
      nextAt: none(moment('next_at').notNull(), 'when it is tried next'),
      receivedAt: none(moment('received_at').notNull(), 'when it came'),
    },
  },
  (table) => [
    index('stripe_event_next').on(table.nextAt).where(sql`state = 'stored'`),
    index('stripe_event_received').on(table.receivedAt),
  ],
);
