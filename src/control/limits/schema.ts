/** Gateways that were connected, so that a restarted control knows whose leases may still be in use. */
import { sql } from 'drizzle-orm';
import { index, integer, text } from 'drizzle-orm/pg-core';
import { id, moment } from '../../store/columns.ts';
import { none } from '../../store/map/columns.ts';
import { mapped } from '../../store/map/table.ts';

/** A session says nothing any more a minute after its end; a few days help whoever looks for a fault. */
const SESSION_DAYS = 7;
const OURS = 'describes a process of ours';

export const gatewaySession = mapped(
  'gateway_session',
  {
    about: 'Gateways that were connected',
    subject: { kind: 'nobody', why: OURS },
    retention: { kind: 'days after', days: SESSION_DAYS, event: 'endedAt', open: 'it is connected' },
    columns: {
      id: none(id('id').primaryKey(), OURS),
      pid: none(integer('pid').notNull(), OURS),
      /** Tells the process from a later one with its number; null where the system does not say. */
      birth: none(text('birth'), OURS),
      connectedAt: none(moment('connected_at').notNull().defaultNow(), OURS),
      /** When its leases were taken back. */
      endedAt: none(moment('ended_at'), OURS),
    },
  },
  (table) => [index('gateway_session_open').on(table.id).where(sql`${table.endedAt} is null`)],
);
