/** What the roles need of these tables, beyond what follows from the map: only the writer changes what is paid. */
import type { Need } from '../../store/walls/rights.ts';
import { account } from '../accounts/schema.ts';
import { savedCard } from './cards/schema.ts';
import { planSubscription } from './plans/schema.ts';
import { recharge } from './recharge/schema.ts';
import { payment, paymentReturn, stripeCustomer, stripeEvent, stripeFarewell } from './schema.ts';
import { unpaidInvoice } from './unpaid/schema.ts';

export const paymentNeeds: readonly Need[] = [
  { role: 'kept_system', table: payment, insert: true, update: ['session', 'askedGross', 'method'] },
  {
    role: 'kept_meter',
    table: payment,
    select: 'all',
    insert: true,
    update: ['state', 'gross', 'tax', 'intent', 'paidAt', 'returnedGross', 'returnedNet'],
  },
  {
    role: 'kept_system',
    table: planSubscription,
    insert: true,
    update: ['state', 'session', 'subscription', 'periodEndsAt', 'endsThen', 'isPaused', 'endedAt'],
  },
  { role: 'kept_meter', table: planSubscription, select: 'all' },
  {
    role: 'kept_system',
    table: unpaidInvoice,
    insert: true,
    update: ['step', 'nextAt', 'settledAt', 'settledBy'],
  },
  { role: 'kept_system', table: account, update: ['unpaidRpm'] },
  { role: 'kept_system', table: recharge, insert: true, update: 'all', delete: true },
  {
    role: 'kept_meter',
    table: recharge,
    select: 'all',
    update: ['state', 'why', 'isTold', 'attempts', 'nextAt', 'changedAt'],
  },
  {
    role: 'kept_system',
    table: savedCard,
    insert: true,
    update: ['rechargeEndsAt', 'planEndsAt', 'nextAt'],
    delete: true,
  },
  { role: 'kept_meter', table: paymentReturn, select: 'all', insert: true, update: ['state'] },
  { role: 'kept_meter', table: stripeCustomer, select: 'all' },
  { role: 'kept_system', table: stripeCustomer, insert: true, update: ['customer'] },
  {
    role: 'kept_system',
    table: stripeEvent,
    select: 'all',
    insert: true,
    update: ['state', 'content', 'attempts', 'nextAt'],
  },
  { role: 'kept_system', table: stripeFarewell, select: ['account'] },
  { role: 'kept_sweep', table: stripeFarewell, insert: true, update: ['customer', 'doneAt'] },
];
