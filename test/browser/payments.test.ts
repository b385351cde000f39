/** Credit is bought on a page of Stripe, used, and refunded; without JavaScript of ours, looked at with it. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { codeAt, stepAt } from '../../src/control/sign-in/totp.ts';
import { usage } from '../support/link-client.ts';
import { StripeStandin } from '../support/stripe-standin.ts';
import { expectGoodLooks, visitor } from './members.ts';
import { startSite, type TestSite } from './site.ts';

/** Others may load the machine. */
const SLOWLY = { timeout: 20_000 };

let at: TestSite;
let stripe: StripeStandin;

beforeAll(async () => {
  stripe = await StripeStandin.start();
  stripe.taxPercent = 19;
  at = await startSite({ stripe: stripe.settings });
});
afterAll(async () => {
  await at?.stop();
  await stripe?.stop();
});

test('buy credit, spend some of it, get the rest back', async () => {
  const { browser, control, site } = at;
  const { page, account } = await visitor(browser, control, 'buyer@example.org');
  await page.goto(`${site}/console/${account}/credit`);
  await page.getByRole('link', { name: 'Buy credit' }).click();
  await page.getByLabel('Another amount:').check();
  await page.getByLabel('Another amount in US dollars').fill('4');
  await page.getByRole('button', { name: 'Go on to pay' }).click();
  await page.getByRole('alert').filter({ hasText: 'from 5 to 500' }).waitFor();
  expect(await page.getByLabel('Another amount in US dollars').inputValue()).toBe('4');
  await page.getByLabel('50 USD').check();
  await page.getByRole('button', { name: 'Go on to pay' }).click();
  // Our page leads on by itself.
  await page.waitForURL(`${stripe.url}/pay/*`);
  await page.getByRole('button', { name: 'Back' }).click();
  await page.getByText('Not paid yet').waitFor();
  await page.getByRole('link', { name: 'Begin again' }).click();
  await page.getByLabel('50 USD').check();
  await page.getByRole('button', { name: 'Go on to pay' }).click();
  await page.waitForURL(`${stripe.url}/pay/*`);
  await page.getByRole('button', { name: 'Pay' }).click();
  await page.getByText('Not paid yet').waitFor();
  // The webhook comes late; the page that waits finds it by itself.
  const [event] = stripe.events;
  expect(event && (await stripe.send(site, event))).toBe(200);
  await page.getByText('$59.50, of which $9.50 is tax').waitFor({ timeout: 20_000 });
  await page.getByRole('link', { name: 'Receipt, at Stripe' }).click();
  await page.waitForURL(`${stripe.url}/receipt/*`);

  const made = await control.admin('POST', `/accounts/${account}/keys`, { name: 'laptop' });
  const gateway = await control.gateway();
  await gateway.records([usage(account.slice(5), made.body.id.slice(4), 10_000_000)]);
  gateway.close();
  const [intent] = stripe.intents.keys();
  await stripe.send(site, stripe.refund(intent ?? '', 4760));
  await page.goto(`${site}/console/${account}/credit`);
  await expect
    .poll(async () => {
      await page.reload();
      return page.locator('.balance').textContent();
    }, SLOWLY)
    .toBe('$0.00');
  expect(await page.locator('main').textContent()).toContain('Refunded');
}, 120_000);

test('automatic recharge is switched on, waits for a card, begins, is refused, and goes on after a payment', async () => {
  const { browser, control, site } = at;
  const looking = { javaScriptEnabled: true };
  const { page, account } = await visitor(browser, control, 'recharger@example.org', looking);
  const place = `${site}/console/${account}/credit`;
  const payHere = async () => {
    await page.waitForURL(`${stripe.url}/pay/*`);
    await page.getByRole('button', { name: 'Pay' }).click();
    await page.getByText('Not paid yet').waitFor();
    const told = stripe.events.slice(-2);
    for (const event of told) expect(await stripe.send(site, event)).toBe(200);
    await page.getByText('of which $').waitFor({ timeout: 20_000 });
  };
  await page.goto(place);
  await page.getByRole('link', { name: 'Automatic recharge' }).click();
  await expectGoodLooks(page, 'recharge off');
  await page.getByLabel('At most in a month').fill('20');
  await page.getByLabel('I agree').check();
  await page.getByRole('button', { name: 'Switch it on' }).click();
  await page.getByRole('alert').filter({ hasText: 'at least the amount' }).waitFor();
  expect(await page.getByLabel('At most in a month').inputValue()).toBe('20');
  await page.getByLabel('At most in a month').fill('60');
  await page.getByLabel('I agree').check();
  await page.getByRole('button', { name: 'Switch it on' }).click();
  await page.getByRole('heading', { name: 'It waits for a card' }).waitFor();
  await expectGoodLooks(page, 'recharge waits');
  await page.getByRole('button', { name: 'Pay $25.00 now and keep the card' }).click();
  await payHere();
  await page.goto(`${place}/recharge`);
  await page.getByRole('heading', { name: 'It is on' }).waitFor();
  await expectGoodLooks(page, 'recharge on');
  stripe.offSession = 'refused';
  await control.admin('POST', `/accounts/${account}/credit`, { amount: '-20', reason: 'a test' });
  await expect
    .poll(async () => (await page.reload()) && page.locator('main').textContent(), { timeout: 25_000 })
    .toContain('Your bank refused the card');
  await expectGoodLooks(page, 'recharge stopped');
  await page.goto(place);
  await expectGoodLooks(page, 'credit with recharge stopped');
  stripe.offSession = 'succeeds';
  await page.getByRole('link', { name: 'See what to do' }).click();
  await page.getByRole('button', { name: 'Pay $25.00 now and keep the card' }).click();
  await payHere();
  await page.goto(`${place}/recharge`);
  await page.getByRole('heading', { name: 'It is on' }).waitFor();
  await page.getByRole('button', { name: 'Switch it off' }).click();
  await page.getByText('Nothing is bought by itself.').waitFor();
}, 120_000);

test('the pages are good to look at', async () => {
  const { browser, control, site } = at;
  const looking = { javaScriptEnabled: true };
  const { page, account } = await visitor(browser, control, 'looker@example.org', looking);
  await page.goto(`${site}/console/${account}/credit/buy`);
  await expectGoodLooks(page, 'buy credit');
  const answer = await page.request.post(`${site}/console/${account}/credit/buy`, {
    form: { once: crypto.randomUUID(), amount: '25' },
    headers: { origin: site },
  });
  expect(answer.status()).toBe(200);
  const session = [...stripe.sessions.values()].at(-1);
  if (session === undefined) throw new Error('no session');
  const payment = session.fields.get('client_reference_id');
  await page.goto(`${site}/console/${account}/credit/payments/${payment}?look=40`);
  await expectGoodLooks(page, 'payment waits');
  await stripe.send(site, stripe.pay(session));
  await expect
    .poll(async () => {
      await page.reload();
      return page.locator('main').textContent();
    }, SLOWLY)
    .toContain('Receipt, at Stripe');
  await expectGoodLooks(page, 'payment');
  await page.goto(`${site}/console/${account}/credit`);
  await expectGoodLooks(page, 'credit with payments');
}, 120_000);

test('finance refunds at the desk in two steps; whoever leaves is offered what is left', async () => {
  const { browser, control, site } = at;
  const looking = { javaScriptEnabled: true };
  const payer = await visitor(browser, control, 'payer@example.org', looking);
  for (const amount of ['50', '25']) {
    await payer.page.request.post(`${site}/console/${payer.account}/credit/buy`, {
      form: { once: crypto.randomUUID(), amount },
      headers: { origin: site },
    });
    const session = [...stripe.sessions.values()].at(-1);
    if (session !== undefined) await stripe.send(site, stripe.pay(session));
  }
  const { page, api } = await visitor(browser, control, 'finance@example.org', looking, 'finance');
  const { secret } = (await api.post('/second-factor/begin')).body;
  await api.post('/second-factor/confirm', { code: codeAt(secret, stepAt(Date.now())) });
  await expect
    .poll(async () => {
      await page.goto(`${site}/desk/${payer.account}`);
      return page.locator('main').textContent();
    }, SLOWLY)
    .toContain('$75.00');
  await page.getByRole('link', { name: 'Refund what was paid by Stripe' }).click();
  await page.getByLabel('Credit to take back, in US dollars').fill('26');
  await page.getByRole('button', { name: 'Show what goes back' }).click();
  await page.getByRole('alert').filter({ hasText: 'not so much left' }).waitFor();
  await expectGoodLooks(page, 'refund refused');
  await page.getByLabel('Credit to take back, in US dollars').fill('10');
  await page.getByRole('button', { name: 'Show what goes back' }).click();
  await page.getByRole('heading', { name: 'Refund $11.90?' }).waitFor();
  await expectGoodLooks(page, 'refund shown');
  await page.getByRole('button', { name: 'Refund it' }).click();
  await page.getByText('The refund is made.').waitFor();
  await expectGoodLooks(page, 'refund made');

  await payer.page.goto(`${site}/console/profile/delete`);
  await payer.page.getByRole('button', { name: /delete/i }).click();
  await payer.page.getByRole('heading', { name: 'Credit that is left' }).waitFor();
  await expectGoodLooks(payer.page, 'leaving with credit');
  await payer.page.getByRole('button', { name: 'Refund $65.00' }).click();
  await payer.page.getByRole('heading', { name: 'Credit that is left' }).waitFor({ state: 'detached' });
  const back = [...stripe.refunds.values()].slice(-3).map(({ cents }) => cents);
  expect(back.reduce((sum, cents) => sum + cents, 0)).toBe(8925);
}, 120_000);
