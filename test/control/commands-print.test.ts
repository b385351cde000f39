/** The commands' stable interface: what they print, for programs and for people, and how they fail. */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestControl, type TestControl } from '../support/control.ts';
import { usage } from '../support/link-client.ts';
import { startPostgres, type TestPostgres } from '../support/postgres.ts';

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url));
const EMAIL = 'grace@example.org';

let postgres: TestPostgres;
let control: TestControl;
let data: string;

beforeAll(async () => {
  postgres = await startPostgres();
  control = await startTestControl(postgres);
  data = await mkdtemp(join(tmpdir(), 'kept-data-'));
  await writeFile(join(data, 'instance.json'), JSON.stringify({ adminSocket: control.settings.adminSocket }));
}, 60_000);

afterAll(async () => {
  await control.end();
  await postgres.stop();
  await rm(data, { recursive: true });
});

interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

function kept(words: string[], folder: string = data): Promise<Ran> {
  const environment = { ...process.env, KEPT_DATA: folder };
  return new Promise((resolve) => {
    execFile(process.execPath, [MAIN, ...words], { env: environment }, (error, out, err) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : error === null ? 0 : -1, out, err });
    });
  });
}

/** Runs a command with `--json`; standard output must be one JSON document and nothing else. */
async function json(...words: string[]) {
  const { code, out, err } = await kept([...words, '--json']);
  expect([code, err]).toEqual([0, '']);
  return JSON.parse(out);
}

test('no instance: one sentence that says how to start one, exit code 1', async () => {
  const empty = await mkdtemp(join(tmpdir(), 'kept-none-'));
  const dead = await mkdtemp(join(tmpdir(), 'kept-dead-'));
  await writeFile(join(dead, 'instance.json'), JSON.stringify({ adminSocket: join(dead, 'gone.sock') }));
  for (const folder of [empty, dead, join(empty, 'nowhere')]) {
    expect(await kept(['usage', '--account', EMAIL, '--json'], folder)).toEqual({
      code: 1,
      out: '',
      err: `No Kept runs on ${folder}. Start it with \`npm start\`, or set KEPT_DATA.\n`,
    });
  }
  for (const folder of [empty, dead]) await rm(folder, { recursive: true });
});

test('account, credit, key, usage: the documented shapes', async () => {
  const account = await json('account', 'create', '--email', 'Grace@Example.org', '--name', 'Grace');
  expect(account).toEqual({ id: expect.stringMatching(/^acct_[0-9a-f]{32}$/), email: EMAIL });

  const credit = await json('credit', 'add', '--account', EMAIL, '--amount', '25.00', '--reason', 'start');
  expect(credit).toMatchObject({ amount_microusd: 25_000_000, balance_microusd: 25_000_000 });

  const limits = [
    '--rpm',
    '60',
    '--tpm',
    '9000',
    '--concurrency',
    '3',
    '--budget-day',
    '1.50',
    '--budget-month',
    '20',
  ];
  const key = await json(
    'key',
    'create',
    '--account',
    account.id,
    '--name',
    'first',
    ...limits,
    '--networks',
    '10.0.0.0/8,::1',
    '--expires',
    '2099-01-01',
  );
  expect(key).toEqual({
    id: expect.stringMatching(/^key_[0-9a-f]{32}$/),
    key: expect.stringMatching(/^kept_sk_\w{33}$/),
  });

  const { keys } = await json('key', 'list', '--account', EMAIL);
  expect(keys).toMatchObject([
    {
      id: key.id,
      state: 'active',
      limits: {
        rpm: 60,
        tpm: 9_000,
        concurrency: 3,
        budget_day_microusd: 1_500_000,
        budget_month_microusd: 20_000_000,
      },
      networks: ['10.0.0.0/8', '::1/128'],
      expires_at: '2099-01-01T00:00:00.000Z',
    },
  ]);

  const gateway = await control.gateway();
  const now = Date.now();
  const records = Array.from({ length: 12 }, (_, i) =>
    usage(account.id.slice(5), key.id.slice(4), 7, { startedAt: now - i }),
  );
  await gateway.records(records);
  gateway.close();
  const used = await json('usage', '--account', EMAIL);
  expect(used.totals).toMatchObject({
    requests: 12,
    prompt_tokens: 120,
    completion_tokens: 60,
    price_microusd: 84,
  });
  expect(used.records.map(({ id }: { id: string }) => id)).toEqual(records.map(({ id }) => `req_${id}`));
  expect((await json('usage', '--account', EMAIL, '--limit', '5')).records).toHaveLength(5);

  const list = await json('key', 'list', '--account', EMAIL);
  expect(list.keys[0].last_used_on).toBe(new Date().toISOString().slice(0, 10));
  expect(await json('key', 'revoke', key.id)).toEqual({ id: key.id, state: 'revoked' });
}, 30_000);

test('a consent is given, listed and taken back, each with its receipt, which can be checked offline', async () => {
  const email = 'consent@example.org';
  await json('account', 'create', '--email', email, '--name', 'Consent');
  const file = join(data, 'receipt.json');
  const order = ['--account', email, '--purpose', 'debug_capture', '--reason', 'her call'];
  const given = await kept(['consent', 'give', ...order, '--hours', '2', '--receipt', file]);
  expect(given).toMatchObject({ code: 0, err: '' });
  expect(given.out).toMatch(/^debug_capture: given, until 20\d\d-.*\.\nThe receipt is in /);
  const key = await readFile(join(control.settings.ledgerFolder, 'verifier-key'), 'utf8');
  const checked = await kept(['receipt', 'verify', `${file}.tlog-proof`, '--key', key.trim()]);
  expect(checked).toMatchObject({ code: 0, err: '' });
  expect(JSON.parse(await readFile(file, 'utf8'))).toMatchObject({ events: [{ event_state: 'given' }] });

  const { consents } = await json('consent', 'list', '--account', email);
  const state = consents.find((each: { purpose: string }) => each.purpose === 'debug_capture');
  expect(state).toMatchObject({ state: 'given', way: 'command', account: expect.stringMatching(/^acct_/) });
  expect(await json('consent', 'withdraw', ...order)).toMatchObject({ changed: true });
  expect((await kept(['consent', 'withdraw', ...order])).out).toBe('debug_capture: withdrawn, as before.\n');
  expect((await kept(['consent', 'list', '--account', email])).out).toMatch(
    /debug_capture +acct_\w+ +withdrawn/,
  );
  const wrong = await kept(['consent', 'give', ...order, '--hours', 'long']);
  expect([wrong.code, wrong.err]).toEqual([1, '--hours must be a number of hours, not “long”.\n']);
  expect((await kept(['consent', 'text', '--purpose', 'nothing'])).err).toMatch(/^--purpose must be one of /);
}, 120_000);

test('limits and terms are set one by one; what is not named stays', async () => {
  const { id } = await json(
    'account',
    'create',
    '--email',
    'terms@example.org',
    '--name',
    'Terms',
    '--staff',
    'privacy',
  );
  const first = await json('account', 'limits', '--account', id, '--rpm', '5', '--concurrency', 'none');
  expect(first.limits).toMatchObject({ rpm: 5, tpm: null, concurrency: null });
  const second = await json('account', 'limits', '--account', id, '--rpm', 'none', '--budget-day', '2');
  expect(second.limits).toMatchObject({ rpm: null, concurrency: null, budget_day_microusd: 2_000_000 });
  const third = await json('account', 'limits', '--account', id, '--tokens-day', '90000');
  expect(third.limits).toMatchObject({ budget_day_tokens: 90_000, budget_month_tokens: null });
  const terms = await json('account', 'terms', '--account', id, '--zero-retention', 'no', '--region', 'eu');
  expect(terms.terms).toEqual({
    zero_retention: false,
    allow_training: false,
    region: 'eu',
    allow_shared_cache: true,
    objections: [],
  });
  const any = await json('account', 'terms', '--account', id, '--region', 'any');
  expect(any).toMatchObject({ active: true, terms: { zero_retention: false, region: null } });
  const why = ['--ground', 'own_wish', '--reason', 'On holiday'];
  expect(await json('account', 'suspend', '--account', id, ...why)).toEqual({ id, active: false });
  expect((await json('account', 'show', '--account', id)).active).toBe(false);
  const tomorrow = new Date(Date.now() + 86_400_000).toISOString();
  const staff = ['account', 'staff', '--account', id, '--role'];
  expect((await kept([...staff, 'auditor', '--until', tomorrow])).out).toBe(
    `${id} has the role auditor at the desk, until ${tomorrow.slice(0, 16).replace('T', ' ')} UTC. They are told by mail.\n`,
  );
  expect((await kept([...staff, 'auditor', '--until', tomorrow])).out).toBe('That was so already.\n');
  expect(await json(...staff, 'none')).toEqual({ role: null, until: null, changed: true });
  const back = ['--reason', 'Back again'];
  expect(await json('account', 'resume', '--account', id, ...back)).toEqual({ id, active: true });
}, 30_000);

test.each([
  ['an account that exists', ['account', 'create', '--email', EMAIL, '--name', 'Grace'], /exists already/],
  [
    'an address that is none',
    ['account', 'create', '--email', 'grace', '--name', 'Grace'],
    /email: must be an e-mail address/,
  ],
  [
    'an unknown account',
    ['key', 'create', '--account', 'nobody@example.org', '--name', 'x'],
    /no such account/,
  ],
  [
    'an amount that is none',
    ['credit', 'add', '--account', EMAIL, '--amount', 'ten', '--reason', 'x'],
    /amount: must be/,
  ],
  [
    'a limit that is none',
    ['account', 'limits', '--account', EMAIL, '--rpm', 'many'],
    /--rpm must be a whole number or none/,
  ],
  [
    'a word that is neither yes nor no',
    ['account', 'terms', '--account', EMAIL, '--zero-retention', 'maybe'],
    /must be yes or no/,
  ],
  ['a missing option', ['key', 'create', '--name', 'x'], /--account/],
])(
  '%s: one sentence on standard error, nothing on standard output, exit code 1',
  async (_, words, sentence) => {
    const { code, out, err } = await kept([...words, '--json']);
    expect([code, out, err]).toEqual([1, '', expect.stringMatching(sentence)]);
  },
);

test('people get lines that say what to do next', async () => {
  const made = await kept(['account', 'create', '--email', 'people@example.org', '--name', 'People']);
  expect(made.out).toMatch(
    /^Account acct_\w+ for people@example.org\.\nTo set a password .+:\n +http\S+\/set-up\?token=[\w-]{43}\nNext: npx --no kept credit add/,
  );
  const key = await kept(['key', 'create', '--account', 'people@example.org', '--name', 'first']);
  expect(key.out).toMatch(/^kept_sk_\w+\nIts id is key_\w+\. The key itself is shown only now\.\n$/);
  const shown = await kept(['account', 'show', '--account', 'people@example.org']);
  expect(shown.out).toContain('Limits   200 at once');
  expect((await kept(['usage', '--account', 'people@example.org'])).out).toBe(
    '0 requests, 0 prompt tokens, 0 completion tokens, 0.00 USD\n',
  );
});

test('an operator hands out invitations and links, and reads mail that cannot be sent', async () => {
  const invited = await json('invite', '--uses', '3', '--days', '2');
  expect(invited).toMatchObject({ uses: 3, url: expect.stringMatching(/\/sign-up\?invitation=[\w-]{43}$/) });
  expect((await kept(['invite', '--uses', 'many'])).code).toBe(1);
  await kept(['account', 'create', '--email', 'linked@example.org', '--name', 'Linked']);
  const link = await json('account', 'link', '--account', 'linked@example.org');
  expect(link.url).toMatch(/\/set-up\?token=[\w-]{43}$/);
  const { sitePort } = control.settings;
  const origin = `http://127.0.0.1:${sitePort}`;
  await fetch(`${origin}/api/auth/ask-for-reset`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin },
    body: JSON.stringify({ email: 'linked@example.org' }),
  });
  const { mails } = await json('mail', 'list');
  expect(mails[0]).toMatchObject({ template: 'reset_password', state: 'undeliverable' });
  const shown = await kept(['mail', 'show', mails[0].id]);
  expect(shown.out).toMatch(
    /^To: linked@example\.org\nSubject: Set a new password\n\n[\s\S]+token=[\w-]{43}/,
  );
});
