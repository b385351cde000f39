/**
 * Stripe is told of erasures as every processor is (see the store's erasure). Its id of a customer is carried over when the
 * account's rows go, and is dropped when Stripe has confirmed, not before.
 */
import { and, eq, inArray, isNotNull } from 'drizzle-orm';
import Stripe from 'stripe';
import type { Id } from '../../link/ids.ts';
import type { Db } from '../../store/database.ts';
import type { Processor } from '../../store/erasure/settings.ts';
import type { Store, Tx } from '../../store/store.ts';
import type { PaymentParts } from './parts.ts';
import { stripeCustomer, stripeFarewell } from './schema.ts';

/** Of one customer at once; a task that comes again goes on. */
const PAGES_MAX = 100;

/** In the erasure's transaction, before the rows of these accounts go. */
export async function partWithStripe(tx: Tx, accounts: readonly Id[]): Promise<void> {
  if (accounts.length === 0) return;
  const known = await tx
    .select({ account: stripeCustomer.account, customer: stripeCustomer.customer })
    .from(stripeCustomer)
    .where(and(inArray(stripeCustomer.account, [...accounts]), isNotNull(stripeCustomer.customer)));
  if (known.length > 0) await tx.insert(stripeFarewell).values(known).onConflictDoNothing();
}

/** Null where Stripe holds nothing for us; `client` null: it does, and the keys were taken out of the configuration. */
export async function stripeFor(
  db: Db,
  parts: PaymentParts | null,
): Promise<{ readonly client: Stripe | null } | null> {
  if (parts !== null) return { client: parts.stripe };
  const [customer] = await db.select({ one: stripeCustomer.account }).from(stripeCustomer).limit(1);
  const [farewell] = await db.select({ one: stripeFarewell.account }).from(stripeFarewell).limit(1);
  return customer === undefined && farewell === undefined ? null : { client: null };
}

export const stripeProcessor = (
  { db, now }: Pick<Store, 'db' | 'now'>,
  client: Stripe | null,
): Processor => ({
  name: 'Stripe',
  holds: async (tx, { kind, id }) => {
    if (kind !== 'account') return false;
    const open = and(eq(stripeFarewell.account, id), isNotNull(stripeFarewell.customer));
    return (await tx.select({ account: stripeFarewell.account }).from(stripeFarewell).where(open)).length > 0;
  },
  async forget({ kind, id }, signal) {
    if (kind !== 'account') return;
    const its = eq(stripeFarewell.account, id);
    const [row] = await db.select().from(stripeFarewell).where(its);
    if (row === undefined || row.customer === null) return;
    if (client === null) throw new Error('Stripe cannot be asked without its keys');
    await endPages(client, row.customer, signal);
    await deleteCustomer(client, row.customer);
    await db
      .update(stripeFarewell)
      .set({ customer: null, doneAt: new Date(now()) })
      .where(its);
  },
});

/** Nobody pays any more for an account that is gone. */
async function endPages(client: Stripe, customer: string, signal: AbortSignal): Promise<void> {
  const { data } = await client.checkout.sessions
    .list({ customer, status: 'open', limit: PAGES_MAX })
    .catch(noneOf({ data: [] as Stripe.Checkout.Session[] }));
  for (const { id } of data) {
    signal.throwIfAborted();
    await client.checkout.sessions.expire(id);
  }
}

/** One that is deleted already is deleted. */
async function deleteCustomer(client: Stripe, customer: string): Promise<void> {
  const { deleted } = await client.customers.del(customer).catch(noneOf({ deleted: true }));
  if (!deleted) throw new Error('Stripe did not delete the customer');
}

const noneOf =
  <Answer>(answer: Answer) =>
  (error: unknown): Answer => {
    if (error instanceof Stripe.errors.StripeError && error.code === 'resource_missing') return answer;
    throw error;
  };
