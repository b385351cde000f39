/** Billing as figures for an alarm. */
import { count, eq } from 'drizzle-orm';
import type { Db } from '../../store/database.ts';
import type { Reconciliation } from './reconcile.ts';
import { stripeEvent } from './schema.ts';

/** In Prometheus' text format. */
export async function billingMetrics(db: Db, last: Reconciliation): Promise<string> {
  const [waiting] = await db.select({ n: count() }).from(stripeEvent).where(eq(stripeEvent.state, 'stored'));
  const [odd] = await db.select({ n: count() }).from(stripeEvent).where(eq(stripeEvent.state, 'odd'));
  const gauges = [
    ['kept_billing_differences', 'Payments that differ from Stripe’s books: to be 0.', last.count],
    ['kept_billing_events_odd', 'Events of Stripe’s that are not what was asked for: to be 0.', odd?.n ?? 0],
    ['kept_billing_events_waiting', 'Events of Stripe’s that are not carried out yet.', waiting?.n ?? 0],
  ] as const;
  const lines = gauges.flatMap(([name, help, value]) => [
    `# HELP ${name} ${help}`,
    `# TYPE ${name} gauge`,
    `${name} ${value}`,
  ]);
  return `${lines.join('\n')}\n`;
}
