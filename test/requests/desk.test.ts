/**
 * Requests at the desk: decided by a privacy officer with a ground of the law's list, appealed to another one, put off once
 * within the first period, entered from a letter; what was written opens after the record has the look.
 */
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { openSite } from '../../src/site/server.ts';
import type { Browser } from '../sign-in/browser.ts';
import { somebody, strengthen } from '../sign-in/person.ts';
import { startTestControl, type TestControl } from '../support/control.ts';
import { startPostgres, type TestPostgres } from '../support/postgres.ts';
import { proofIn, requestsOf } from './people.ts';

let postgres: TestPostgres;
let control: TestControl;
let site: ReturnType<typeof requestsOf>;
let people = 0;
let email: string;
let ada: Browser;
let first: Browser;
let second: Browser;
let support: Browser;
let auditor: Browser;

beforeAll(async () => {
  postgres = await startPostgres();
  control = await startTestControl(postgres, {}, openSite);
  site = requestsOf(control);
  const staff = async (name: string, role: string) => {
    const one = await somebody(control, `${name}@example.org`, role);
    await strengthen(one);
    return one;
  };
  first = await staff('first', 'privacy');
  second = await staff('second', 'privacy');
  support = await staff('support', 'support');
  auditor = await staff('auditor', 'auditor');
}, 60_000);
afterAll(async () => {
  await control?.end();
  await postgres?.stop();
});
beforeEach(async () => {
  await control.sql('delete from privacy_request_step');
  await control.sql('delete from privacy_request');
  await control.sql('delete from mail');
  email = `ada${++people}@example.org`;
  ada = await somebody(control, email);
});

const WORDS = 'My credit of March is wrong';
const at = (id: string): string => `/desk/requests/${id}`;
const REFUSAL = { do: 'decide', decision: 'refused', ground: 'would_be_wrong', words: 'The books say 10.' };
/** A correction in words, that waits for a decision: its page and its id. */
async function waiting(place = 'US-VA'): Promise<{ path: string; id: string }> {
  const path = await site.asked(ada, 'correct', { words: WORDS, place });
  return { path, id: (await site.newest()).id };
}
async function nameItem(): Promise<string> {
  const html = await site.page('/privacy/requests?for=correct', ada);
  return /value="(person\/[^"]+\/name)"/.exec(html)?.[1] ?? '';
}

test('the queue is by due date, marks what is late or soon, and shows nothing that was written', async () => {
  const { id } = await waiting();
  await control.sql("update privacy_request set due_at = now() - interval '1 day'");
  for (const who of [first, support, auditor]) {
    const page = await site.page('/desk/requests', who);
    expect(page).toContain(at(id));
    expect(page).toContain('late');
    expect(page).not.toContain(email);
    const one = await site.page(at(id), who);
    expect(one).toContain('Virginia gives this right');
    expect(one).not.toContain(WORDS);
    expect(one).not.toContain(email);
  }
  expect(await site.page('/desk/requests?all', first)).toContain(at(id));
  expect(await site.page('/desk/requests?after=nonsense', first)).toContain(at(id));
});

test('what was written opens for who decides, after the record has the look, which the person sees', async () => {
  const { id } = await waiting();
  const looks = () => control.sql("select 1 from record_entry where kind = 'staff_read'");
  const before = (await looks()).length;
  expect((await site.post(support, at(id), { do: 'open' })).status).toBe(403);
  expect((await site.post(auditor, at(id), { do: 'open' })).status).toBe(403);
  expect((await looks()).length).toBe(before);
  const answer = await site.post(first, at(id), { do: 'open' });
  expect([answer.status, await answer.text()]).toEqual([200, expect.stringContaining(WORDS)]);
  expect((await looks()).length).toBe(before + 1);
  expect(await site.page('/console/profile', ada)).toContain('To decide about your request');
});

test('a refusal names ground, rule, what would change it, appeal and regulator; without a ground it is none', async () => {
  const { path, id } = await waiting();
  for (const wrong of [
    { ...REFUSAL, ground: '' },
    { ...REFUSAL, ground: 'no_right' },
    { ...REFUSAL, words: ' ' },
  ])
    expect((await site.post(first, at(id), wrong)).status, JSON.stringify(wrong)).toBe(400);
  expect((await site.post(support, at(id), REFUSAL)).status).toBe(403);
  expect((await site.post(first, at(id), REFUSAL)).status).toBe(303);
  expect(await site.newest()).toMatchObject({ state: 'closed', decision: 'refused' });
  const letter = await site.letter('request_refused');
  for (const part of [
    'would make the data wrong',
    'You can appeal until',
    'Attorney General',
    'What would change it',
  ])
    expect(letter).toContain(part);
  expect(letter).not.toContain('The books say 10.');
  expect(await site.page(path)).toContain('The books say 10.');
  expect((await site.post(first, at(id), REFUSAL)).status).toBe(409);
});

test('an appeal has a deadline of its own, and never the first decider, whatever asks', async () => {
  const { path, id } = await waiting();
  await site.post(first, at(id), REFUSAL);
  expect((await site.post(null, path, { do: 'appeal', words: '' })).status).toBe(400);
  expect((await site.post(null, path, { do: 'appeal', words: 'Look at the bill' })).status).toBe(303);
  const appealed = await site.newest();
  expect(appealed.state).toBe('appeal_deciding');
  expect(Number(appealed.due_at)).toBeGreaterThan(Number(appealed.respond_by));
  expect((await site.post(null, path, { do: 'appeal', words: 'Again' })).status).toBe(409);
  const decision = { do: 'decide', decision: 'upheld', words: 'The bill says 10, too.' };
  expect((await site.post(first, at(id), decision)).status).toBe(403);
  await expect(
    control.sql('update privacy_request set appeal_decided_by = decided_by where id = $1::uuid', [id]),
  ).rejects.toThrow('privacy_request_other_eyes');
  expect((await site.post(second, at(id), decision)).status).toBe(303);
  expect((await site.newest()).state).toBe('closed');
  expect(await site.letter('appeal_decided')).toContain('The first decision stands');
  expect(await site.page(path)).toContain('The bill says 10, too.');
  expect(await site.steps(id)).toEqual([
    'came',
    'acknowledge',
    'take_up',
    'decide',
    'close',
    'appeal',
    'acknowledge',
    'decide_appeal',
    'close',
  ]);
});

test('an appeal that is granted is carried out', async () => {
  const { path, id } = await waiting();
  const item = await nameItem();
  await site.post(first, at(id), REFUSAL);
  await site.post(null, path, { do: 'appeal', words: 'My name is Ada Byron' });
  const decision = { do: 'decide', decision: 'whole', words: 'Put right.' };
  expect((await site.post(second, at(id), decision)).status).toBe(400);
  expect((await site.post(second, at(id), { ...decision, item, value: 'Ada Byron' })).status).toBe(303);
  expect((await site.until('delivered')).decision).toBe('refused');
  expect(await site.page('/console/profile', ada)).toContain('Ada Byron');
  expect(await site.mails()).toContain('request_carried_out');
});

test('an Iowan asks to correct: the law gives no such right, the policy does, and that is no ground', async () => {
  const { id } = await waiting('US-IA');
  const page = await site.page(at(id), first);
  expect(page).toContain('Iowa gives no such right that we know of; our policy does (ACCESS-2)');
  const opened = await (await site.post(first, at(id), { do: 'open' })).text();
  const grounds = [...opened.matchAll(/<option value="([a-z_]+)"/g)].map(([, code]) => code);
  expect(grounds).toContain('would_be_wrong');
  expect(
    grounds.filter((code) => /right|law_gives|no_such/.test(code ?? '') && code !== 'rights_of_others'),
  ).toEqual([]);
});

test('nobody decides about their own request, whatever asks', async () => {
  const path = await site.asked(first, 'object', { words: 'My own' });
  const { id } = await site.newest();
  expect((await site.post(first, at(id), { do: 'decide', decision: 'whole', words: 'Yes' })).status).toBe(
    403,
  );
  await expect(
    control.sql('update privacy_request set decided_by = person_id where id = $1::uuid', [id]),
  ).rejects.toThrow('privacy_request_not_own');
  expect((await site.post(second, at(id), { do: 'decide', decision: 'whole', words: 'Yes' })).status).toBe(
    303,
  );
  await site.until('delivered');
  expect(await site.page(path)).toContain('carried out');
  await control.sql('delete from restriction');
});

test('the answer is put off once, within the first period, told with the reason, and never where the law does not let it', async () => {
  const { path, id } = await waiting();
  const before = await site.newest();
  expect((await site.post(first, at(id), { do: 'extend', extension: 'no' })).status).toBe(400);
  expect((await site.post(first, at(id), { do: 'extend', extension: 'complex' })).status).toBe(303);
  const after = await site.newest();
  expect(Number(after.due_at)).toBeGreaterThan(Number(before.due_at));
  expect(await site.letter('request_extended')).toContain('it is complex');
  expect(await site.page(path)).toContain('put off once');
  expect((await site.post(first, at(id), { do: 'extend', extension: 'complex' })).status).toBe(409);
  const late = await waiting();
  await control.sql("update privacy_request set respond_by = now() - interval '1 hour' where id = $1::uuid", [
    late.id,
  ]);
  expect((await site.post(first, at(late.id), { do: 'extend', extension: 'many' })).status).toBe(409);
  await expect(
    control.sql('update privacy_request set extended_at = now() where id = $1::uuid', [late.id]),
  ).rejects.toThrow('privacy_request_law');
});

test('two reviewers at once: one decides, the other is told', async () => {
  const { id } = await waiting();
  const both = await Promise.all([first, second].map((who) => site.post(who, at(id), REFUSAL)));
  expect(both.map(({ status }) => status).sort()).toEqual([303, 409]);
  expect((await site.steps(id)).filter((event) => event === 'decide')).toHaveLength(1);
});

const letter = (form: Record<string, string> = {}) => ({
  right: 'access',
  place: 'US-CA',
  received: new Date(Date.now() - 5 * 86_400_000).toISOString().slice(0, 10),
  account: email,
  ...form,
});

test('a letter is entered with its day, and shown by the link that goes to the address held', async () => {
  expect((await site.post(auditor, '/desk/requests/new', letter())).status).toBe(403);
  for (const wrong of [
    letter({ received: '2999-01-01' }),
    letter({ received: 'yesterday' }),
    letter({ received: '2001-01-01' }),
    letter({ account: 'acct_x' }),
    letter({ right: 'delete' }),
  ])
    expect((await site.post(support, '/desk/requests/new', wrong)).status).toBeGreaterThanOrEqual(400);
  const answer = await site.post(support, '/desk/requests/new', letter());
  const row = await site.newest();
  expect(answer.headers.get('location')).toBe(at(row.id));
  expect(row).toMatchObject({ state: 'identity', person: null });
  expect(Date.now() - Number(row.received_at)).toBeGreaterThan(4 * 86_400_000);
  const token = proofIn(await site.letter('request_proof'));
  await site.post(null, `/privacy/requests/prove?token=${token}`, { token, answer: 'me' });
  expect(await site.until('delivered')).toMatchObject({ proven_by: 'link' });
}, 60_000);

test('somebody who decides has seen who wrote, and binds the letter to the account', async () => {
  await site.post(support, '/desk/requests/new', letter({ account: '', right: 'restrict' }));
  const { id } = await site.newest();
  expect((await site.post(support, at(id), { do: 'prove', account: email })).status).toBe(403);
  expect((await site.post(first, at(id), { do: 'prove', account: 'nobody@example.org' })).status).toBe(404);
  expect((await site.post(first, at(id), { do: 'prove', account: 'first@example.org' })).status).toBe(403);
  expect((await site.post(first, at(id), { do: 'prove', account: email })).status).toBe(303);
  expect(await site.until('delivered')).toMatchObject({ proven_by: 'staff' });
  await control.sql('delete from restriction');
});

test('whoever decides is told once a day of what is due, and overdue is a figure for an alarm', async () => {
  await waiting();
  await control.sql(
    "update privacy_request set due_at = now() - interval '1 day', respond_by = now() - interval '1 day'",
  );
  for (let starts = 0; starts < 2; starts++) {
    await control.stop();
    await control.start();
  }
  await expect.poll(() => site.mails()).toContain('requests_due');
  const told = await control.sql("select 1 from mail where template = 'requests_due'");
  expect(told).toHaveLength(2);
  const { requests } = (await control.admin('GET', '/facts')).body;
  expect(requests).toMatchObject({ open: 1, late: 1, deciders: 2 });
  const metrics = await fetchText('/metrics');
  expect(metrics).toMatch(/^kept_requests_overdue 1$/m);
  expect(metrics).toMatch(/^kept_requests_open 1$/m);
});

/** Of the admin socket, which answers text here. */
function fetchText(path: string): Promise<string> {
  return import('node:http').then(
    ({ get }) =>
      new Promise((resolve, reject) => {
        get({ socketPath: control.settings.adminSocket, path, agent: false }, (response) => {
          let text = '';
          response.on('data', (part) => {
            text += part;
          });
          response.on('end', () => resolve(text));
        }).on('error', reject);
      }),
  );
}

test('with one who decides, the list says that an appeal would find nobody', async () => {
  await control.admin('POST', '/accounts/second%40example.org/staff', { role: 'none' });
  const page = await site.page('/desk/requests', first);
  expect(page.includes('Only one person')).toBe(
    (await control.sql("select 1 from person where staff_role = 'privacy'")).length < 2,
  );
});
