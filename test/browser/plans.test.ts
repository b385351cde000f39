/** A plan from the choice to its end, Stripe's own pages, warnings, and what finance sees of an unpaid invoice. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { codeAt, stepAt } from '../../src/control/sign-in/totp.ts';
import { StripeStandin } from '../support/stripe-standin.ts';
import { expectGoodLooks, visitor } from './members.ts';
import { startSite, type TestSite } from './site.ts';

const USD = 1_000_000;
const SLOWLY = { timeout: 20_000 };

let at: TestSite;
let stripe: StripeStandin;

beforeAll(async () => {
  stripe = await StripeStandin.start();
  stripe.plans = [
    { id: 'start', name: 'Start', every: 'month', price: 20 * USD, credit: 22 * USD },
    { id: 'year', name: 'Whole year', every: 'year', price: 200 * USD, credit: 240 * USD },
  ];
  at = await startSite({ stripe: stripe.settings });
});
afterAll(async () => {
  await at?.stop();
  await stripe?.stop();
});

const tell = async (from: number) => {
  for (const event of stripe.events.slice(from)) expect(await stripe.send(at.site, event)).toBe(200);
};

test('subscribe, see the credit, end it in one click, keep it; Stripe’s pages; an invoice that is not paid', async () => {
  const { browser, control, site } = at;
  const looking = { javaScriptEnabled: true };
  const { page, account } = await visitor(browser, control, 'subscriber@example.org', looking);
  const place = `${site}/console/${account}/credit`;
  await page.goto(place);
  await page.getByRole('link', { name: 'Plans' }).click();
  await expectGoodLooks(page, 'plans');
  await page.getByLabel('Start: $20.00 each month').check();
  await page.getByLabel('I agree').check();
  await page.getByRole('button', { name: 'Go on to pay' }).click();
  await page.waitForURL(`${stripe.url}/pay/*`);
  const before = stripe.events.length;
  await page.getByRole('button', { name: 'Pay' }).click();
  await page.getByText('If you have paid').waitFor();
  await tell(before);
  await page.getByText('Renews on (UTC)').waitFor(SLOWLY);
  await expectGoodLooks(page, 'plan');
  await page.goto(place);
  expect(await page.locator('.balance').textContent()).toBe('$22.00');
  await page.getByText('$22.00 come each month by your plan.').waitFor();
  await page.getByRole('link', { name: 'Your plan' }).click();
  await page.getByRole('button', { name: 'End the plan' }).click();
  await page.getByText('Ends on').waitFor();
  await expectGoodLooks(page, 'plan that ends');
  await page.getByRole('button', { name: 'Keep the plan after all' }).click();
  await page.getByText('Renews on').waitFor();

  await page.goto(place);
  await page.getByRole('link', { name: 'Cards and invoices' }).click();
  await expectGoodLooks(page, 'cards and invoices');
  await page.getByRole('button', { name: 'Open Stripe’s pages' }).click();
  await page.waitForURL(`${stripe.url}/portal/*`);

  const [of] = stripe.subscriptions.values();
  const failed = stripe.events.length;
  if (of !== undefined) stripe.renew(of, false);
  await tell(failed);
  await expect
    .poll(async () => {
      await page.goto(`${place}/plan`);
      return page.locator('main').textContent();
    }, SLOWLY)
    .toContain('could not charge your card');
  await expectGoodLooks(page, 'plan unpaid');

  // As the third of the steps leaves it.
  await control.sql('update account set unpaid_rpm = 10 where id = $1::uuid', [account.slice(5)]);
  await page.goto(`${site}/console/${account}/usage`);
  await page.getByText('At most 10 requests a minute are answered until it is.').waitFor();
  await expectGoodLooks(page, 'held back for an unpaid invoice');
  await control.sql(
    "insert into saved_card (account_id, plan_ends_at, next_at) values ($1::uuid, now() + interval '9 days', now() + interval '1 day') on conflict (account_id) do update set plan_ends_at = excluded.plan_ends_at",
    [account.slice(5)],
  );
  await page.goto(`${site}/console/dates`);
  await page.getByRole('link', { name: 'The card that pays for the plan “Start” expires' }).waitFor();
  await expectGoodLooks(page, 'dates with a card');

  const desk = await visitor(browser, control, 'finance@example.org', looking, 'finance');
  const { secret } = (await desk.api.post('/second-factor/begin')).body;
  await desk.api.post('/second-factor/confirm', { code: codeAt(secret, stepAt(Date.now())) });
  await expect
    .poll(async () => {
      await desk.page.goto(`${site}/desk/${account}`);
      return desk.page.locator('main').textContent();
    }, SLOWLY)
    .toContain('they were reminded');
  await desk.page.getByText('at most 10 requests a minute: an invoice is not paid').waitFor();
  await expectGoodLooks(desk.page, 'unpaid at the desk');
  await desk.page.getByRole('button', { name: 'End these steps' }).click();
  await desk.page.getByRole('heading', { name: 'Unpaid invoices' }).waitFor({ state: 'detached' });
}, 180_000);

test('warnings are added and removed', async () => {
  const { browser, control, site } = at;
  const { page, account } = await visitor(browser, control, 'warned@example.org', {
    javaScriptEnabled: true,
  });
  await page.goto(`${site}/console/${account}/credit`);
  await page.getByRole('link', { name: 'Warnings' }).click();
  await page.getByText('There are none.').waitFor();
  await page.getByLabel('Warn when less is left').fill('nothing');
  await page.getByRole('button', { name: 'Add it' }).click();
  await page.getByRole('alert').filter({ hasText: 'from 0.01 to 10000' }).waitFor();
  for (const level of ['5', '20']) {
    await page.getByLabel('Warn when less is left').fill(level);
    await page.getByRole('button', { name: 'Add it' }).click();
    await page.getByText(`Below $${level}.00`).waitFor();
  }
  await expectGoodLooks(page, 'warnings');
  await page.getByRole('button', { name: 'Remove the warning below $5.00' }).click();
  await page.getByText('Below $5.00').waitFor({ state: 'detached' });
  expect(await page.getByText('Below $20.00').count()).toBe(1);
}, 60_000);
