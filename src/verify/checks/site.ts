/** What a visitor gets: the policy everywhere, no cookie that nobody asked for, nothing from elsewhere. */
import { readCookies } from '../../control/policy/index.ts';
import { broken, CannotLook, type Check, countOf, kept, noneOf } from '../check.ts';
import type { Answer, Eyes } from '../eyes.ts';

const PAGES_AT_ONCE = 2;
const GPC = { 'sec-gpc': '1' } as const;

/** Each public page, a few at a time. */
async function eachPage<T>(
  eyes: Eyes,
  headers: Record<string, string>,
  see: (path: string, page: Answer) => T[],
): Promise<{ pages: number; found: T[] }> {
  const paths = await eyes.publicPages();
  const found: T[] = [];
  const left = [...paths];
  const walk = async () => {
    for (let path = left.shift(); path !== undefined; path = left.shift()) {
      const page = await eyes.page(path, { headers });
      if (page.status !== 200) throw new CannotLook(`${path} answers ${page.status}`);
      found.push(...see(path, page));
    }
  };
  await Promise.all(Array.from({ length: PAGES_AT_ONCE }, walk));
  return { pages: paths.length, found };
}

export const onePolicy: Check = {
  id: 'one-policy',
  clauses: ['SCOPE-1'],
  pace: 'hour',
  probe: 'Opens every public page and asks the API without a key, and looks for the link to this policy.',
  async look(eyes) {
    const { pages, found } = await eachPage(eyes, {}, (path, { text }) =>
      text.includes('href="/privacy"') ? [] : [`${path} has no link to the policy`],
    );
    const api = await eyes.api('/v1/models');
    const link = api.headers.get('link') ?? '';
    const isLinked = link.includes('rel="privacy-policy"') && link.includes('/privacy>');
    return noneOf(
      [...found, ...(isLinked ? [] : ['answers of the API have no link to the policy'])],
      `${countOf(pages, 'page')} and the API lead to this one policy.`,
    );
  },
};

/** `name` of `name=value; Path=/`. */
const cookieNames = (page: Answer): string[] =>
  page.headers.getSetCookie().map((line) => line.slice(0, line.indexOf('=')));

export const cookies: Check = {
  id: 'cookies',
  clauses: ['COLLECT-7', 'CHOICE-1', 'AUTO-1', 'COLLECT-4'],
  pace: 'hour',
  probe:
    'Visits every public page as a new browser, with and without Global Privacy Control, and looks at each cookie and at everything that a page would load.',
  async look(eyes) {
    const listed = new Map(
      readCookies().flatMap((item) => [item.name, item.secure_name].map((name) => [name, item] as const)),
    );
    const wrong: string[] = [];
    let pages = 0;
    for (const headers of [{}, GPC]) {
      const seen = await eachPage(eyes, headers, (path, page) => [
        ...cookieNames(page).flatMap((name) => {
          const item = listed.get(name);
          if (item === undefined) return [`${path} sets a cookie that is in no list`];
          return item.necessary ? [] : [`${path} sets ${name} before anybody agreed to it`];
        }),
        ...loadedFrom(page.text, eyes.settings.siteUrl).map((host) => `${path} loads from ${host}`),
      ]);
      wrong.push(...seen.found);
      pages = seen.pages;
    }
    const { text } = await eyes.page('/privacy/choices');
    for (const item of readCookies())
      if (!text.includes(item.name)) wrong.push(`the public list leaves ${item.name} out`);
    return noneOf(
      wrong,
      `${countOf(pages, 'page')}, visited twice: no cookie but those of the list that the site needs, and nothing from other sites.`,
    );
  },
};

/** Hosts that a browser would fetch from for this page, besides our own. */
function loadedFrom(html: string, siteUrl: string): string[] {
  const own = new URL(siteUrl).host;
  const tags = html.match(/<(?:script|img|iframe|link|source|video|audio|embed|object)\b[^>]*>/gi) ?? [];
  return tags.flatMap((tag) => {
    if (/^<link\b/i.test(tag) && !/rel="(?:stylesheet|preload|modulepreload|icon|prefetch)"/i.test(tag))
      return [];
    const [, to = ''] = /\b(?:src|href|data)="([^"]+)"/i.exec(tag) ?? [];
    if (!/^(?:https?:)?\/\//i.test(to)) return [];
    const { host } = new URL(to, siteUrl);
    return host === own ? [] : [host];
  });
}

export const gpc: Check = {
  id: 'gpc',
  clauses: ['CHOICE-1', 'STATE-5'],
  pace: 'hour',
  probe:
    'Opens the page of choices with and without Global Privacy Control, and reads the file that says it is honoured.',
  async look(eyes) {
    const [withIt, without, file] = await Promise.all([
      eyes.page('/privacy/choices', { headers: GPC }),
      eyes.page('/privacy/choices'),
      eyes.page('/.well-known/gpc.json'),
    ]);
    const said = /Global Privacy Control is honoured/;
    if (!said.test(withIt.text))
      return broken('A browser that sends Global Privacy Control is not told that it is honoured.');
    if (said.test(without.text))
      return broken('A browser that sends nothing is told that it sent Global Privacy Control.');
    if ((JSON.parse(file.text) as { gpc?: unknown }).gpc !== true)
      return broken('gpc.json does not say that it is honoured.');
    return kept('A browser that sends Global Privacy Control counts as one that refused, and is told so.');
  },
};

/** Whether people sign up by themselves, without an invitation. */
const isOpen = ({ settings }: Pick<Eyes, 'settings'>): boolean =>
  settings.signUp.mode === 'open' || settings.signUp.mode === 'domains';

/** Name, address, a password if one wants one, and that one agrees and is 18 or over. */
const ASKED: readonly string[] = ['name', 'email', 'password', 'agreed', 'adult', ''];

export const signUpForm: Check = {
  id: 'sign-up-form',
  clauses: ['COLLECT-1', 'CHILD-1'],
  pace: 'hour',
  probe: 'Reads the form for signing up, and sends it without saying that one is 18 or over.',
  async look(eyes) {
    const { status, text } = await eyes.page('/sign-up');
    if (status !== 200) return broken(`The page for signing up answers ${status}.`);
    if (!text.includes('name="email"'))
      return isOpen(eyes)
        ? broken('The page for signing up has no form.')
        : kept('Nobody signs up by themselves here: there is no form.');
    const fields = [...text.matchAll(/<(?:input|select|textarea)\b[^>]*>/g)]
      .map(([tag]) => tag)
      .filter((tag) => !tag.includes('type="hidden"'))
      .map((tag) => /\bname="([^"]+)"/.exec(tag)?.[1] ?? '');
    const more = [...new Set(fields)].filter((name) => !ASKED.includes(name));
    if (more.length > 0) return broken(`The form asks for more than name and address: ${more.join(', ')}.`);
    if (/birth|date of birth|bday/i.test(text)) return broken('The form asks for a date of birth.');
    const answer = await eyes.signUp({ adult: undefined });
    if (answer.status !== 400 || !answer.text.includes('18 or over'))
      return broken(`Signing up without being 18 or over was answered ${answer.status}.`);
    return kept(
      'It asks for a name and an address only, takes a password or a passkey, stores no date of birth, and refuses whoever does not say that they are 18 or over.',
    );
  },
};

export const unsubscribing: Check = {
  id: 'unsubscribing',
  clauses: ['CHOICE-2'],
  pace: 'hour',
  probe:
    'Opens a link to unsubscribe as a scanner of mails would, without signing in, and compares promotional mail that was sent with consents.',
  async look(eyes) {
    const page = await eyes.page(`/unsubscribe/${'0'.repeat(43)}`);
    if (page.status !== 200 || !/<form[^>]*method="post"/i.test(page.text))
      return broken('The page to unsubscribe cannot be used without signing in.');
    const [row] = await eyes.rows<{ sent: number; without: number }>(`
      select count(*)::int as sent, count(*) filter (where not exists (
        select from consent c where c.person_id = m.person_id and c.purpose = 'promotional_mail' and c.answer = 'given'
          and c.at <= m.at and (c.withdrawn_at is null or c.withdrawn_at >= m.at)))::int as without
      from promotional_mail m where m.state in ('sending', 'sent', 'unknown')`);
    if ((row?.without ?? 0) > 0)
      return broken(
        `${countOf(row?.without ?? 0, 'promotional mail')} went to people without a standing consent.`,
      );
    return kept(
      `The link works without signing in, and opening it changes nothing. ${row?.sent === 0 ? 'No promotional mail is remembered.' : `Each of ${countOf(row?.sent ?? 0, 'promotional mail')} went by a consent that stood.`}`,
    );
  },
};
