/** What the stand-in of Stripe answers to a call of its API. */
import type { StripeBooks } from './books.ts';
import { type Intent, id, type Session, seconds } from './objects.ts';
import { methodShown } from './shown.ts';

export class StripeCalls {
  readonly #books: StripeBooks;
  #list: { readonly of: unknown; readonly rows: readonly unknown[] } | null = null;

  constructor(books: StripeBooks) {
    this.#books = books;
  }

  /** `call`: such as `POST /v1/refunds`. Undefined: there is none. */
  answer(call: string, fields: URLSearchParams): unknown {
    const [, place = '', which = '', what = ''] =
      /^\w+ \/v1\/(checkout\/sessions|billing_portal\/sessions|tax\/calculations|\w+)(?:\/(\w+))?(?:\/(\w+))?$/.exec(
        call,
      ) ?? [];
    switch (`${call.split(' ')[0]} ${place}${which && '/:id'}${what && `/${what}`}`) {
      case 'POST customers':
        return this.#makeCustomer();
      case 'GET subscriptions/:id': {
        const known = this.#books.subscriptions.get(which);
        return known && this.#books.shown.subscription(known);
      }
      case 'POST subscriptions/:id':
        return this.#changeSubscription(which, fields);
      case 'GET invoices':
        return page(
          this.#within(this.#books.invoices, fields).filter(
            ({ status, of }) =>
              status === (fields.get('status') ?? status) && of.id === (fields.get('subscription') ?? of.id),
          ),
          fields,
          (each) => this.#books.shown.invoice(each),
        );
      case 'POST invoices/:id/void': {
        const known = this.#books.invoices.get(which);
        if (known === undefined) return undefined;
        known.status = 'void';
        const shown = this.#books.shown.invoice(known);
        this.#books.event('invoice.voided', shown);
        return shown;
      }
      case 'POST billing_portal/sessions':
        return {
          id: id('bps'),
          object: 'billing_portal.session',
          url: `${this.#books.url}/portal/${id('p')}`,
        };
      case 'GET customers/:id':
        return this.#books.customers.has(which) ? this.#books.shown.customer(which) : undefined;
      case 'GET customers/:id/payment_methods':
        return page(
          [...this.#books.methods.values()].filter(({ customer }) => customer === which).reverse(),
          fields,
          methodShown,
        );
      case 'POST tax/calculations': {
        const cents = Number(fields.get('line_items[0][amount]'));
        const tax = Math.round((cents * this.#books.taxPercent) / 100);
        return { id: id('taxcalc'), object: 'tax.calculation', amount_total: cents + tax };
      }
      case 'POST payment_intents':
        return this.#charge(fields);
      case 'POST payment_intents/:id/cancel': {
        const intent = this.#books.intents.get(which);
        if (intent === undefined) return undefined;
        intent.status = 'canceled';
        return this.#books.shown.intent(intent);
      }
      case 'DELETE customers/:id':
        return this.#deleteCustomer(which);
      case 'POST checkout/sessions':
        return this.#makeSession(fields);
      case 'GET checkout/sessions':
        return this.#listSessions(fields);
      case 'POST checkout/sessions/:id/expire': {
        const session = this.#books.sessions.get(which);
        if (session === undefined) return undefined;
        this.#books.expire(session);
        return this.#books.shown.session(session);
      }
      case 'GET payment_intents/:id': {
        const intent = this.#books.intents.get(which);
        return intent && this.#books.shown.intent(intent);
      }
      case 'GET payment_intents':
        return page(this.#intentsAsked(fields), fields, (each) => this.#books.shown.intent(each));
      case 'GET disputes':
        return page(this.#within(this.#books.disputes, fields), fields, (each) => each);
      case 'GET refunds':
        return page(this.#within(this.#books.refunds, fields), fields, (each) =>
          this.#books.shown.refund(each),
        );
      case 'POST refunds': {
        const intent = this.#books.intents.get(fields.get('payment_intent') ?? '');
        if (intent === undefined) return undefined;
        const { body } = this.#books.refund(intent.id, Number(fields.get('amount') ?? intent.gross));
        return JSON.parse(body).data.object;
      }
      default:
        return undefined;
    }
  }

  #intentsAsked(fields: URLSearchParams): Intent[] {
    const all = this.#within(this.#books.intents, fields);
    const of = fields.get('customer');
    return of === null ? all : all.filter(({ customer }) => customer === of);
  }

  /** The newest first, of the span that is asked for; page after page of one list is the same. */
  #within<Each extends { readonly created: number }>(
    all: ReadonlyMap<string, Each>,
    fields: URLSearchParams,
  ): Each[] {
    const [from, until] = [fields.get('created[gte]'), fields.get('created[lte]')];
    if (fields.has('starting_after') && this.#list?.of === all) return this.#list.rows as Each[];
    const rows = [...all.values()]
      .filter(
        ({ created }) => created >= Number(from ?? 0) && created <= Number(until ?? Number.MAX_SAFE_INTEGER),
      )
      .reverse();
    this.#list = { of: all, rows };
    return rows;
  }

  #makeCustomer() {
    const customer = id('cus');
    this.#books.customers.set(customer, { deleted: false });
    return { id: customer, object: 'customer' };
  }

  #changeSubscription(which: string, fields: URLSearchParams) {
    const known = this.#books.subscriptions.get(which);
    if (known === undefined || known.status === 'canceled') return undefined;
    const ends = fields.get('cancel_at_period_end');
    if (ends !== null) known.cancelAtEnd = ends === 'true';
    if (fields.has('pause_collection')) known.isPaused = false;
    if (fields.has('pause_collection[behavior]')) known.isPaused = true;
    const shown = this.#books.shown.subscription(known);
    this.#books.event('customer.subscription.updated', shown);
    return shown;
  }

  /** With nobody there. What is refused is told as Stripe tells it. */
  #charge(fields: URLSearchParams) {
    const method = this.#books.methods.get(fields.get('payment_method') ?? '');
    if (method === undefined || method.customer !== fields.get('customer')) return undefined;
    const error = { refused: 'card_declined', 'wants confirmation': 'authentication_required' }[
      this.#books.offSession as string
    ];
    const intent: Intent = {
      id: id('pi'),
      customer: method.customer,
      created: seconds(),
      gross: Number(fields.get('amount')),
      metadata: { payment: fields.get('metadata[payment]') ?? '' },
      ...(error !== undefined && { status: 'requires_payment_method', error }),
    };
    this.#books.intents.set(intent.id, intent);
    const shown = this.#books.shown.intent(intent);
    this.#books.event(`payment_intent.${error === undefined ? 'succeeded' : 'payment_failed'}`, shown);
    if (error === undefined) return shown;
    return { error: { type: 'card_error', code: error, message: error, payment_intent: shown } };
  }

  #deleteCustomer(customer: string) {
    const known = this.#books.customers.get(customer);
    if (known === undefined || known.deleted) return undefined;
    known.deleted = true;
    return { id: customer, object: 'customer', deleted: true };
  }

  #makeSession(fields: URLSearchParams) {
    if (this.#books.customers.get(fields.get('customer') ?? '')?.deleted !== false) return undefined;
    const cents = Number(fields.get('line_items[0][price_data][unit_amount]'));
    const taxed = fields.get('automatic_tax[enabled]') === 'true';
    const session: Session = {
      id: id('cs'),
      fields,
      cents,
      taxCents: taxed ? Math.round((cents * this.#books.taxPercent) / 100) : 0,
      status: 'open',
      intent: null,
      subscription: null,
    };
    this.#books.sessions.set(session.id, session);
    return this.#books.shown.session(session);
  }

  #listSessions(fields: URLSearchParams) {
    const all = [...this.#books.sessions.values()].filter(
      (each) =>
        each.fields.get('customer') === fields.get('customer') && each.status === fields.get('status'),
    );
    return page(all, fields, (each) => this.#books.shown.session(each));
  }
}

/** The newest first, 100 at most, after `starting_after`. */
function page<Each extends { id: string }>(
  all: readonly Each[],
  fields: URLSearchParams,
  show: (each: Each) => unknown,
) {
  const after = fields.get('starting_after');
  const from = after === null ? 0 : (placesIn(all).get(after) ?? -1) + 1;
  const limit = Number(fields.get('limit') ?? 10);
  return {
    object: 'list',
    url: '/v1/list',
    has_more: from + limit < all.length,
    data: all.slice(from, from + limit).map(show),
  };
}

const known = new WeakMap<object, Map<string, number>>();

/** Made once for each list: a look at long ones asks for many pages. */
function placesIn(all: readonly { readonly id: string }[]): Map<string, number> {
  const places = known.get(all) ?? new Map(all.map(({ id: name }, at) => [name, at]));
  known.set(all, places);
  return places;
}
