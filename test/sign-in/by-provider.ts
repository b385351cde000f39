/** Somebody signs in by a provider without JavaScript: forms, redirects and cookies, as a browser does them. */
import type { ControlSettings } from '../../src/control/settings.ts';
import { openSite } from '../../src/site/server.ts';
import { startTestControl, type TestControl } from '../support/control.ts';
import { startPostgres } from '../support/postgres.ts';
import type { Browser } from './browser.ts';
import { type MailServer, startMailServer } from './mail-server.ts';
import { StandIn } from './provider-stand-in.ts';

export interface ByProvider {
  readonly provider: StandIn;
  readonly mails: MailServer;
  readonly control: TestControl;
  /** Its address. */
  readonly site: string;
  stop(): Promise<void>;
}

/** A site with mail by a real server, which knows `providersOf` a stand-in. */
export async function startByProvider(
  providersOf: (provider: StandIn) => ControlSettings['providers'],
  settings: Partial<ControlSettings> = {},
): Promise<ByProvider> {
  await using started = new AsyncDisposableStack();
  const postgres = await startPostgres();
  started.defer(() => postgres.stop());
  const mails = await startMailServer();
  started.defer(() => mails.stop());
  const provider = await new StandIn().start();
  started.defer(() => provider.stop());
  const mail = { smtpUrl: mails.url, from: null };
  const control = await startTestControl(
    postgres,
    { mail, providers: providersOf(provider), ...settings },
    openSite,
  );
  started.defer(() => control.end());
  const all = started.move();
  return { provider, mails, control, site: control.settings.siteUrl, stop: () => all.disposeAsync() };
}

/** Asks a page of the site with the browser's cookies, and keeps those that it sets. */
export async function visit(
  browser: Browser,
  url: string,
  form?: Readonly<Record<string, string>>,
): Promise<{ readonly status: number; readonly location: string | null; readonly text: string }> {
  const { origin } = new URL(url);
  const headers = { 'user-agent': browser.agent, cookie: browser.cookie };
  const sent =
    form === undefined
      ? { headers }
      : { method: 'POST', headers: { ...headers, origin }, body: new URLSearchParams(form) };
  const reply = await fetch(url, { ...sent, redirect: 'manual' });
  for (const line of reply.headers.getSetCookie()) {
    const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
    if (value === '') browser.cookies.delete(name);
    else browser.cookies.set(name, value);
  }
  const location = reply.headers.get('location');
  return {
    status: reply.status,
    location: location === null ? null : new URL(location, url).href,
    text: await reply.text(),
  };
}

/** Sends the form of a button; answers where its page leads: an address of the provider. */
export async function begin(
  browser: Browser,
  site: string,
  provider: string,
  form: Readonly<Record<string, string>> = { wish: 'sign_in' },
): Promise<string> {
  const page = await visit(browser, `${site}/sign-in/with/${provider}`, form);
  const [, url] = /http-equiv="refresh" content="0;url=([^"]+)"/i.exec(page.text) ?? [];
  if (url === undefined) throw new Error(`${page.status}: the page leads nowhere`);
  return url.replaceAll('&amp;', '&');
}

/** What the provider answers: the address that leads back. */
export async function answered(url: string): Promise<string> {
  const reply = await fetch(url, { redirect: 'manual' });
  return reply.headers.get('location') ?? '';
}

/** All of it; answers the page that they come to, without the site's address. */
export async function signInBy(
  browser: Browser,
  site: string,
  provider: string,
  form?: Readonly<Record<string, string>>,
): Promise<string> {
  const back = await answered(await begin(browser, site, provider, form));
  const { location } = await visit(browser, back);
  return location?.replace(site, '') ?? '';
}

/** The refusal's code in a page's address. */
export const refusedIn = (page: string): string | null =>
  new URL(page, 'http://x').searchParams.get('refused');
