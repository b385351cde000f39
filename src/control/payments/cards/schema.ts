/**
 * When the cards end that an account rests on: of a card, nothing else is stored, and this not beyond its month. No row:
 * nothing is paid by a card that Stripe keeps.
 */
import { index } from 'drizzle-orm/pg-core';
import { id, moment } from '../../../store/columns.ts';
import { refers, stored } from '../../../store/map/columns.ts';
import { PLAIN, subjectId } from '../../../store/map/presets.ts';
import { mapped } from '../../../store/map/table.ts';
import { account } from '../../accounts/schema.ts';

const OPEN = 'Stripe keeps none that ends';
const known = (label: string) =>
  ({
    label,
    class: 'user.financial',
    purposes: ['billing', 'provide_service'],
    source: 'derived',
    access: 'yes',
    export: 'yes',
    correct: { no: 'another card is brought at Stripe' },
    erase: 'delete row',
    plain: PLAIN.time,
  }) as const;

export const savedCard = mapped(
  'saved_card',
  {
    about: 'When the card ends that Stripe keeps for automatic recharge or a plan',
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
      /** The first moment after its month, in UTC. */
      rechargeEndsAt: stored(moment('recharge_ends_at'), {
        ...known('Card of automatic recharge ends at'),
        retention: { kind: 'days after', days: 0, event: 'rechargeEndsAt', open: OPEN },
      }),
      planEndsAt: stored(moment('plan_ends_at'), {
        ...known('Card of the plan ends at'),
        retention: { kind: 'days after', days: 0, event: 'planEndsAt', open: OPEN },
      }),
      /** When Stripe is asked again. */
      nextAt: stored(moment('next_at').notNull(), known('Looked at again at')),
    },
  },
  (table) => [index('saved_card_next').on(table.nextAt)],
);

export type SavedCard = typeof savedCard.$inferSelect;
