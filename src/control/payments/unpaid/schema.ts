/**
 * Invoices of plans that are not paid, and which step they are at. The steps and their days are the operator's
 * configuration, the same for everybody: nothing is weighed, and no model decides (AUTO-2).
 */
import { sql } from 'drizzle-orm';
import { check, index, text } from 'drizzle-orm/pg-core';
import { id, microUsd, moment } from '../../../store/columns.ts';
import { refers, stored } from '../../../store/map/columns.ts';
import { PLAIN, subjectId } from '../../../store/map/presets.ts';
import { mapped } from '../../../store/map/table.ts';
import { account } from '../../accounts/schema.ts';

/** In their order. `new`: nobody was told yet. */
export const UNPAID_STEPS = ['new', 'reminded', 'reminded_again', 'limited', 'suspended'] as const;
export type UnpaidStep = (typeof UNPAID_STEPS)[number];
/** `void`: Stripe does not want it any more. `forgiven`: finance ended the steps. */
export const SETTLED_BY = ['paid', 'void', 'forgiven'] as const;
export type SettledBy = (typeof SETTLED_BY)[number];

const owed = (label: string, plain: string = PLAIN.amount) =>
  ({
    label,
    class: 'user.financial',
    purposes: ['billing', 'provide_service'],
    source: 'derived',
    access: 'yes',
    export: 'yes',
    correct: { no: 'it follows from what is paid; finance can end it' },
    erase: 'delete row',
    plain,
  }) as const;

export const unpaidInvoice = mapped(
  'unpaid_invoice',
  {
    about: 'Invoices of plans that were not paid when they were due, and what followed',
    subject: { kind: 'direct', of: 'account', column: 'account' },
    retention: { kind: 'while subject' },
    columns: {
      id: stored(
        text('id').primaryKey(),
        owed('Stripe’s id', 'an id of Stripe’s: says nothing to anybody but Stripe'),
      ),
      account: refers(
        'account',
        id('account_id')
          .notNull()
          .references(() => account.id),
        subjectId('Account'),
      ),
      gross: stored(microUsd('gross_microusd').notNull(), owed('Amount in micro-dollars')),
      step: stored(text('step', { enum: UNPAID_STEPS }).notNull(), owed('Step', PLAIN.choice)),
      since: stored(moment('since').notNull(), owed('Since', PLAIN.time)),
      /** Of the next step; null: there is none. */
      nextAt: stored(moment('next_at'), owed('Next step at', PLAIN.time)),
      settledAt: stored(moment('settled_at'), owed('Settled at', PLAIN.time)),
      settledBy: stored(text('settled_by', { enum: SETTLED_BY }), owed('Settled by', PLAIN.choice)),
    },
  },
  (table) => [
    index('unpaid_invoice_account').on(table.account),
    index('unpaid_invoice_next').on(table.nextAt).where(sql`settled_at is null`),
    check('unpaid_invoice_settled', sql`(${table.settledAt} is null) = (${table.settledBy} is null)`),
  ],
);

export type UnpaidInvoice = typeof unpaidInvoice.$inferSelect;
