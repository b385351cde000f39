/**
 * A stand-in of Stripe that remembers: customers, Checkout sessions with a page to pay on, payments, refunds, disputes, lists;
 * answers one idempotency key once; can be down; says by signed webhooks what happened, whenever and however often a test
 * wants. Its books are its own: tests compare ours with them. What is sent to it and not declared it refuses, and the test
 * that sent it fails (`stripe-wire.ts`).
 */
import { createHmac, randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Plan } from '../../src/control/payments/plans/settings.ts';
import { UNPAID_DEFAULTS } from '../../src/control/payments/unpaid/settings.ts';
import { undeclaredIn } from './stripe-wire.ts';

export const STRIPE_KEYS = { secretKey: 'sk_test_standin', webhookSecret: 'whsec_standin' } as const;

export interface StandinEvent {
  readonly id: string;
  readonly type: string;
  readonly body: string;
}

interface Session {
  readonly id: string;
  readonly fields: URLSearchParams;
  readonly cents: number;
  readonly taxCents: number;
  status: 'open' | 'complete' | 'expired';
  intent: string | null;
  subscription: string | null;
}

interface Intent {
  readonly id: string;
  readonly customer: string;
  created: number;
  readonly gross: number;
  readonly metadata: Readonly<Record<string, string>>;
  /** Left out: it succeeded. */
  status?: 'succeeded' | 'requires_payment_method' | 'canceled';
  readonly error?: string;
}

interface Method {
  readonly id: string;
  readonly customer: string;
  readonly created: number;
  readonly card: CardEnd;
}

/** As Stripe has it: the month counts from 1. */
interface CardEnd {
  readonly exp_month: number;
  readonly exp_year: number;
}
const LATER: CardEnd = { exp_month: 12, exp_year: 2099 };

/** What becomes of a charge that nobody stands by. */
export type OffSession = 'succeeds' | 'refused' | 'wants confirmation' | 'hangs';

interface Subscription {
  readonly id: string;
  readonly customer: string;
  readonly plan: string;
  readonly cents: number;
  readonly taxCents: number;
  status: 'active' | 'past_due' | 'canceled';
  cancelAtEnd: boolean;
  isPaused: boolean;
  periodEnd: number;
}

interface Invoice {
  readonly id: string;
  readonly of: Subscription;
  created: number;
  status: 'open' | 'paid' | 'void';
  intent: string | null;
}

interface Refund {
  readonly id: string;
  readonly intent: string;
  readonly cents: number;
  created: number;
  status: 'pending' | 'succeeded' | 'failed';
}

const id = (prefix: string) => `${prefix}_${randomBytes(12).toString('hex')}`;
const seconds = () => Math.floor(Date.now() / 1000);

export class StripeStandin {
  readonly customers = new Map<string, { deleted: boolean }>();
  readonly sessions = new Map<string, Session>();
  readonly intents = new Map<string, Intent>();
  readonly refunds = new Map<string, Refund>();
  /** Cards that it keeps. */
  readonly methods = new Map<string, Method>();
  /** What a customer chose of them, and what a subscription is paid by. */
  readonly chosen = new Map<string, Method>();
  offSession: OffSession = 'succeeds';
  readonly subscriptions = new Map<string, Subscription>();
  readonly invoices = new Map<string, Invoice>();
  readonly disputes = new Map<string, { readonly id: string; created: number; status: string }>();
  /** What is configured. */
  plans: readonly Plan[] = [];
  /** What it has to tell, in order; a test sends each as it likes. */
  readonly events: StandinEvent[] = [];
  /** Every call: method and path, and what was sent. */
  readonly calls: { readonly call: string; readonly sent: string }[] = [];
  readonly #answers = new Map<string, { readonly sent: string; readonly text: string }>();
  #list: { readonly of: unknown; readonly rows: readonly unknown[] } | null = null;
  /** Calls are cut off. */
  isDown = false;
  /** Of 100; on top of the amount. */
  taxPercent = 0;
  /** Called with each event as it happens; left out: nobody is told by itself. */
  onEvent: ((event: StandinEvent) => void) | null = null;
  url = '';
  readonly #server = createServer((request, response) => {
    this.#answer(request, response).catch((error: unknown) => {
      response.writeHead(500).end(JSON.stringify({ error: { message: String(error) } }));
    });
  });

  static async start(): Promise<StripeStandin> {
    const standin = new StripeStandin();
    await new Promise<void>((resolve) => standin.#server.listen(0, '127.0.0.1', resolve));
    standin.url = `http://127.0.0.1:${(standin.#server.address() as AddressInfo).port}`;
    return standin;
  }

  get settings() {
    return {
      ...STRIPE_KEYS,
      apiUrl: this.url,
      tax: this.taxPercent > 0 ? 'stripe' : 'off',
      plans: this.plans,
      unpaid: UNPAID_DEFAULTS,
    } as const;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  /** The session of a payment of ours, by the number that we gave it. */
  sessionOf(reference: string): Session {
    for (const each of this.sessions.values())
      if (each.fields.get('client_reference_id') === reference) return each;
    throw new Error('no such session');
  }

  /** Whoever stands before the page pays, as far as it is open. */
  pay(session: Session): StandinEvent {
    if (session.status !== 'open') throw new Error('the page is over');
    session.status = 'complete';
    if (session.fields.get('mode') === 'subscription') return this.#subscribe(session);
    session.intent = id('pi');
    const metadata = { payment: session.fields.get('payment_intent_data[metadata][payment]') ?? '' };
    this.intents.set(session.intent, {
      id: session.intent,
      customer: session.fields.get('customer') ?? '',
      created: seconds(),
      gross: session.cents + session.taxCents,
      metadata,
    });
    if (session.fields.get('payment_intent_data[setup_future_usage]') === 'off_session')
      this.keepCard(session.fields.get('customer') ?? '');
    return this.#happened('checkout.session.completed', this.#shown(session));
  }

  #subscribe(session: Session): StandinEvent {
    const made: Subscription = {
      id: id('sub'),
      customer: session.fields.get('customer') ?? '',
      plan: session.fields.get('subscription_data[metadata][plan]') ?? '',
      cents: session.cents,
      taxCents: session.taxCents,
      status: 'active',
      cancelAtEnd: false,
      isPaused: false,
      periodEnd: seconds(),
    };
    this.subscriptions.set(made.id, made);
    session.subscription = made.id;
    this.keepCard(made.customer);
    this.renew(made);
    return this.#happened('checkout.session.completed', this.#shown(session));
  }

  subscriptionOf(reference: string): Subscription {
    for (const each of this.subscriptions.values()) if (each.plan === reference) return each;
    throw new Error('no such subscription');
  }

  /** A period is over: what follows is an invoice and its payment, or the end. Answers what it tells. */
  renew(of: Subscription, isPaid = true): StandinEvent[] {
    const before = this.events.length;
    if (of.cancelAtEnd) {
      of.status = 'canceled';
      this.#happened('customer.subscription.deleted', this.#subscriptionShown(of));
      return this.events.slice(before);
    }
    of.periodEnd += 30 * 86_400;
    const invoice: Invoice = { id: id('in'), of, created: seconds(), status: 'open', intent: null };
    this.invoices.set(invoice.id, invoice);
    if (of.isPaused) invoice.status = 'void';
    else if (isPaid) this.payInvoice(invoice);
    else {
      of.status = 'past_due';
      this.#happened('invoice.payment_failed', this.#invoiceShown(invoice));
    }
    this.#happened('customer.subscription.updated', this.#subscriptionShown(of));
    return this.events.slice(before);
  }

  payInvoice(invoice: Invoice): StandinEvent[] {
    const before = this.events.length;
    invoice.status = 'paid';
    invoice.intent = id('pi');
    invoice.of.status = 'active';
    this.intents.set(invoice.intent, {
      id: invoice.intent,
      customer: invoice.of.customer,
      created: seconds(),
      gross: invoice.of.cents + invoice.of.taxCents,
      metadata: {},
    });
    this.#happened('invoice_payment.paid', {
      id: id('inpay'),
      object: 'invoice_payment',
      invoice: invoice.id,
      payment: { type: 'payment_intent', payment_intent: invoice.intent },
    });
    this.#happened('invoice.paid', this.#invoiceShown(invoice));
    return this.events.slice(before);
  }

  /** Somebody lets it keep a card. */
  keepCard(customer: string, card = LATER): StandinEvent {
    const method = { id: id('pm'), customer, created: seconds(), card };
    this.methods.set(method.id, method);
    return this.#happened('payment_method.attached', methodShown(method));
  }

  expire(session: Session): StandinEvent {
    session.status = 'expired';
    return this.#happened('checkout.session.expired', this.#shown(session));
  }

  refund(intent: string, cents: number): StandinEvent {
    const made: Refund = { id: id('re'), intent, cents, created: seconds(), status: 'succeeded' };
    this.refunds.set(made.id, made);
    return this.#happened('refund.created', this.#refundShown(made));
  }

  failRefund(made: Refund): StandinEvent {
    made.status = 'failed';
    return this.#happened('refund.failed', this.#refundShown(made));
  }

  dispute(intent: string, cents: number, dispute = id('dp')) {
    const object = {
      id: dispute,
      object: 'dispute',
      payment_intent: intent,
      amount: cents,
      created: seconds(),
      status: 'needs_response',
    };
    this.disputes.set(dispute, object);
    return {
      withdrawn: this.#happened('charge.dispute.funds_withdrawn', object),
      reinstate: () => this.#happened('charge.dispute.funds_reinstated', object),
    };
  }

  /** Anything at all, as Stripe would tell it. */
  event(type: string, object: object): StandinEvent {
    return this.#happened(type, object);
  }

  /** Posts it to the webhook of `siteUrl`; answers the status. `ageSeconds`: how long ago it was signed. */
  async send(siteUrl: string, event: StandinEvent, ageSeconds = 0): Promise<number> {
    const answer = await fetch(`${siteUrl}/api/billing/stripe`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'stripe-signature': signature(event.body, seconds() - ageSeconds),
      },
      body: event.body,
    });
    await answer.text();
    return answer.status;
  }

  #happened(type: string, object: object): StandinEvent {
    const event = id('evt');
    const body = JSON.stringify({
      id: event,
      object: 'event',
      api_version: '2026-10-28.endive',
      created: seconds(),
      livemode: false,
      type,
      data: { object },
    });
    const told = { id: event, type, body };
    this.events.push(told);
    this.onEvent?.(told);
    return told;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let sent = '';
    for await (const part of request) sent += part;
    const url = new URL(request.url ?? '/', this.url);
    // What a browser asks for on its own beside the page.
    if (url.pathname === '/favicon.ico') return void response.writeHead(404).end();
    const isPage = url.pathname.startsWith('/pay/') || /^\/(receipt|portal)\//.test(url.pathname);
    if (isPage) return this.#page(request, response, url, sent);
    const call = `${request.method} ${url.pathname}`;
    this.calls.push({ call, sent: sent || url.search });
    if (this.isDown) {
      request.socket.destroy();
      return;
    }
    const key = request.headers['idempotency-key'];
    const fields = new URLSearchParams(sent || url.search);
    if (undeclaredIn(call, fields, typeof key === 'string' ? key : undefined).length > 0)
      return refuse(response, 400, 'not_declared');
    const known = typeof key === 'string' ? this.#answers.get(key) : undefined;
    if (known !== undefined && known.sent !== sent) return refuse(response, 400, 'idempotency_error');
    const done = known === undefined ? this.#do(call, fields) : undefined;
    const answer = known?.text ?? JSON.stringify(done);
    if (answer === undefined) return refuse(response, 404, 'resource_missing');
    if (typeof key === 'string') this.#answers.set(key, { sent, text: answer });
    // Done, and the answer is lost.
    if (call === 'POST /v1/payment_intents' && this.offSession === 'hangs')
      return void request.socket.destroy();
    const status = 'error' in JSON.parse(answer) ? 402 : 200;
    response.writeHead(status, { 'content-type': 'application/json' }).end(answer);
  }

  /** Undefined: there is none. */
  #do(call: string, fields: URLSearchParams): unknown {
    const [, place = '', which = '', what = ''] =
      /^\w+ \/v1\/(checkout\/sessions|billing_portal\/sessions|tax\/calculations|\w+)(?:\/(\w+))?(?:\/(\w+))?$/.exec(
        call,
      ) ?? [];
    switch (`${call.split(' ')[0]} ${place}${which && '/:id'}${what && `/${what}`}`) {
      case 'POST customers':
        return this.#makeCustomer();
      case 'GET subscriptions/:id': {
        const known = this.subscriptions.get(which);
        return known && this.#subscriptionShown(known);
      }
      case 'POST subscriptions/:id':
        return this.#changeSubscription(which, fields);
      case 'GET invoices':
        return page(
          this.#within(this.invoices, fields).filter(
            ({ status, of }) =>
              status === (fields.get('status') ?? status) && of.id === (fields.get('subscription') ?? of.id),
          ),
          fields,
          (each) => this.#invoiceShown(each),
        );
      case 'POST invoices/:id/void': {
        const known = this.invoices.get(which);
        if (known === undefined) return undefined;
        known.status = 'void';
        const shown = this.#invoiceShown(known);
        this.#happened('invoice.voided', shown);
        return shown;
      }
      case 'POST billing_portal/sessions':
        return { id: id('bps'), object: 'billing_portal.session', url: `${this.url}/portal/${id('p')}` };
      case 'GET customers/:id':
        return this.customers.has(which) ? this.#customerShown(which) : undefined;
      case 'GET customers/:id/payment_methods':
        return page(
          [...this.methods.values()].filter(({ customer }) => customer === which).reverse(),
          fields,
          methodShown,
        );
      case 'POST tax/calculations': {
        const cents = Number(fields.get('line_items[0][amount]'));
        const tax = Math.round((cents * this.taxPercent) / 100);
        return { id: id('taxcalc'), object: 'tax.calculation', amount_total: cents + tax };
      }
      case 'POST payment_intents':
        return this.#charge(fields);
      case 'POST payment_intents/:id/cancel': {
        const intent = this.intents.get(which);
        if (intent === undefined) return undefined;
        intent.status = 'canceled';
        return this.#intentShown(intent);
      }
      case 'DELETE customers/:id':
        return this.#deleteCustomer(which);
      case 'POST checkout/sessions':
        return this.#makeSession(fields);
      case 'GET checkout/sessions':
        return this.#listSessions(fields);
      case 'POST checkout/sessions/:id/expire': {
        const session = this.sessions.get(which);
        if (session === undefined) return undefined;
        this.expire(session);
        return this.#shown(session);
      }
      case 'GET payment_intents/:id': {
        const intent = this.intents.get(which);
        return intent && this.#intentShown(intent);
      }
      case 'GET payment_intents':
        return page(this.#intentsAsked(fields), fields, (each) => this.#intentShown(each));
      case 'GET disputes':
        return page(this.#within(this.disputes, fields), fields, (each) => each);
      case 'GET refunds':
        return page(this.#within(this.refunds, fields), fields, (each) => this.#refundShown(each));
      case 'POST refunds': {
        const intent = this.intents.get(fields.get('payment_intent') ?? '');
        if (intent === undefined) return undefined;
        const { body } = this.refund(intent.id, Number(fields.get('amount') ?? intent.gross));
        return JSON.parse(body).data.object;
      }
      default:
        return undefined;
    }
  }

  #intentsAsked(fields: URLSearchParams): Intent[] {
    const all = this.#within(this.intents, fields);
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
    this.customers.set(customer, { deleted: false });
    return { id: customer, object: 'customer' };
  }

  #changeSubscription(which: string, fields: URLSearchParams) {
    const known = this.subscriptions.get(which);
    if (known === undefined || known.status === 'canceled') return undefined;
    const ends = fields.get('cancel_at_period_end');
    if (ends !== null) known.cancelAtEnd = ends === 'true';
    if (fields.has('pause_collection')) known.isPaused = false;
    if (fields.has('pause_collection[behavior]')) known.isPaused = true;
    const shown = this.#subscriptionShown(known);
    this.#happened('customer.subscription.updated', shown);
    return shown;
  }

  #subscriptionShown({ id: name, customer, plan, status, cancelAtEnd, periodEnd }: Subscription) {
    return {
      id: name,
      object: 'subscription',
      customer,
      status,
      metadata: { plan },
      cancel_at: null,
      cancel_at_period_end: cancelAtEnd,
      default_payment_method: this.#chosenBy(name),
      items: { object: 'list', data: [{ id: 'si_1', current_period_end: periodEnd }] },
    };
  }

  #invoiceShown({ id: name, of, created, status, intent }: Invoice) {
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

  #customerShown(customer: string) {
    const deleted = this.customers.get(customer)?.deleted === true;
    return deleted
      ? { id: customer, object: 'customer', deleted }
      : {
          id: customer,
          object: 'customer',
          invoice_settings: { default_payment_method: this.#chosenBy(customer) },
        };
  }

  /** As where it is asked to be shown whole. */
  #chosenBy(name: string) {
    const method = this.chosen.get(name);
    return method === undefined ? null : methodShown(method);
  }

  /** With nobody there. What is refused is told as Stripe tells it. */
  #charge(fields: URLSearchParams) {
    const method = this.methods.get(fields.get('payment_method') ?? '');
    if (method === undefined || method.customer !== fields.get('customer')) return undefined;
    const error = { refused: 'card_declined', 'wants confirmation': 'authentication_required' }[
      this.offSession as string
    ];
    const intent: Intent = {
      id: id('pi'),
      customer: method.customer,
      created: seconds(),
      gross: Number(fields.get('amount')),
      metadata: { payment: fields.get('metadata[payment]') ?? '' },
      ...(error !== undefined && { status: 'requires_payment_method', error }),
    };
    this.intents.set(intent.id, intent);
    const shown = this.#intentShown(intent);
    this.#happened(`payment_intent.${error === undefined ? 'succeeded' : 'payment_failed'}`, shown);
    if (error === undefined) return shown;
    return { error: { type: 'card_error', code: error, message: error, payment_intent: shown } };
  }

  #deleteCustomer(customer: string) {
    const known = this.customers.get(customer);
    if (known === undefined || known.deleted) return undefined;
    known.deleted = true;
    return { id: customer, object: 'customer', deleted: true };
  }

  #makeSession(fields: URLSearchParams) {
    if (this.customers.get(fields.get('customer') ?? '')?.deleted !== false) return undefined;
    const cents = Number(fields.get('line_items[0][price_data][unit_amount]'));
    const taxed = fields.get('automatic_tax[enabled]') === 'true';
    const session: Session = {
      id: id('cs'),
      fields,
      cents,
      taxCents: taxed ? Math.round((cents * this.taxPercent) / 100) : 0,
      status: 'open',
      intent: null,
      subscription: null,
    };
    this.sessions.set(session.id, session);
    return this.#shown(session);
  }

  #listSessions(fields: URLSearchParams) {
    const all = [...this.sessions.values()].filter(
      (each) =>
        each.fields.get('customer') === fields.get('customer') && each.status === fields.get('status'),
    );
    return page(all, fields, (each) => this.#shown(each));
  }

  #shown(session: Session) {
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
      url: status === 'open' ? `${this.url}/pay/${name}` : null,
    };
  }

  #intentShown({ id: name, customer, created, gross, metadata, status = 'succeeded', error }: Intent) {
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
      latest_charge: { id: `ch_${name}`, object: 'charge', receipt_url: `${this.url}/receipt/${name}` },
    };
  }

  #refundShown({ id: name, intent, cents, created, status }: Refund) {
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

  #page(request: IncomingMessage, response: ServerResponse, url: URL, sent: string): void {
    const session = this.sessions.get(url.pathname.split('/')[2] ?? '');
    const show = (text: string) =>
      response
        .writeHead(200, { 'content-type': 'text/html' })
        .end(`<!doctype html><title>Stripe</title>${text}`);
    if (session === undefined) return void show('<h1>Receipt</h1>');
    if (request.method === 'GET')
      return void show(
        '<h1>Pay</h1><form method="post"><button name="do" value="pay">Pay</button><button name="do" value="back">Back</button></form>',
      );
    const isPaid = new URLSearchParams(sent).get('do') === 'pay';
    if (isPaid) this.pay(session);
    response
      .writeHead(303, { location: session.fields.get(isPaid ? 'success_url' : 'cancel_url') ?? '' })
      .end();
  }
}

/** What Stripe knows of a card, and we must not keep. */
const methodShown = ({ card, ...method }: Method) => ({
  ...method,
  object: 'payment_method',
  type: 'card',
  billing_details: { email: 'payer-canary@example.org', name: 'Payer Canary' },
  card: { ...card, brand: 'visa', last4: '4242' },
});

/** As Stripe signs (https://docs.stripe.com/webhooks#verify-manually); made without its library. */
export function signature(body: string, at: number, secret: string = STRIPE_KEYS.webhookSecret): string {
  return `t=${at},v1=${createHmac('sha256', secret).update(`${at}.${body}`).digest('hex')}`;
}

function refuse(response: ServerResponse, status: number, code: string): void {
  const error = { type: 'invalid_request_error', code, message: code };
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify({ error }));
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
