/** Somebody with a confirmed address, signed in. */
import { expect } from 'vitest';
import { codeAt, stepAt } from '../../src/control/sign-in/totp.ts';
import type { TestControl } from '../support/control.ts';
import { Browser, form, GOOD_PASSWORD } from './browser.ts';

const DAY_MS = 86_400_000;
/** An auditor is let in for a while only. */
const endOf = (staff: string) =>
  staff === 'auditor' ? { until: new Date(Date.now() + 30 * DAY_MS).toISOString() } : {};

/** Made by the operator, set up by their link, agreed and confirmed by hand: quicker than by mail, which has its own test. */
export async function somebody(
  control: TestControl,
  email: string,
  staff?: string,
  name: string = form(email).name,
): Promise<Browser> {
  const made = await control.admin('POST', '/accounts', {
    email,
    name,
    ...(staff && { staff, ...endOf(staff) }),
  });
  if (made.status !== 201) throw new Error(JSON.stringify(made.body));
  const link = await control.admin('POST', `/accounts/${email}/setup-link`);
  const token = new URL(link.body.url).searchParams.get('token');
  const browser = new Browser(control.settings.siteUrl);
  await browser.post('/set-up', { token, password: GOOD_PASSWORD });
  await browser.post('/agree', { policy: '1', terms: '1', adult: true });
  await control.sql(
    "update person set email_verified_at = now() where id = (select person_id from membership where replace(account_id::text, '-', '') = $1)",
    [made.body.id.slice(5)],
  );
  return browser;
}

/** Their sign-in takes a code of an app from now on, this one included. */
export async function strengthen(who: Browser): Promise<void> {
  const { secret } = (await who.post('/second-factor/begin')).body;
  const confirmed = await who.post('/second-factor/confirm', { code: codeAt(secret, stepAt(Date.now())) });
  expect(confirmed.status).toBe(200);
}
