/** Stripe's own page of what it knows of a customer: cards, invoices, tax ids. Its address is made anew for each click. */
import { eq } from 'drizzle-orm';
import type { Id } from '../../link/ids.ts';
import { outward } from '../outward.ts';
import { Problem } from '../problem.ts';
import { stripeProblem } from './begin.ts';
import type { PaymentParts } from './parts.ts';
import { stripeCustomer } from './schema.ts';

/** Answers Stripe's page, which lets whoever has its address in: nobody but who asked gets it. Throws `Problem` 409, 503. */
export async function openPortal(parts: PaymentParts, account: Id): Promise<{ readonly url: string }> {
  const customer = await customerAtStripe(parts.services, account);
  if (customer === null)
    throw new Problem(409, 'not_known_there', 'Stripe knows nothing of this account: nothing was paid yet.');
  try {
    const { url } = await parts.stripe.billingPortal.sessions.create({
      customer,
      return_url: `${parts.siteUrl}/console/${outward('acct', account)}/credit`,
    });
    return { url };
  } catch (error) {
    throw stripeProblem(parts, error);
  }
}

/** Null: there is none yet. */
export async function customerAtStripe(
  { db }: Pick<PaymentParts['services'], 'db'>,
  account: Id,
): Promise<string | null> {
  const [row] = await db.select().from(stripeCustomer).where(eq(stripeCustomer.account, account));
  return row?.customer ?? null;
}
