/**
 * Automatic recharge: that an account's people want credit to be bought by itself, within which bounds, and whether it
 * goes on. No row: nobody wants it. The card is Stripe's to keep; nothing of it stands here.
 */
import { sql } from 'drizzle-orm';
import { boolean, check, index, integer, text } from 'drizzle-orm/pg-core';
import { id, microUsd, moment } from '../../../store/columns.ts';
import { refers, stored } from '../../../store/map/columns.ts';
import { PLAIN, setting, subjectId } from '../../../store/map/presets.ts';
import { mapped } from '../../../store/map/table.ts';
import { account } from '../../accounts/schema.ts';

/** `waiting`: for a card that Stripe keeps. `stopped`: it does not go on until somebody says so, or brings another card. */
export const RECHARGE_STATES = ['on', 'waiting', 'stopped'] as const;
/**
 * `refused`: the bank did. `confirm`: the bank wants to hear it from whoever owns the card. `no_card`: Stripe keeps none.
 * `not_possible`: Stripe cannot carry it out. `disputed`: somebody demanded a payment back.
 */
export const STOP_REASONS = ['refused', 'confirm', 'no_card', 'not_possible', 'disputed'] as const;
export type StopReason = (typeof STOP_REASONS)[number];

const set = (label: string, plain: string = PLAIN.amount) => ({
  ...setting(label, plain),
  class: 'user.financial' as const,
  purposes: ['billing', 'provide_service'] as const,
});
const kept = (label: string, plain: string = PLAIN.choice) => ({
  ...set(label, plain),
  source: 'derived' as const,
  correct: { no: 'changed where it is set' } as const,
});

export const recharge = mapped(
  'recharge',
  {
    about: 'Automatic recharge: from which balance on, how much, and how much in a month at most',
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
      threshold: stored(microUsd('threshold_microusd').notNull(), set('Below this balance in micro-dollars')),
      amount: stored(microUsd('amount_microusd').notNull(), set('Credit each time in micro-dollars')),
      monthMax: stored(microUsd('month_max_microusd').notNull(), set('At most in a month in micro-dollars')),
      state: stored(text('state', { enum: RECHARGE_STATES }).notNull(), kept('State')),
      why: stored(text('why', { enum: STOP_REASONS }), kept('Why it stopped')),
      /** Of a stop: its people have been written to. */
      isTold: stored(boolean('is_told').notNull().default(true), kept('Its people were told')),
      /** While Stripe does not answer. */
      attempts: stored(integer('attempts').notNull().default(0), kept('Attempts', PLAIN.count)),
      nextAt: stored(moment('next_at').notNull().defaultNow(), kept('Next attempt', PLAIN.time)),
      changedAt: stored(moment('changed_at').notNull(), kept('Changed at', PLAIN.time)),
    },
  },
  (table) => [
    index('recharge_on').on(table.account).where(sql`state = 'on'`),
    check('recharge_why', sql`(${table.state} = 'stopped') = (${table.why} is not null)`),
    check(
      'recharge_bounds',
      sql`${table.threshold} > 0 and ${table.amount} > 0 and ${table.monthMax} >= ${table.amount}`,
    ),
  ],
);

export type Recharge = typeof recharge.$inferSelect;
