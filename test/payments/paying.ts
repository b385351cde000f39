/** Somebody who buys credit by forms, on a control with the stand-in of Stripe. */
import { randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import { openSite } from '../../src/site/server.ts';
import { somebody } from '../sign-in/person.ts';
import { startTestControl, type TestControl } from '../support/control.ts';
import type { TestPostgres } from '../support/postgres.ts';
import { StripeStandin } from '../support/stripe-standin.ts';

export interface Shop {
  readonly control: TestControl;
  readonly stripe: StripeStandin;
  /** Has an account with nothing on it. */
  payer(name: string): Promise<Payer>;
  /** Posts the event to the webhook; answers the status. */
  tell(event: Parameters<StripeStandin['send']>[1], ageSeconds?: number): Promise<number>;
  /** Until every event that came is carried out, or waits for something. */
  settled(): Promise<void>;
  stop(): Promise<void>;
}

export interface Payer {
  /** Like `acct_…`. */
  readonly account: string;
  readonly email: string;
  readonly cookie: string;
  post(path: string, form: Record<string, string>): Promise<Response>;
  /** Begins a payment; answers our number of it. */
  begin(usd: string, once?: string): Promise<string>;
  balance(): Promise<number>;
  ledger(): Promise<readonly (readonly [string, number])[]>;
}

export async function openShop(
  postgres: TestPostgres,
  taxPercent = 0,
  more: Parameters<typeof startTestControl>[1] = {},
  plans: StripeStandin['plans'] = [],
): Promise<Shop> {
  const stripe = await StripeStandin.start();
  stripe.taxPercent = taxPercent;
  stripe.plans = plans;
  const control = await startTestControl(postgres, { stripe: stripe.settings, ...more }, openSite);
  const { siteUrl } = control.settings;
  const waiting = "select 1 from stripe_event where state = 'stored' and attempts = 0";
  return {
    control,
    stripe,
    payer: (name) => payer(control, name),
    tell: (event, ageSeconds) => stripe.send(siteUrl, event, ageSeconds),
    settled: () => expect.poll(() => control.sql(waiting), { timeout: 10_000, interval: 20 }).toEqual([]),
    async stop() {
      await control.end();
      await stripe.stop();
    },
  };
}

async function payer(control: TestControl, name: string): Promise<Payer> {
  const { siteUrl } = control.settings;
  const email = `${name}@example.org`;
  const { cookie } = await somebody(control, email);
  const account = (await control.admin('GET', `/accounts/${email}`)).body.id as string;
  const post = (path: string, form: Record<string, string>) =>
    fetch(siteUrl + path, {
      method: 'POST',
      headers: { cookie, origin: siteUrl },
      body: new URLSearchParams(form),
      redirect: 'manual',
    });
  return {
    account,
    email,
    cookie,
    post,
    async begin(usd, once = randomUUID()) {
      const answer = await post(`/console/${account}/credit/buy`, { once, amount: usd });
      expect(answer.status, await answer.clone().text()).toBe(200);
      return once.replaceAll('-', '');
    },
    balance: async () => (await control.admin('GET', `/accounts/${account}`)).body.balance_microusd,
    ledger: async () =>
      (await control.admin('GET', `/accounts/${account}/ledger`)).body.entries
        .map(({ kind, amount_microusd }: { kind: string; amount_microusd: number }) => [
          kind,
          amount_microusd,
        ])
        .reverse(),
  };
}

/** As a request does that there is no credit for: automatic recharge looks at once. */
export async function wakeRecharges({ control }: Shop): Promise<void> {
  await control.sql("update recharge set next_at = now() - interval '1 second'");
  const { account } = await control.customer();
  const gateway = await control.gateway();
  await gateway.want({ kind: 'balance', of: account }, 1_000_000_000_000);
  gateway.close();
}

/** Of every account the balance is the sum of its ledger, and of every payment what was charged adds up. */
export async function expectBooksToAddUp({ control }: Shop): Promise<void> {
  const wrong = await control.sql(`
    select account.id from account
      where balance_microusd <> (select coalesce(sum(amount_microusd), 0) from ledger_entry where account_id = account.id)
    union all select id from payment where state = 'paid' and gross_microusd <> coalesce(net_microusd, amount_microusd) + tax_microusd
    union all select account.id from account where
      (select coalesce(sum(amount_microusd), 0) from ledger_entry where account_id = account.id and kind in ('payment', 'plan', 'refund', 'dispute'))
      <> (select coalesce(sum(amount_microusd - returned_net_microusd), 0) from payment where account_id = account.id and state = 'paid')`);
  expect(wrong).toEqual([]);
}
