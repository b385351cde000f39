/** Gateways that were connected, so that a restarted control knows whose leases may still be in use. */
import { sql } from 'drizzle-orm';
import { index, integer, pgTable, text } from 'drizzle-orm/pg-core';
import { id, moment } from '../../store/columns.ts';

export const gatewaySession = pgTable(
  'gateway_session',
  {
    id: id('id').primaryKey(),
    pid: integer('pid').notNull(),
    /** Tells the process from a later one with its number; null where the system does not say. */
    birth: text('birth'),
    connectedAt: moment('connected_at').notNull().defaultNow(),
    /** When its leases were taken back. */
    endedAt: moment('ended_at'),
  },
  (table) => [index('gateway_session_open').on(table.id).where(sql`${table.endedAt} is null`)],
);
