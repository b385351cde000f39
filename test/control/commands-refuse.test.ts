/** The admin API: bad input is refused with a sentence that names it, and changes nothing. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Customer, startTestControl, type TestControl } from '../support/control.ts';
import { startPostgres, type TestPostgres } from '../support/postgres.ts';

let postgres: TestPostgres;
let control: TestControl;
let customer: Customer;

beforeAll(async () => {
  postgres = await startPostgres();
  control = await startTestControl(postgres);
  customer = await control.customer();
}, 60_000);

afterAll(async () => {
  await control.end();
  await postgres.stop();
});

const name = 'Ada';
const email = 'ada@example.org';
/** A hundred days from now. */
const FUTURE = new Date(Date.now() + 100 * 86_400_000).toISOString();
const unknown = `acct_${'0'.repeat(32)}`;

test.each<[string, string, unknown, number, RegExp]>([
  ['POST', '/accounts', 'no json', 400, /not JSON/],
  ['POST', '/accounts', [], 400, /expected object/],
  ['POST', '/accounts', { name }, 400, /email/],
  ['POST', '/accounts', { email: 'ada', name }, 400, /email: must be an e-mail address/],
  ['POST', '/accounts', { email: `${'a'.repeat(300)}@example.org`, name }, 400, /email/],
  ['POST', '/accounts', { email, name: '  ' }, 400, /name: must not be empty/],
  ['POST', '/accounts', { email, name: 'a\nb' }, 400, /name: must not hold control characters/],
  ['POST', '/accounts', { email, name: 'a'.repeat(201) }, 400, /name/],
  ['POST', '/accounts', { email, name, staff: 'boss' }, 400, /staff: must be one of/],
  ['POST', '/accounts', { email, name, admin: true }, 400, /admin/],
  ['POST', '/accounts', { email, name, staff: 'auditor' }, 400, /until: an auditor’s role needs an end/],
  ['POST', '/accounts', { email, name, until: FUTURE }, 400, /until: only a role has an end/],
  ['POST', '/accounts/:me/staff', { role: 'boss' }, 400, /role: must be one of .*auditor, none/],
  ['POST', '/accounts/:me/staff', { role: 'none', until: FUTURE }, 400, /until: only a role has an end/],
  [
    'POST',
    '/accounts/:me/staff',
    { role: 'admin', until: '2020-01-31' },
    400,
    /until: must lie in the future/,
  ],
  ['POST', '/accounts/:me/staff', { role: 'admin', until: 'soon' }, 400, /until: must be a date like/],
  ['POST', '/accounts/:me/staff', { role: 'auditor' }, 400, /until: an auditor’s role needs an end/],
  ['POST', '/accounts/:me/staff', { role: 'auditor', until: FUTURE }, 400, /until: .*at most 90 days/],
  ['POST', '/accounts/nobody%40example.org/staff', { role: 'admin' }, 404, /no such person/],
  ['POST', '/accounts', { email, name: 'x'.repeat(70_000) }, 413, /at most 65536 bytes/],
  ['GET', '/accounts/nobody', undefined, 400, /e-mail address or by an id/],
  ['GET', `/accounts/${unknown}`, undefined, 404, /no such account/],
  ['GET', '/accounts/nobody%40example.org', undefined, 404, /no such account/],
  ['POST', `/accounts/${unknown}/credit`, { amount: '1', reason: 'r' }, 404, /no such account/],
  ['POST', '/accounts/:me/credit', { amount: 25, reason: 'r' }, 400, /amount/],
  ['POST', '/accounts/:me/credit', { amount: '0', reason: 'r' }, 400, /amount: .*not zero/],
  ['POST', '/accounts/:me/credit', { amount: '1.2345678', reason: 'r' }, 400, /amount: .*at most 6 decimals/],
  ['POST', '/accounts/:me/credit', { amount: '1e3', reason: 'r' }, 400, /amount/],
  ['POST', '/accounts/:me/credit', { amount: '1,00', reason: 'r' }, 400, /amount/],
  ['POST', '/accounts/:me/credit', { amount: '1000000000.000001', reason: 'r' }, 400, /amount/],
  ['POST', '/accounts/:me/credit', { amount: '1' }, 400, /reason/],
  ['POST', '/accounts/:me/credit', { amount: '1', reason: ' ' }, 400, /reason: must not be empty/],
  ['PATCH', '/accounts/:me', { limits: { rpm: -1 } }, 400, /limits.rpm: must not be negative/],
  ['PATCH', '/accounts/:me', { limits: { rpm: 1.5 } }, 400, /limits.rpm/],
  ['PATCH', '/accounts/:me', { limits: { tpm: 2 ** 31 } }, 400, /limits.tpm: must be at most/],
  ['PATCH', '/accounts/:me', { limits: { budget_day: '-1' } }, 400, /limits.budget_day/],
  ['PATCH', '/accounts/:me', { limits: { budget_day: 5 } }, 400, /limits.budget_day/],
  ['PATCH', '/accounts/:me', { limits: { budget_day_tokens: 1.5 } }, 400, /limits.budget_day_tokens/],
  ['PATCH', '/accounts/:me', { terms: { region: 'a b' } }, 400, /terms.region/],
  ['PATCH', '/accounts/:me', { terms: { zero_retention: 'yes' } }, 400, /terms.zero_retention/],
  ['PATCH', '/accounts/:me', { balance_microusd: 1 }, 400, /balance_microusd/],
  ['POST', '/accounts/:me/keys', {}, 400, /name/],
  ['POST', '/accounts/:me/keys', { name, networks: ['10.0.0.0/33'] }, 400, /networks.0: must be an address/],
  ['POST', '/accounts/:me/keys', { name, networks: ['example.org'] }, 400, /networks.0/],
  ['POST', '/accounts/:me/keys', { name, networks: ['fe80::1%eth0'] }, 400, /networks.0/],
  ['POST', '/accounts/:me/keys', { name, networks: [] }, 400, /networks/],
  ['POST', '/accounts/:me/keys', { name, models: ['gpt-9'] }, 400, /there is no gpt-9/],
  ['POST', '/accounts/:me/keys', { name, expires: 'soon' }, 400, /expires: must be a date/],
  ['POST', '/accounts/:me/keys', { name, expires: '2020-01-01' }, 400, /expires: must lie in the future/],
  ['POST', '/keys/nokey/revoke', undefined, 400, /like key_/],
  ['POST', `/keys/key_${'0'.repeat(32)}/revoke`, undefined, 404, /no such key/],
  ['GET', '/accounts/:me/usage?limit=0', undefined, 400, /limit/],
  ['GET', '/accounts/:me/usage?limit=10001', undefined, 400, /limit/],
  ['GET', '/accounts/:me/usage?after=x', undefined, 400, /after/],
  ['GET', '/accounts/:me/ledger?before=x', undefined, 400, /before/],
  ['GET', '/nothing', undefined, 404, /nothing at this path/],
  ['DELETE', '/accounts/:me', undefined, 404, /nothing at this path/],
])('%s %s %j → %i', async (method, path, body, status, sentence) => {
  const answer = await control.admin(method, path.replace(':me', customer.account), body);
  expect([answer.status, answer.body.error.message]).toEqual([status, expect.stringMatching(sentence)]);
  expect(answer.body.error.message).toMatch(/\.$/);
  const [counts] = await control.sql(
    'select (select count(*)::int from account) as accounts, (select count(*)::int from api_key) as keys, (select count(*)::int from ledger_entry) as entries',
  );
  expect(counts).toEqual({ accounts: 1, keys: 1, entries: 1 });
});

test('one person has one spelling: the same address cannot have a second account', async () => {
  const again = await control.admin('POST', '/accounts', {
    email: ` ${customer.email.toUpperCase()} `,
    name,
  });
  expect([again.status, again.body.error.code]).toEqual([409, 'account_exists']);
  const found = await control.admin(
    'GET',
    `/accounts/${encodeURIComponent(` ${customer.email.toUpperCase()}`)}`,
  );
  expect(found.body.id).toBe(`acct_${customer.account}`);
});

test('an account is found by address, by id, and by id with its prefix', async () => {
  for (const reference of [customer.email, customer.account, `acct_${customer.account}`]) {
    expect((await control.admin('GET', `/accounts/${encodeURIComponent(reference)}`)).status).toBe(200);
  }
});

test('revoking twice is revoking', async () => {
  const made = await control.admin('POST', `/accounts/${customer.account}/keys`, { name: 'twice' });
  for (let i = 0; i < 2; i++) {
    expect((await control.admin('POST', `/keys/${made.body.id}/revoke`)).body).toEqual({
      id: made.body.id,
      state: 'revoked',
    });
  }
});

test('the database holds no key, only what it hashes to under the pepper', async () => {
  const [row] = await control.sql<{ all: string }>(
    'select string_agg(api_key::text, $1) as all from api_key',
    ['\n'],
  );
  expect(row?.all).not.toContain(customer.secret.slice(8, 30));
});

test('the trial account is made once, with one dollar, however often it is asked for', async () => {
  const answers = await Promise.all([1, 2, 3].map(() => control.admin('POST', '/trial-key')));
  expect(new Set(answers.map(({ body }) => body.account)).size).toBe(1);
  expect(new Set(answers.map(({ body }) => body.key)).size).toBe(3);
  const account = await control.admin('GET', '/accounts/trial%40localhost');
  expect(account.body).toMatchObject({ id: answers[0]?.body.account, balance: '1.00', way: 'trial' });
});

test('credit can be taken back, and the ledger says both', async () => {
  const path = `/accounts/${(await control.customer({ credit: '0' })).account}`;
  await control.admin('POST', `${path}/credit`, { amount: '25.000001', reason: 'start' });
  const answer = await control.admin('POST', `${path}/credit`, { amount: '-5', reason: 'a mistake' });
  expect(answer.body).toMatchObject({ balance: '20.000001', balance_microusd: 20_000_001 });
  expect((await control.admin('GET', `${path}/ledger`)).body.entries).toMatchObject([
    { kind: 'credit', amount_microusd: -5_000_000, reason: 'a mistake' },
    { kind: 'credit', amount_microusd: 25_000_001, reason: 'start' },
  ]);
});
