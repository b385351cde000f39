/** Objects as Stripe shows them in answers and events. */
import type { Intent, Invoice, Method, Refund, Session, Subscription } from './objects.ts';

interface Books {
  readonly url: string;
  readonly customers: ReadonlyMap<string, { readonly deleted: boolean }>;
  readonly chosen: ReadonlyMap<string, Method>;
}

export class Shown {
  readonly #books: Books;

  constructor(books: Books) {
    this.#books = books;
  }

  subscription({ id: name, customer, plan, status, cancelAtEnd, periodEnd }: Subscription) {
    return {
      id: name,
      object: 'subscription',
      customer,
      status,
      metadata: { plan },
      cancel_at: null,
      cancel_at_period_end: cancelAtEnd,
      default_payment_method: this.chosenBy(name),
      items: { object: 'list', data: [{ id: 'si_1', current_period_end: periodEnd }] },
    };
  }

  invoice({ id: name, of, created, status, intent }: Invoice) {
    const total = of.cents + of.taxCents;
    return {
      id: name,
      object: 'invoice',
      customer: of.customer,
      // What Stripe knows of people, and we must not keep.
      customer_email: 'payer-canary@example.org',
      status,
      created,
      currency: 'usd',
      total,
      total_excluding_tax: of.cents,
      amount_due: total,
      amount_paid: status === 'paid' ? total : 0,
      parent: {
        type: 'subscription_details',
        subscription_details: { subscription: of.id, metadata: { plan: of.plan } },
      },
      payments: {
        object: 'list',
        data: intent === null ? [] : [{ payment: { type: 'payment_intent', payment_intent: intent } }],
      },
    };
  }

  customer(customer: string) {
    const deleted = this.#books.customers.get(customer)?.deleted === true;
    return deleted
      ? { id: customer, object: 'customer', deleted }
      : {
          id: customer,
          object: 'customer',
          invoice_settings: { default_payment_method: this.chosenBy(customer) },
        };
  }

  /** As where it is asked to be shown whole. */
  chosenBy(name: string) {
    const method = this.#books.chosen.get(name);
    return method === undefined ? null : methodShown(method);
  }

  session(session: Session) {
    const { id: name, fields, cents, taxCents, status, intent } = session;
    return {
      id: name,
      object: 'checkout.session',
      client_reference_id: fields.get('client_reference_id'),
      customer: fields.get('customer'),
      // What Stripe knows of people, and we must not keep.
      customer_details: { email: 'payer-canary@example.org', name: 'Payer Canary' },
      amount_subtotal: cents,
      amount_total: cents + taxCents,
      total_details: { amount_tax: taxCents, amount_discount: 0, amount_shipping: 0 },
      currency: fields.get('line_items[0][price_data][currency]'),
      payment_status: status === 'complete' ? 'paid' : 'unpaid',
      payment_intent: intent,
      mode: fields.get('mode'),
      subscription: session.subscription,
      status,
      url: status === 'open' ? `${this.#books.url}/pay/${name}` : null,
    };
  }

  intent({ id: name, customer, created, gross, metadata, status = 'succeeded', error }: Intent) {
    return {
      id: name,
      object: 'payment_intent',
      amount: gross,
      amount_received: status === 'succeeded' ? gross : 0,
      currency: 'usd',
      status,
      last_payment_error: error === undefined ? null : { code: error },
      created,
      customer,
      metadata,
      latest_charge: {
        id: `ch_${name}`,
        object: 'charge',
        receipt_url: `${this.#books.url}/receipt/${name}`,
      },
    };
  }

  refund({ id: name, intent, cents, created, status }: Refund) {
    return {
      id: name,
      object: 'refund',
      payment_intent: intent,
      amount: cents,
      currency: 'usd',
      status,
      created,
    };
  }
}

/** What Stripe knows of a card, and we must not keep. */
export const methodShown = ({ card, ...method }: Method) => ({
  ...method,
  object: 'payment_method',
  type: 'card',
  billing_details: { email: 'payer-canary@example.org', name: 'Payer Canary' },
  card: { ...card, brand: 'visa', last4: '4242' },
});
