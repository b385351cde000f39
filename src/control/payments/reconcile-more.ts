/** What else Stripe's books hold beside payments with a number of ours: invoices of plans, and disputes. */
import { and, eq, inArray, isNotNull } from 'drizzle-orm';
import type Stripe from 'stripe';
import type { Id } from '../../link/ids.ts';
import { invoiceContent } from './event-content.ts';
import type { PaymentParts } from './parts.ts';
import { planSubscription } from './plans/schema.ts';
import { payment, paymentReturn } from './schema.ts';

/** As many as Stripe hands out at once. */
const PAGE = 100;
/** Money is with the bank in these. */
const WITHHELD: ReadonlySet<string> = new Set(['needs_response', 'under_review', 'lost']);

export interface TheirInvoice {
  /** Our number of the plan. */
  readonly plan: Id;
  readonly invoice: string;
  /** Null: Stripe does not say. */
  readonly intent: string | null;
  /** Cents. */
  readonly gross: number;
}

interface Created {
  readonly gte: number;
  readonly lte: number;
}

/** Paid ones of plans of ours, page by page. Where nobody ever had a plan, Stripe is not asked. */
export async function* paidInvoices(
  { stripe, services: { db } }: PaymentParts,
  created: Created,
  signal: AbortSignal,
): AsyncGenerator<TheirInvoice[]> {
  const [one] = await db
    .select({ id: planSubscription.id })
    .from(planSubscription)
    .where(isNotNull(planSubscription.subscription))
    .limit(1);
  if (one === undefined) return;
  let after: string | undefined;
  do {
    signal.throwIfAborted();
    const page: Stripe.ApiList<Stripe.Invoice> = await stripe.invoices.list({
      status: 'paid',
      created,
      limit: PAGE,
      expand: ['data.payments'],
      ...(after !== undefined && { starting_after: after }),
    });
    yield page.data.flatMap(invoiceIn);
    after = page.has_more ? page.data.at(-1)?.id : undefined;
  } while (after !== undefined);
}

function invoiceIn(invoice: Stripe.Invoice): TheirInvoice[] {
  const content = invoiceContent(invoice);
  if (content?.is !== 'invoice_paid') return [];
  const intents = (invoice.payments?.data ?? []).map(({ payment: paid }) => paid.payment_intent ?? null);
  const [intent = null] = intents.filter((each) => each !== null);
  return [
    {
      plan: content.plan,
      invoice: content.invoice,
      intent: typeof intent === 'string' ? intent : (intent?.id ?? null),
      gross: content.gross,
    },
  ];
}

/** Our payments whose money is withheld at Stripe, and of whose dispute nothing is known here. */
export async function unknownDisputes(
  { stripe, services: { db } }: PaymentParts,
  created: Created,
  signal: AbortSignal,
): Promise<Id[]> {
  const found: Id[] = [];
  let after: string | undefined;
  do {
    signal.throwIfAborted();
    const page: Stripe.ApiList<Stripe.Dispute> = await stripe.disputes.list({
      created,
      limit: PAGE,
      ...(after !== undefined && { starting_after: after }),
    });
    const withheld = page.data.filter(({ status }) => WITHHELD.has(status));
    found.push(...(await notKnown(db, withheld)));
    after = page.has_more ? page.data.at(-1)?.id : undefined;
  } while (after !== undefined);
  return found;
}

async function notKnown(
  db: PaymentParts['services']['db'],
  disputes: readonly Pick<Stripe.Dispute, 'id' | 'payment_intent'>[],
): Promise<Id[]> {
  const intents = disputes.flatMap(({ payment_intent: intent }) =>
    typeof intent === 'string' ? [intent] : [],
  );
  if (intents.length === 0) return [];
  const ours = await db
    .select({ id: payment.id, intent: payment.intent })
    .from(payment)
    .where(inArray(payment.intent, intents));
  const known = await db
    .select({ id: paymentReturn.id })
    .from(paymentReturn)
    .where(
      and(
        eq(paymentReturn.kind, 'dispute'),
        inArray(
          paymentReturn.id,
          disputes.map(({ id }) => id),
        ),
      ),
    );
  const ids = new Set(known.map(({ id }) => id));
  const missing = new Set(
    disputes.filter(({ id }) => !ids.has(id)).map(({ payment_intent: intent }) => intent),
  );
  return ours.filter(({ intent }) => missing.has(intent)).map(({ id }) => id);
}
