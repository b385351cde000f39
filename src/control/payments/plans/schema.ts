/**
 * Plans that an account has subscribed to: what it is charged, how often, what credit each paid period brings. The terms
 * are those of the day it was subscribed to, whatever the configuration says later. Stripe's books say how it stands.
 */
import { sql } from 'drizzle-orm';
import { boolean, check, index, text, uniqueIndex } from 'drizzle-orm/pg-core';
import { id, microUsd, moment } from '../../../store/columns.ts';
import { refers, stored } from '../../../store/map/columns.ts';
import { PLAIN, subjectId } from '../../../store/map/presets.ts';
import { mapped } from '../../../store/map/table.ts';
import { account } from '../../accounts/schema.ts';
import { PERIODS } from './settings.ts';

/** `open`: at Stripe's page, or on the way there. `unpaid`: goes on at Stripe, and an invoice of it is not paid. */
export const SUBSCRIPTION_STATES = ['open', 'active', 'unpaid', 'ended'] as const;

const STRIPES = 'an id of Stripe’s: says nothing to anybody but Stripe';
const agreed = (label: string, plain: string = PLAIN.amount) =>
  ({
    label,
    class: 'user.financial',
    purposes: ['billing', 'provide_service'],
    source: 'derived',
    access: 'yes',
    export: 'yes',
    correct: { no: 'what was agreed is not changed; a plan can be ended, and another begun' },
    erase: 'delete row',
    plain,
  }) as const;

export const planSubscription = mapped(
  'plan_subscription',
  {
    about: 'Plans that were subscribed to, or begun to be',
    subject: { kind: 'direct', of: 'account', column: 'account' },
    retention: { kind: 'while subject' },
    columns: {
      /** All that Stripe is told of whose it is. */
      id: stored(id('id').primaryKey(), agreed('Subscription', PLAIN.id)),
      account: refers(
        'account',
        id('account_id')
          .notNull()
          .references(() => account.id),
        subjectId('Account'),
      ),
      plan: stored(text('plan').notNull(), agreed('Plan', 'a word of the operator’s configuration')),
      every: stored(text('every', { enum: PERIODS }).notNull(), agreed('Every', PLAIN.choice)),
      /** Without tax. */
      price: stored(microUsd('price_microusd').notNull(), agreed('Price in micro-dollars')),
      credit: stored(microUsd('credit_microusd').notNull(), agreed('Credit of a period in micro-dollars')),
      state: stored(text('state', { enum: SUBSCRIPTION_STATES }).notNull(), agreed('State', PLAIN.choice)),
      session: stored(text('stripe_session'), agreed('Stripe’s id of the page', STRIPES)),
      subscription: stored(text('stripe_subscription'), agreed('Stripe’s id', STRIPES)),
      /** When the next invoice comes, or the plan ends. */
      periodEndsAt: stored(moment('period_ends_at'), agreed('Period ends at', PLAIN.time)),
      endsThen: stored(boolean('ends_then').notNull().default(false), agreed('Ends then', PLAIN.choice)),
      /** Stripe charges nothing meanwhile: the account's deletion is asked for. */
      isPaused: stored(boolean('is_paused').notNull().default(false), agreed('Paused', PLAIN.choice)),
      askedAt: stored(moment('asked_at').notNull(), agreed('Asked for at', PLAIN.time)),
      endedAt: stored(moment('ended_at'), agreed('Ended at', PLAIN.time)),
    },
  },
  (table) => [
    index('plan_subscription_account').on(table.account, table.askedAt),
    uniqueIndex('plan_subscription_stripe').on(table.subscription),
    check('plan_subscription_terms', sql`${table.price} > 0 and ${table.credit} > 0`),
  ],
);

export type PlanSubscription = typeof planSubscription.$inferSelect;
