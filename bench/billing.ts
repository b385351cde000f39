/**
 * Billing: webhooks of Stripe's through the front door of a control that is a process of its own, beside a bare server that
 * checks the same signatures and keeps nothing; and the look that compares our books with Stripe's, beside reading its lists
 * alone. Stripe is the stand-in of the tests, in the process that asks.
 */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { startTestControl, type TestControl } from '../test/support/control.ts';
import { ControlProcess } from '../test/support/control-process.ts';
import { STRIPE_KEYS, type StandinEvent, StripeStandin, signature } from '../test/support/stripe-standin.ts';
import type { Figure } from './figures.ts';
import { startBenchServer } from './store/server.ts';

export interface BillingEffort {
  readonly webhooks: number;
  /** Payments that both books know. */
  readonly entries: number;
}

const PER_SECOND_MIN = 500;
const LOOK_MS_MAX = 10_000;
const AT_ONCE = 32;
const OLD_SECONDS = 7_200;
const LOOK_MS = 50;
const BOOKED_MS_MAX = 300_000;

export async function billingBench(effort: BillingEffort, say: (line: string) => void): Promise<Figure[]> {
  const [server, stripe] = await Promise.all([startBenchServer(), StripeStandin.start()]);
  const control = await startTestControl(
    { database: async () => server.url },
    { stripe: stripe.settings, logLevel: 'warn' },
  );
  const { account } = await control.customer();
  await control.stop();
  const process = new ControlProcess(control.settings);
  try {
    if (!(await process.start())) throw new Error('control does not start');
    return [
      ...(await webhooks(control, stripe, account, effort.webhooks, say)),
      await reconciliation(control, stripe, account, effort.entries, say),
    ];
  } finally {
    await process.end('SIGTERM');
    await control.end();
    await Promise.all([server.stop(), stripe.stop()]);
  }
}

/** Each books a payment of its own. */
async function webhooks(
  control: TestControl,
  stripe: StripeStandin,
  account: string,
  count: number,
  say: (line: string) => void,
): Promise<Figure[]> {
  const ids = Array.from({ length: count }, () => randomBytes(16).toString('hex'));
  await control.sql(
    `insert into payment (id, account_id, amount_microusd, state, stripe_session, asked_at)
     select id::uuid, $1::uuid, 20000000, 'open', 'cs_' || id, now() from unnest($2::text[]) as id`,
    [account, ids],
  );
  const events = ids.map((id) => stripe.event('checkout.session.completed', paid(id)));
  const floor = await bareServer();
  const bare = await rate(`${floor.url}/`, events);
  await floor.stop();
  const begun = performance.now();
  const answered = await rate(`${control.settings.siteUrl}/api/billing/stripe`, events);
  await booked(control, count);
  const carriedOut = (count * 1000) / (performance.now() - begun);
  say(`webhooks: ${shown(answered)}/s answered, ${shown(carriedOut)}/s booked, bare ${shown(bare)}/s`);
  return [
    {
      what: `Stripe’s webhooks, checked, stored and answered (${count.toLocaleString('en')}, ${AT_ONCE} at once)`,
      ours: `${shown(answered)}/s`,
      peer: `a bare server that checks the signature and stores nothing: ${shown(bare)}/s`,
      outcome: `${shown(answered)}/s`,
      goal: `≥ ${PER_SECOND_MIN}/s`,
      met: answered >= PER_SECOND_MIN,
    },
    {
      what: 'the same, until each is booked in the ledger, entered in the record and told by mail',
      ours: `${shown(carriedOut)}/s`,
      peer: '–',
      outcome: `${shown(carriedOut)}/s`,
      goal: '–',
      met: null,
    },
  ];
}

const shown = (perSecond: number): string => Math.round(perSecond).toLocaleString('en');

const paid = (id: string) => ({
  id: `cs_${id}`,
  object: 'checkout.session',
  mode: 'payment',
  client_reference_id: id,
  payment_status: 'paid',
  payment_intent: `pi_hook_${id}`,
  amount_total: 2380,
  amount_subtotal: 2000,
  total_details: { amount_tax: 380 },
  currency: 'usd',
});

/** A second. */
async function rate(url: string, events: readonly StandinEvent[]): Promise<number> {
  let next = 0;
  const send = async (): Promise<void> => {
    for (let event = events[next++]; event !== undefined; event = events[next++]) {
      const answer = await fetch(url, {
        method: 'POST',
        headers: { 'stripe-signature': signature(event.body, Math.floor(Date.now() / 1000)) },
        body: event.body,
      });
      await answer.text();
      if (answer.status !== 200) throw new Error(`a webhook is answered by ${answer.status}`);
    }
  };
  const begun = performance.now();
  await Promise.all(Array.from({ length: AT_ONCE }, send));
  return (events.length * 1000) / (performance.now() - begun);
}

async function booked(control: TestControl, count: number): Promise<void> {
  for (const until = performance.now() + BOOKED_MS_MAX; performance.now() < until; ) {
    const [row] = await control.sql<{ n: number }>(
      "select count(*)::int as n from ledger_entry where kind = 'payment'",
    );
    if (row?.n === count) return;
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
  throw new Error('not all of them are booked');
}

/** The least that has to be done with a webhook: read it, check who signed it, answer. */
async function bareServer() {
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part) => parts.push(part));
    request.on('end', () => {
      const isGood = isSigned(Buffer.concat(parts), String(request.headers['stripe-signature']));
      response.writeHead(isGood ? 200 : 400).end('{"received":true}');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(resolve);
      }),
  };
}

function isSigned(body: Buffer, header: string): boolean {
  const [, at = '', given = ''] = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(header) ?? [];
  const wanted = createHmac('sha256', STRIPE_KEYS.webhookSecret).update(`${at}.`).update(body).digest();
  return given !== '' && timingSafeEqual(Buffer.from(given, 'hex'), wanted);
}

async function reconciliation(
  control: TestControl,
  stripe: StripeStandin,
  account: string,
  entries: number,
  say: (line: string) => void,
): Promise<Figure> {
  const created = Math.floor(Date.now() / 1000) - OLD_SECONDS;
  const ids = Array.from({ length: entries }, () => randomBytes(16).toString('hex'));
  for (const id of ids)
    stripe.intents.set(`pi_${id}`, {
      id: `pi_${id}`,
      customer: 'cus_many',
      created,
      gross: 2380,
      metadata: { payment: id },
    });
  await control.sql(
    `insert into payment (id, account_id, amount_microusd, state, gross_microusd, tax_microusd, stripe_intent, asked_at, paid_at)
     select id::uuid, $1::uuid, 20000000, 'paid', 23800000, 3800000, 'pi_' || id, now() - interval '2 hours', now() - interval '2 hours'
     from unnest($2::text[]) as id`,
    [account, ids],
  );
  await control.sql('vacuum (analyze) payment');
  const bare = await listed(stripe);
  const begun = performance.now();
  const { body } = await control.admin('POST', '/billing/reconcile');
  const ms = performance.now() - begun;
  if (body.looked !== entries || body.count !== 0) throw new Error('the look finds other than is there');
  say(`reconciliation of ${entries}: ${Math.round(ms)} ms, the lists alone ${Math.round(bare)} ms`);
  return {
    what: `${entries.toLocaleString('en')} payments compared with Stripe’s books`,
    ours: `${(ms / 1000).toFixed(1)} s`,
    peer: `Stripe’s lists read and nothing compared: ${(bare / 1000).toFixed(1)} s`,
    outcome: `${(ms / 1000).toFixed(1)} s`,
    goal: `≤ ${LOOK_MS_MAX / 1000} s`,
    met: ms <= LOOK_MS_MAX,
  };
}

/** Milliseconds for all pages of the payments, one after the other as Stripe hands them out. */
async function listed(stripe: StripeStandin): Promise<number> {
  const begun = performance.now();
  let after = '';
  do {
    const answer = await fetch(`${stripe.url}/v1/payment_intents?limit=100${after}`);
    const page = (await answer.json()) as { has_more: boolean; data: { id: string }[] };
    after = page.has_more ? `&starting_after=${page.data.at(-1)?.id}` : '';
  } while (after !== '');
  return performance.now() - begun;
}
