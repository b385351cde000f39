/**
 * A walk over every address that has a parameter or stands below the console or the desk, as each wrong person: what they
 * must get stands in a table (`expected.ts`), and an address that is not in it fails. All that is asked for is somebody else's.
 */
import type { RouteConfigEntry } from '@react-router/dev/routes';
import { afterAll, beforeAll, expect, test } from 'vitest';
import routes from '../../src/site/routes.ts';
import { openSite } from '../../src/site/server.ts';
import { startTestControl, type TestControl } from '../support/control.ts';
import { startPostgres, type TestPostgres } from '../support/postgres.ts';
import { type Each, type Expected, NO_FORM, NOT_ENOUGH, NOTHING, SEES } from './answers.ts';
import { type Cast, cast, type Person, WRONG } from './cast.ts';
import { DESK_FORMS, EXPECTED } from './expected.ts';

let postgres: TestPostgres;
let control: TestControl;
let all: Cast;

beforeAll(async () => {
  postgres = await startPostgres();
  control = await startTestControl(postgres, {}, openSite);
  all = await cast(control);
}, 120_000);
afterAll(async () => {
  await control?.end();
  await postgres?.stop();
});

const flat = (entries: readonly RouteConfigEntry[]): RouteConfigEntry[] =>
  entries.flatMap((entry) => (entry.children === undefined ? [entry] : flat(entry.children)));
const WALKED = flat(routes)
  .map(({ path = '' }) => path)
  .filter((path) => /[:*]|^(console|desk)(\/|$)/.test(path));

const addressOf = (path: string): string =>
  `/${path.replaceAll(/:(\w+)/g, (_, name: string) => all.theirs[name] ?? '').replace('*', 'no-such-model')}`;

/** Below `who`'s own account, and the owner's, an address is written as what it is. */
function leadsTo(answer: Response): string {
  const location = answer.headers.get('location')?.split('?')[0] ?? '';
  if (location === `/desk/${all.theirs.account}`) return '/desk/theirs';
  return /^\/console\/acct_\w+$/.test(location) ? '/console/their-own' : location;
}

async function ask(who: Person, address: string, form?: Readonly<Record<string, string>>, origin?: string) {
  const { siteUrl } = control.settings;
  const answer = await fetch(siteUrl + address, {
    redirect: 'manual',
    headers: { cookie: all.cookies[who], origin: origin ?? siteUrl },
    ...(form && { method: 'POST', body: new URLSearchParams(form) }),
  });
  const got = answer.headers.has('location') ? leadsTo(answer) : String(answer.status);
  return { got, text: await answer.text() };
}

test('every such address has its row in the table, and no row is left over', () => {
  expect(Object.keys(EXPECTED).sort()).toEqual([...WALKED].sort());
});

test('what is theirs can be seen: the owner sees it', async () => {
  // Receipts are at Stripe, and so is what leads there. What a gateway kept is shown in test/capture.
  const ofOwner =
    /:(account|key|member|export|entry|answer)(?!.*(\.md|\.html|receipt|buy|recharge|portal|plan|capture\/:request)$)/;
  for (const path of WALKED.filter((each) => ofOwner.test(each)))
    if (!path.startsWith('desk')) expect((await ask('owner', addressOf(path))).got, path).toBe(SEES);
}, 60_000);

test('a page is seen by whom it is for; for all others it says nothing', async () => {
  for (const path of WALKED) {
    const expected = EXPECTED[path]?.get as Each;
    for (const who of WRONG) {
      const { got, text } = await ask(who, addressOf(path));
      expect(got, `GET ${path} as ${who}`).toBe(expected[who]);
      // Members see whom they share an account with.
      const shares = who === 'viewer' && path === 'console/:account/members';
      expect(text.includes('owner@example.org') && !shares, `${path} tells ${who} the address`).toBe(false);
    }
  }
}, 120_000);

test('a form that somebody may not send is refused before it is read', async () => {
  for (const path of WALKED) {
    const { post, forms = [{}], aboutSender = false } = EXPECTED[path] as Expected;
    for (const who of aboutSender ? (['nobody'] as const) : WRONG)
      for (const sent of forms) {
        const expected = post === NO_FORM ? NO_FORM : post[who];
        if (path === 'desk/:account') continue;
        const { got } = await ask(who, addressOf(path), sent);
        expect(got, `POST ${path} ${JSON.stringify(sent)} as ${who}`).toBe(expected);
      }
  }
  for (const [path, sent, each] of DESK_FORMS)
    for (const who of WRONG) {
      const { got } = await ask(who, addressOf(path), sent);
      expect(got, `POST ${path} ${JSON.stringify(sent)} as ${who}`).toBe(each[who]);
    }
}, 120_000);

test('no form is taken from another site, whoever sends it', async () => {
  for (const path of WALKED.filter((each) => EXPECTED[each]?.post !== NO_FORM || each === 'desk/:account'))
    for (const who of ['owner', 'admin'] as const) {
      const { got } = await ask(who, addressOf(path), {}, 'https://elsewhere.example');
      expect(['400', NOT_ENOUGH, NOTHING], `POST ${path} from elsewhere as ${who}: ${got}`).toContain(got);
    }
}, 60_000);

test('nothing was changed by all that', async () => {
  const key = all.theirs.key?.slice('key_'.length);
  expect(await control.sql(`select state from api_key where id = '${key}'`)).toEqual([{ state: 'active' }]);
  const [row] = await control.sql<{ balance: string; active: boolean }>(
    `select balance_microusd as balance, active from account where id = '${all.theirs.account?.slice(5)}'`,
  );
  expect(row).toMatchObject({ balance: '0', active: true });
  expect(await control.sql('select 1 from membership_invitation')).toEqual([]);
  const roles = await control.sql<{ role: string }>(
    `select role from membership where account_id = '${all.theirs.account?.slice(5)}' order by role`,
  );
  expect(roles.map(({ role }) => role)).toEqual(['owner', 'owner', 'viewer']);
  // A privacy officer opened the mail, which is theirs to do.
  expect(await control.sql("select 1 from record_entry where kind = 'staff_read'")).toHaveLength(1);
  expect(await control.sql('select outcome from incoming_mail')).toEqual([{ outcome: null }]);
});
