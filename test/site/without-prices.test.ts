/**
 * `billing: off`: nothing that anybody reads speaks of money. A walk over every page as visitor, member and staff, every
 * mail and the API's document, on a server that had prices before: what is left of them is told to the person alone.
 */
import type { RouteConfigEntry } from '@react-router/dev/routes';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { readCatalogues, sampleMail, sampleMails } from '../../src/control/notices/index.ts';
import routes from '../../src/site/routes.ts';
import { openSite } from '../../src/site/server.ts';
import { startTestControl, type TestControl } from '../support/control.ts';
import { usage } from '../support/link-client.ts';
import { type LyingEngine, startLyingEngine } from '../support/lying-engine.ts';
import { startPostgres, type TestPostgres } from '../support/postgres.ts';
import { visibleText } from '../support/visible-text.ts';
import { type Cast, cast, type Person } from './cast.ts';

const MONEY =
  /\b(?:pric\w*|costs?|credit\w*|usd|dollars?|micro-?dollars?|microusd|invoices?|pay(?:s|ing|ments?)?|paid|bills?|billing|billed|charg\w*|money|balances?|ledger)\b|[$€]/gi;

/** What may be there all the same, and why. */
const ALLOWED: readonly { readonly words: RegExp; readonly why: string }[] = [
  { words: /\$KEPT_KEY/g, why: 'a variable of the shell, in the example of a request' },
  { words: /Money: credit, charges, balance/g, why: 'what a system outside may hold' },
  { words: /sale for money or anything else of value/gi, why: 'what a law calls a sale of data' },
  { words: /what it costs|may cost a reasonable fee/gi, why: 'what a law says of requests for one’s rights' },
];

/** Pages that tell the owner what earlier modes of billing left of them (ACCESS-1), and nobody else. */
const TELLS_WHAT_IS_HELD = new Set(['console/profile', 'console/profile/:table', 'console/profile/delete']);

/** Owners of accounts with money, and who has the role for it. */
const HELD_ABOUT: ReadonlySet<Person> = new Set(['owner', 'finance', 'viewer']);

let postgres: TestPostgres;
let engine: LyingEngine;
let control: TestControl;
let all: Cast;

beforeAll(async () => {
  postgres = await startPostgres();
  engine = await startLyingEngine({ models: ['liar', 'other-liar'] });
  const number = 1;
  const declaration = { retentionDays: 0, trains: false, declaredBy: 'operator', until: null };
  control = await startTestControl(
    postgres,
    {
      engines: [{ number, url: engine.url, socket: null, key: null }],
      declarations: [{ number, name: 'own', region: 'local', ...declaration }],
    },
    openSite,
  );
  all = await cast(control);
  await leaveMoney();
  await control.stop();
  control = await startTestControl(postgres, { ...control.settings, billing: 'off' }, openSite);
  await vi.waitFor(
    async () => expect((await page('nobody', '/models')).text).toContain('other-liar'),
    10_000,
  );
}, 120_000);
afterAll(async () => {
  await control?.end();
  await engine?.stop();
  await postgres?.stop();
});

/** Credit, budgets, a priced request and a member who looked after money. */
async function leaveMoney(): Promise<void> {
  const account = all.theirs.account as string;
  const path = `/accounts/${account}`;
  await control.admin('POST', `${path}/credit`, { amount: '5', reason: 'a gift' });
  await control.admin('PATCH', path, { limits: { budget_day: '1', budget_month: '2' } });
  const made = await control.admin('POST', `${path}/keys`, { name: 'dear', limits: { budget_day: '3' } });
  const gateway = await control.gateway();
  await gateway.records([usage(account.slice(5), made.body.id.slice(4), 200_000)]);
  gateway.close();
  await control.admin('POST', '/accounts/finance%40example.org/credit', { amount: '7', reason: 'a gift' });
  await control.sql("update membership set role = 'billing' where role = 'viewer'");
}

const flat = (entries: readonly RouteConfigEntry[]): string[] =>
  entries.flatMap(({ path, children }) => (children === undefined ? [path ?? ''] : flat(children)));
const PATHS = flat(routes);
const addressOf = (path: string): string =>
  `/${path.replaceAll(/:(\w+)/g, (_, name: string) => all.theirs[name] ?? '').replace('*', 'liar')}`;

async function page(who: Person, address: string) {
  const answer = await fetch(control.settings.siteUrl + address, {
    redirect: 'manual',
    headers: { cookie: all.cookies[who] },
  });
  const html = await answer.text();
  const isHtml = answer.headers.get('content-type')?.startsWith('text/html') === true;
  return { status: answer.status, html, text: isHtml ? visibleText(html) : html };
}

function wordsOfMoney(text: string): string[] {
  const left = ALLOWED.reduce((rest, { words }) => rest.replaceAll(words, ''), text);
  return [...left.matchAll(MONEY)].map(({ index }) => left.slice(Math.max(0, index - 40), index + 40).trim());
}

test('no page speaks of money to visitors, members and staff, but of what is held about oneself', async () => {
  const found: Record<string, string[]> = {};
  let seen = 0;
  for (const path of PATHS)
    for (const who of ['nobody', 'owner', 'viewer', 'stranger', 'leaving', 'finance', 'admin'] as const) {
      // An archive, and a form with the source of a text, which has the words for every mode.
      if (['console/export/:export/archive', 'desk/policy/:document'].includes(path)) continue;
      const { status, html, text } = await page(who, addressOf(path));
      if (status === 200) seen++;
      const words = wordsOfMoney(text);
      const mayTell = TELLS_WHAT_IS_HELD.has(path) && HELD_ABOUT.has(who);
      if (words.length > 0 && !mayTell) found[`${path} as ${who}`] = words;
      expect(html, `${path} as ${who}`).not.toContain('href="/pricing');
    }
  expect(found).toEqual({});
  expect(seen).toBeGreaterThan(PATHS.length);
}, 240_000);

test('what had a page of its own has none', async () => {
  for (const path of ['pricing', 'console/:account/credit', 'console/:account/credit.csv'])
    expect((await page('owner', addressOf(path))).status, path).toBe(404);
  const { text } = await page('owner', addressOf('console/:account'));
  expect(text).toContain('15 tokens');
});

test('the person sees what earlier modes left, and nobody is shown what never was', async () => {
  const held = (await page('owner', '/console/profile')).text;
  for (const words of ['Every change of a balance', 'Amount in micro-dollars', '$5', 'Budget of a day'])
    expect(held).toContain(words);
  expect((await page('owner', '/console/profile/usage_record')).text).toContain('$0.2');
  expect((await page('finance', '/console/profile/delete')).text).toContain('federal tax');
  const none = (await page('stranger', '/console/profile')).text;
  expect(wordsOfMoney(none)).toEqual([]);
  expect((await page('stranger', '/console/profile/delete')).text).toContain(
    'No law makes us keep any of it.',
  );
});

test('no mail speaks of money', () => {
  const writing = { letters: readCatalogues(), siteUrl: control.settings.siteUrl };
  for (const { name } of sampleMails(writing.letters, 'off')) {
    const { subject, text, html } = sampleMail(name, writing, 'off');
    expect(wordsOfMoney([subject, text, visibleText(html)].join('\n')), name).toEqual([]);
  }
});

test('the API’s document keeps its fields and says nothing of money', async () => {
  const { text } = await page('nobody', '/api/openapi.json');
  const said = [...text.matchAll(/"(?:description|summary|title)":"((?:[^"\\]|\\.)*)"/g)].map(
    ([, words]) => words,
  );
  expect(said.length).toBeGreaterThan(100);
  expect(wordsOfMoney(said.join('\n'))).toEqual([]);
  expect(text).toContain('"estimated_cost"');
  expect(text).not.toContain('"budget_exceeded"');
  expect((await page('nobody', '/sitemap.xml')).text).not.toContain('/pricing');
});

test('what is saved as a file has no column of money', async () => {
  const { text } = await page('owner', addressOf('console/:account/usage.csv'));
  expect(text.split('\r\n')[0]).toBe('day,model,key,key_name,requests,prompt_tokens,completion_tokens');
});
