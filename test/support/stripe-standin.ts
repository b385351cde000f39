/**
 * A stand-in of Stripe that remembers: customers, Checkout sessions with a page to pay on, payments, refunds, disputes, lists;
 * answers one idempotency key once; can be down; says by signed webhooks what happened, whenever and however often a test
 * wants. Its books are its own: tests compare ours with them.
 */
import { createHmac, randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

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
}

interface Intent {
  readonly id: string;
  readonly customer: string;
  created: number;
  readonly gross: number;
  readonly metadata: Readonly<Record<string, string>>;
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
    return { ...STRIPE_KEYS, apiUrl: this.url, tax: this.taxPercent > 0 ? 'stripe' : 'off' } as const;
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
    session.intent = id('pi');
    const metadata = { payment: session.fields.get('payment_intent_data[metadata][payment]') ?? '' };
    this.intents.set(session.intent, {
      id: session.intent,
      customer: session.fields.get('customer') ?? '',
      created: seconds(),
      gross: session.cents + session.taxCents,
      metadata,
    });
    return this.#happened('checkout.session.completed', this.#shown(session));
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
    const object = { id: dispute, object: 'dispute', payment_intent: intent, amount: cents };
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
    const isPage = url.pathname.startsWith('/pay/') || url.pathname.startsWith('/receipt/');
    if (isPage) return this.#page(request, response, url, sent);
    const call = `${request.method} ${url.pathname}`;
    this.calls.push({ call, sent: sent || url.search });
    if (this.isDown) {
      request.socket.destroy();
      return;
    }
    const key = request.headers['idempotency-key'];
    const known = typeof key === 'string' ? this.#answers.get(key) : undefined;
    if (known !== undefined && known.sent !== sent) return refuse(response, 400, 'idempotency_error');
    const answer = known?.text ?? JSON.stringify(this.#do(call, new URLSearchParams(sent || url.search)));
    if (answer === undefined) return refuse(response, 404, 'resource_missing');
    if (typeof key === 'string') this.#answers.set(key, { sent, text: answer });
    response.writeHead(200, { 'content-type': 'application/json' }).end(answer);
  }

  /** Undefined: there is none. */
  #do(call: string, fields: URLSearchParams): unknown {
    const [, place = '', which = '', what = ''] =
      /^\w+ \/v1\/(checkout\/sessions|\w+)(?:\/(\w+))?(?:\/(\w+))?$/.exec(call) ?? [];
    switch (`${call.split(' ')[0]} ${place}${which && '/:id'}${what && `/${what}`}`) {
      case 'POST customers':
        return this.#makeCustomer();
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
        return page(this.#within(this.intents, fields), fields, (each) => this.#intentShown(each));
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
      status,
      url: status === 'open' ? `${this.url}/pay/${name}` : null,
    };
  }

  #intentShown({ id: name, customer, created, gross, metadata }: Intent) {
    return {
      id: name,
      object: 'payment_intent',
      amount: gross,
      amount_received: gross,
      currency: 'usd',
      status: 'succeeded',
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
