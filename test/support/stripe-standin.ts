/**
 * A stand-in of Stripe that remembers: customers, Checkout sessions with a page to pay on, payments, refunds, disputes, lists;
 * answers one idempotency key once; can be down; says by signed webhooks what happened, whenever and however often a test
 * wants. Its books are its own: tests compare ours with them. What is sent to it and not declared it refuses, and the test
 * that sent it fails (`stripe-wire.ts`).
 */
import { createHmac } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { UNPAID_DEFAULTS } from '../../src/control/payments/unpaid/settings.ts';
import { StripeBooks } from './stripe/books.ts';
import { StripeCalls } from './stripe/calls.ts';
import { type StandinEvent, seconds } from './stripe/objects.ts';
import { undeclaredIn } from './stripe-wire.ts';

export type { StandinEvent } from './stripe/objects.ts';

export const STRIPE_KEYS = { secretKey: 'sk_test_standin', webhookSecret: 'whsec_standin' } as const;

export class StripeStandin extends StripeBooks {
  /** Every call: method and path, and what was sent. */
  readonly calls: { readonly call: string; readonly sent: string }[] = [];
  readonly #answers = new Map<string, { readonly sent: string; readonly text: string }>();
  /** Calls are cut off. */
  isDown = false;
  readonly #calls = new StripeCalls(this);
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
    const done = known === undefined ? this.#calls.answer(call, fields) : undefined;
    const answer = known?.text ?? JSON.stringify(done);
    if (answer === undefined) return refuse(response, 404, 'resource_missing');
    if (typeof key === 'string') this.#answers.set(key, { sent, text: answer });
    // Done, and the answer is lost.
    if (call === 'POST /v1/payment_intents' && this.offSession === 'hangs')
      return void request.socket.destroy();
    const status = 'error' in JSON.parse(answer) ? 402 : 200;
    response.writeHead(status, { 'content-type': 'application/json' }).end(answer);
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
