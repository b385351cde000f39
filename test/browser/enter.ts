/** Somebody whom the operator added comes in, in a real browser, on a whole instance without a mail server. */
import type { Page } from 'playwright-core';
import { GOOD_PASSWORD } from '../sign-in/browser.ts';
import type { Instance } from '../support/instance.ts';

/** Leaves `page` at the overview of their account; answers its address, under the name that mails have it. */
export async function enter(page: Page, kept: Instance, email: string): Promise<string> {
  const link = await asked(kept, ['account', 'link', '--account', email, '--json']);
  await page.goto(link.url);
  await page.getByLabel('Password').fill(GOOD_PASSWORD);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await page.getByLabel('I am 18 or over.').check();
  await page.getByLabel(/I agree to/).check();
  await page.getByRole('button', { name: 'Agree' }).click();
  await page.getByText(email).first().waitFor();
  await page.goto(await confirmation(kept));
  await page.getByRole('button', { name: 'Confirm' }).click();
  await page.waitForURL(/\/console\/acct_\w{32}$/);
  return page.url();
}

/** The link in the newest mail that has one; without a mail server they lie in the outbox. */
async function confirmation(kept: Instance): Promise<string> {
  const { mails } = await asked(kept, ['mail', 'list', '--json']);
  for (const { id } of mails) {
    const { stdout } = await kept.kept(['mail', 'show', id]);
    const found = /https?:\/\/\S+confirm-address\S*token=[\w-]{43}/.exec(stdout);
    if (found !== null) return found[0];
  }
  throw new Error('no mail with a link');
}

async function asked(kept: Instance, args: readonly string[]) {
  const { code, stdout, stderr } = await kept.kept(args);
  if (code !== 0) throw new Error(`kept ${args[0]} ${args[1]}: ${stderr}`);
  return JSON.parse(stdout);
}
