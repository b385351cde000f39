/** People are told before a key of theirs ends: each step once, over kills, two at once, and clocks that jump. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { DateParts } from '../../src/control/dates/parts.ts';
import { remind } from '../../src/control/dates/remind.ts';
import { MailTags } from '../../src/control/mail-tags.ts';
import { Notices, readCatalogues } from '../../src/control/notices/index.ts';
import { openKeys } from '../../src/control/open-keys.ts';
import { openDatabase } from '../../src/store/database.ts';
import { ClockDoubted } from '../../src/store/retention/clock.ts';
import { Vault } from '../../src/store/sealing/vault.ts';
import { somebody } from '../sign-in/person.ts';
import { startTestControl, type TestControl } from '../support/control.ts';
import { startPostgres, type TestPostgres } from '../support/postgres.ts';

const DAY_MS = 86_400_000;
const ADA = 'ada@example.org';
let postgres: TestPostgres;
let control: TestControl;
let account: string;

beforeAll(async () => {
  postgres = await startPostgres();
  control = await startTestControl(postgres);
  await somebody(control, ADA);
  account = (await control.admin('GET', `/accounts/${ADA}`)).body.id.slice(5);
  for (const [email, role] of [
    ['dev@example.org', 'developer'],
    ['bill@example.org', 'billing'],
    ['view@example.org', 'viewer'],
  ] as const) {
    await somebody(control, email);
    const own = (await control.admin('GET', `/accounts/${email}`)).body.id.slice(5);
    await control.sql(
      'insert into membership (person_id, account_id, role) select person_id, $1::uuid, $2 from membership where account_id = $3::uuid',
      [account, role, own],
    );
  }
}, 120_000);
afterAll(async () => {
  await control?.end();
  await postgres?.stop();
});

/** A key that was made 100 days ago and ends so many days from now. */
async function keyEnding(days: number, name = 'laptop', made = 100): Promise<string> {
  const { body } = await control.admin('POST', `/accounts/acct_${account}/keys`, { name });
  const id = body.id.slice(4);
  await control.sql(
    "update api_key set expires_at = now() + $2 * interval '1 day', created_at = now() - $3 * interval '1 day' where id = $1::uuid",
    [id, days, made],
  );
  return id;
}

const told = () =>
  control.sql<{ n: number; people: number }>(
    "select count(*)::int as n, count(distinct person_id)::int as people from mail where template = 'key_ends'",
  );
const forget = () => control.sql("delete from mail where template = 'key_ends'");

/** Looks as control does, so many ms from now; control has to be stopped. */
async function lookAt(offsets: readonly (number | 'doubted')[]): Promise<void> {
  const database = openDatabase(control.settings.databaseUrl);
  const keys = await openKeys(control.settings, database.db);
  const vault = new Vault(keys);
  const { siteUrl } = control.settings;
  try {
    await Promise.all(
      offsets.map(async (offset) => {
        const now = () => Date.now() + (offset === 'doubted' ? 0 : offset);
        const notices = new Notices({
          db: database.db,
          vault,
          log: () => {},
          now,
          siteUrl,
          letters: readCatalogues(),
          answersTo: null,
          tags: new MailTags('00', null),
          smtpUrl: null,
          from: null,
        });
        const believed = async () => {
          if (offset === 'doubted') throw new ClockDoubted('clock_jumped');
          return now();
        };
        const services = { db: database.db, vault, keys, pepper: 'ab'.repeat(32) };
        const plans = [{ id: 'small', name: 'Small', every: 'month', price: 1, credit: 1 }];
        const parts = { services, notices, siteUrl, now, believed, plans } as unknown as DateParts;
        await remind(parts, new AbortController().signal);
      }),
    );
  } finally {
    await keys.close();
    await database.close();
  }
}

test('whoever can make keys is told, with the words of the letter, and nobody twice', async () => {
  await keyEnding(2, 'Nightly “sums”, 🗝️');
  await keyEnding(20, 'later');
  await keyEnding(-1, 'over');
  await keyEnding(2, 'just made', 1);
  await control.stop();
  await control.start();
  // Three days before is the latest of two that have come; owner and developer.
  await expect.poll(told, { timeout: 10_000 }).toEqual([{ n: 2, people: 2 }]);
  const { body } = await control.admin('GET', '/mails');
  const found = body.mails.find(({ template }: { template: string }) => template === 'key_ends');
  const { text } = (await control.admin('GET', `/mails/${found.id}`)).body;
  expect(text).toContain('The API key “Nightly “sums”, 🗝️” of the account');
  expect(text).toMatch(/ends on \d{4}-\d\d-\d\d \d\d:\d\d \(UTC\)/);
  expect(text).toContain(`/console/acct_${account}/keys`);
  await control.stop();
  await control.start();
  await new Promise((resolve) => setTimeout(resolve, 1500));
  expect(await told()).toEqual([{ n: 2, people: 2 }]);
});

test('looked at by several at once, later, earlier and with a clock that nobody believes', async () => {
  await control.sql("update api_key set state = 'revoked', revoked_at = now()");
  await keyEnding(13);
  await control.stop();
  await forget();
  try {
    await lookAt(['doubted']);
    expect(await told()).toEqual([{ n: 0, people: 0 }]);
    await lookAt([0, 0, 0, 60_000]);
    expect(await told()).toEqual([{ n: 2, people: 2 }]);
    // Past two of them at once: the latest alone; back again: nothing.
    await lookAt([12.5 * DAY_MS]);
    expect(await told()).toEqual([{ n: 4, people: 2 }]);
    await lookAt([0]);
    await lookAt([10.5 * DAY_MS]);
    await lookAt([12.6 * DAY_MS, 14 * DAY_MS]);
    expect(await told()).toEqual([{ n: 4, people: 2 }]);
  } finally {
    await control.start();
  }
});

test('a key that was revoked, or is of a playground, is nobody’s to renew', async () => {
  await control.stop();
  await forget();
  await control.sql("update api_key set state = 'revoked', revoked_at = now()");
  await lookAt([0]);
  await control.start();
  expect(await told()).toEqual([{ n: 0, people: 0 }]);
});

/** Of the account, renewing so many days from now. */
async function planRenewing(days: number, every: 'month' | 'year', endsThen = false): Promise<void> {
  await control.sql(
    `insert into plan_subscription (id, account_id, plan, every, price_microusd, credit_microusd, state, period_ends_at, ends_then, asked_at)
     values (gen_random_uuid(), $1::uuid, 'small', $2, 20000000, 20000000, 'active', now() + $3 * interval '1 day', $4, now())`,
    [account, every, days, endsThen],
  );
}
const toldOfPlans = () =>
  control.sql<{ template: string; n: number }>(
    "select template, count(*)::int as n from mail where template like 'plan_%' group by 1 order by 1",
  );

test('before a plan renews or ends, whoever can end it is told; a yearly one within California’s window as well', async () => {
  await control.stop();
  try {
    await planRenewing(29, 'month');
    await lookAt([0]);
    expect(await toldOfPlans()).toEqual([]);
    await planRenewing(29, 'year');
    await lookAt([0, 0]);
    expect(await toldOfPlans()).toEqual([{ template: 'plan_renews', n: 2 }]);
    await lookAt([0]);
    await planRenewing(2, 'month', true);
    await lookAt([0]);
    expect(await toldOfPlans()).toEqual([
      { template: 'plan_ends', n: 2 },
      { template: 'plan_renews', n: 2 },
    ]);
    // Nobody is told of what rests.
    await control.sql("delete from mail where template like 'plan_%'");
    await control.sql('update plan_subscription set is_paused = true');
    await lookAt([0]);
    expect(await toldOfPlans()).toEqual([]);
  } finally {
    await control.start();
  }
});

const toldOfCards = () =>
  control.sql<{ n: number; people: number }>(
    "select count(*)::int as n, count(distinct person_id)::int as people from mail where template = 'card_ends'",
  );
/** So many days from now; null: none that ends. */
async function cardsEnding(recharge: number | null, plan: number | null): Promise<void> {
  const end = (days: number | null) =>
    days === null ? null : new Date(Math.floor(Date.now() / DAY_MS + days) * DAY_MS);
  await control.sql('delete from saved_card');
  await control.sql(
    'insert into saved_card (account_id, recharge_ends_at, plan_ends_at, next_at) values ($1::uuid, $2, $3, now())',
    [account, end(recharge), end(plan)],
  );
}

test('before a card that Stripe keeps ends, whoever sees to the money is told once a step, of all that rests on it', async () => {
  await control.stop();
  try {
    await control.sql('delete from plan_subscription');
    await planRenewing(40, 'month');
    await cardsEnding(60, null);
    await lookAt([0]);
    expect(await toldOfCards()).toEqual([{ n: 0, people: 0 }]);
    await cardsEnding(10, 10);
    await lookAt(['doubted']);
    expect(await toldOfCards()).toEqual([{ n: 0, people: 0 }]);
    await lookAt([0, 0, 0]);
    await lookAt([60_000]);
    expect(await toldOfCards()).toEqual([{ n: 2, people: 2 }]);
    // The clock goes on past two steps, and back.
    await lookAt([9.2 * DAY_MS]);
    expect(await toldOfCards()).toEqual([{ n: 4, people: 2 }]);
    await lookAt([0]);
    await lookAt([7.5 * DAY_MS]);
    await lookAt([11 * DAY_MS]);
    expect(await toldOfCards()).toEqual([{ n: 4, people: 2 }]);
    // Two cards are two things; another card, another date.
    await cardsEnding(10, 13);
    await lookAt([0, 0]);
    expect(await toldOfCards()).toEqual([{ n: 6, people: 2 }]);
  } finally {
    await control.start();
  }
  const { body } = await control.admin('GET', '/mails');
  const texts = await Promise.all(
    body.mails
      .filter(({ template }: { template: string }) => template === 'card_ends')
      .map(async ({ id }: { id: string }) => (await control.admin('GET', `/mails/${id}`)).body.text),
  );
  expect(texts.join()).toContain('It pays for automatic recharge and the plan “Small”.');
  expect(texts.join()).toContain('It pays for the plan “Small”.');
  expect(texts[0]).toMatch(/expires at the end of \d{4}-\d\d-\d\d\./);
  expect(texts[0]).toContain(`/console/acct_${account}/credit/portal`);
});
