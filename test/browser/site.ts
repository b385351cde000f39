/** The site in front of a real browser: a fresh database, control with the pages, and Chromium. */
import type { Browser } from 'playwright-core';
import { openSite } from '../../src/site/server.ts';
import { type MailServer, startMailServer } from '../sign-in/mail-server.ts';
import { startBrowser } from '../support/browser.ts';
import { startTestControl, type TestControl } from '../support/control.ts';
import { startPostgres } from '../support/postgres.ts';

export interface TestSite {
  readonly control: TestControl;
  readonly browser: Browser;
  /** Its address. */
  readonly site: string;
  stop(): Promise<void>;
}

/** What was started is stopped again, also where the start fails. */
export async function startSite(settings: Parameters<typeof startTestControl>[1] = {}): Promise<TestSite> {
  await using started = new AsyncDisposableStack();
  const postgres = await startPostgres();
  started.defer(() => postgres.stop());
  const control = await startTestControl(postgres, settings, openSite);
  started.defer(() => control.end());
  const browser = await startBrowser();
  started.defer(() => browser.close());
  const all = started.move();
  return { control, browser, site: control.settings.siteUrl, stop: () => all.disposeAsync() };
}

export interface TestSiteWithMails extends TestSite {
  readonly mails: MailServer;
}

/** As `startSite`, with a mail server that takes what the site sends. */
export async function startSiteWithMails(
  settings: Parameters<typeof startTestControl>[1] = {},
): Promise<TestSiteWithMails> {
  await using started = new AsyncDisposableStack();
  const mails = await startMailServer();
  started.defer(() => mails.stop());
  const at = await startSite({ ...settings, mail: { smtpUrl: mails.url, from: null } });
  started.defer(() => at.stop());
  const all = started.move();
  return { ...at, mails, stop: () => all.disposeAsync() };
}
