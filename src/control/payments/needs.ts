/** What the roles need of these tables, beyond what follows from the map: only the writer changes what is paid. */
import type { Need } from '../../store/walls/rights.ts';
import { payment, paymentReturn, stripeCustomer, stripeEvent, stripeFarewell } from './schema.ts';

export const paymentNeeds: readonly Need[] = [
  { role: 'kept_system', table: payment, insert: true, update: ['session'] },
  {
    role: 'kept_meter',
    table: payment,
    select: 'all',
    update: ['state', 'gross', 'tax', 'intent', 'paidAt', 'returnedGross', 'returnedNet'],
  },
  { role: 'kept_meter', table: paymentReturn, select: 'all', insert: true, update: ['state'] },
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
