/** Versions of the policy: what is published, refused, announced, and from when it holds (CHANGE-1, CHANGE-2, SCOPE-2). */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openSite } from '../../src/site/server.ts';
import type { Browser } from '../sign-in/browser.ts';
import { somebody } from '../sign-in/person.ts';
import { startTestControl, type TestControl } from '../support/control.ts';
import { startPostgres, type TestPostgres } from '../support/postgres.ts';
import { daysLater, POLICY, publish, saying, stateOf, TERMS, wish } from './texts.ts';

let postgres: TestPostgres;
let control: TestControl;
let ada: Browser;

beforeAll(async () => {
  postgres = await startPostgres();
  control = await startTestControl(postgres, {}, openSite);
  ada = await somebody(control, 'ada@example.org');
}, 120_000);
afterAll(async () => {
  await control?.end();
  await postgres?.stop();
});

const page = async (path: string, cookie = '') => {
  const answer = await fetch(control.settings.siteUrl + path, { headers: { cookie }, redirect: 'manual' });
  const to = answer.headers.get('location') ?? '';
  return { status: answer.status, to, text: (await answer.text()).replaceAll('<!-- -->', '') };
};

test('on a new instance the texts that ship with it hold, with an entry in the record and a receipt', async () => {
  const { versions } = (await control.admin('GET', '/publications')).body;
  expect(versions).toMatchObject([
    { document: 'privacy-policy', version: 1, state: 'holds' },
    { document: 'terms', version: 1, state: 'holds' },
    { document: 'dpa', version: 1, state: 'holds' },
  ]);
  expect(await (await fetch(`${control.settings.siteUrl}/api/privacy/versions`)).json()).toEqual({
    versions,
  });
  const receipt = await page('/privacy/versions/1/receipt');
  expect(receipt.text).toContain('c2sp.org/tlog-proof');
  expect(await page('/privacy/versions/7/receipt')).toMatchObject({ status: 404 });
  expect(await control.sql('select 1 from announcement')).toEqual([]);
});

describe('refused, and nothing is published:', () => {
  test.each([
    ['a promise without its id', POLICY.replace('{INFER-1} ', ''), {}, 400, 'INFER-1'],
    ['a promise that the register does not have', `${POLICY}\n\n{MAGIC-1} We do magic.`, {}, 400, 'MAGIC-1'],
    ['a promise twice', `${POLICY}\n\n{INFER-1} Again.`, {}, 400, 'INFER-1'],
    ['what a page cannot show', `${POLICY}\n\n<script>alert(1)</script>`, {}, 400, 'cannot be shown'],
    ['nothing', ' ', {}, 400, 'empty'],
    ['what nobody says in plain words', saying('X.'), { summary: ' ' }, 400, 'plain words'],
    ['what nobody says to be significant or not', saying('X.'), { significant: '' }, 400, 'significant'],
    ['what was compared with another version', saying('X.'), { base: 4 }, 409, 'meanwhile'],
    ['a text that nobody knows', saying('X.'), { document: 'poem' }, 400, 'document'],
  ])('%s', async (_what, text, more, status, words) => {
    const answer = await publish(control, text, more);
    expect(answer.status).toBe(status);
    expect(answer.body.error.message).toContain(words);
    expect(await control.sql('select 1 from publication')).toHaveLength(3);
  });

  test('the text that holds is published already: the same answer, and no second one', async () => {
    const again = await publish(control, POLICY);
    expect(again).toMatchObject({ status: 200, body: { version: 1, changed: false } });
  });

  test('a notice period of three days, by the configuration', async () => {
    const { fileSchema } = await import('../../src/config/file-schema.ts');
    expect(fileSchema.safeParse({ policy_notice_days: 3 }).success).toBe(false);
    expect(fileSchema.safeParse({ policy_notice_days: 30 }).success).toBe(true);
  });
});

test('what Kept sees: words that differ, and what the system does otherwise, whatever the text says', async () => {
  const [row] = await control.sql<{ facts: string }>('select facts from publication limit 1');
  const facts = JSON.parse(row?.facts ?? '');
  delete facts.categories['user.name'];
  facts.retention.usage_record = 1;
  const rewrite = async (to: string) => {
    await control.stop();
    await control.sql('update publication set facts = $1', [to]);
    await control.start();
  };
  await rewrite(JSON.stringify(facts));
  const { body } = await control.admin('POST', '/publications/preview', {
    document: 'privacy-policy',
    text: saying('To tell you about changes of the services, and why.'),
    summary: 'We say why.',
  });
  expect(body.compared.filter(({ kind }: { kind: string }) => kind !== 'same')).toEqual([
    {
      kind: 'changed',
      isHeading: false,
      clauses: ['USE-4'],
      words: [
        { kind: 'same', text: 'To tell you about changes of the services' },
        { kind: 'added', text: ', and why' },
        { kind: 'same', text: '.' },
      ],
    },
  ]);
  expect(body.reasons.map(({ always }: { always: boolean }) => always)).toEqual([true, true, false]);
  expect(JSON.stringify(body.reasons)).toMatch(/A category of data.*usage_record.*USE-4/);
  expect(body.mail.text).toContain('We say why.');
  const no = await publish(control, saying('To tell you about changes.'), { significant: 'no' });
  expect(no).toMatchObject({ status: 409, body: { error: { code: 'significant_it_is' } } });
  await rewrite(row?.facts ?? '');
});

test('what is not significant holds at once: nobody is written, nobody is asked, the first page says so', async () => {
  const text = saying('To tell you of changes of the services.');
  const done = await publish(control, text, { significant: 'no', why: 'A word.' });
  const today = new Date().toISOString().slice(0, 10);
  expect(done).toMatchObject({ status: 201, body: { version: 2, state: 'holds', updated: today } });
  expect(await control.sql('select 1 from announcement')).toEqual([]);
  expect((await ada.me()).steps).toEqual([]);
  expect((await page('/privacy')).text).toContain(`<time dateTime="${today}"`);
  expect((await page('/privacy/versions/1')).text).toContain('This is an earlier version');
  expect((await page('/')).text).toContain('Our privacy policy changed.');
  const compared = (await page('/privacy/versions/2/against/1')).text;
  expect(compared).toMatch(/<del>.*about.*<\/del>/);
  expect(compared).toMatch(/<ins>.*of.*<\/ins>/);
  // Whoever signs up now agrees to it.
  expect((await ada.me()).documents).toEqual({ policy: '2', terms: '1' });
  const older = await publish(control, POLICY, { base: 2 });
  expect(older).toMatchObject({ status: 409, body: { error: { code: 'older_text' } } });
});

test('of two at once one is published, and the other looks again', async () => {
  const texts = ['To tell you what changes.', 'To tell you what is new.'].map(saying);
  const answers = await Promise.all(texts.map((text) => publish(control, text, { base: 2 })));
  expect(answers.map(({ status }) => status).sort()).toEqual([201, 409]);
  expect(await control.sql("select 1 from publication where document = 'privacy-policy'")).toHaveLength(3);
});

test('what is significant waits: it is announced, and nobody is asked before its day', async () => {
  expect(await stateOf(control, 3)).toBe('waits');
  expect(await control.sql('select 1 from announcement')).toHaveLength(1);
  expect((await ada.me()).steps).toEqual([]);
  expect((await page('/privacy/versions/3')).text).toContain('This version is announced');
  expect((await page('/')).text).toContain('Our privacy policy will change.');
  expect((await page(`/console/profile`, ada.cookie)).text).toContain('Our privacy policy will change.');
  const another = await publish(control, saying('To tell you all.'), { base: 3 });
  expect(another).toMatchObject({ status: 409, body: { error: { code: 'another_waits' } } });
  await daysLater(control, 29);
  await expect.poll(() => stateOf(control, 3)).toBe('waits');
});

test('a clock that jumped lets nothing hold', async () => {
  await control.stop();
  await control.sql("update clock_mark set seen_at = now() - interval '70 days', jumped_to = null");
  await daysLater(control, 2);
  await expect.poll(() => control.lines.some(({ code }) => code === 'clock_jumped')).toBe(true);
  expect(await stateOf(control, 3)).toBe('waits');
  await control.sql("update clock_mark set jumped_to = now() - interval '31 minutes'");
});

test('from its day on whoever signs in sees what changed and agrees, or leaves with their data; nothing else opens', async () => {
  await control.stop();
  await control.start();
  await expect.poll(() => stateOf(control, 3), { timeout: 15_000 }).toBe('holds');
  expect((await ada.me()).steps).toEqual(['agreement']);
  const { cookie } = ada;
  for (const path of ['/console', '/console/profile', '/console/security', '/console/dates', '/desk'])
    expect((await page(path, cookie)).to, path).toContain('/welcome?next=');
  const welcome = (await page('/welcome', cookie)).text;
  expect(welcome).toContain('Something that you agreed to has changed.');
  expect(welcome).toContain('<ins>');
  for (const path of ['/console/export', '/console/profile/delete'])
    expect(await page(path, cookie), path).toMatchObject({ status: 200, to: '' });
  // Keys go on.
  const key = await control.admin('POST', '/accounts/ada@example.org/keys', { name: 'works' });
  const gateway = await control.gateway();
  const told = await gateway.until('key', ({ id }) => id === key.body.id.slice(4));
  expect(told.active).toBe(true);
  gateway.socket.destroy();
  expect((await ada.post('/agree', { policy: '2', terms: '1', adult: true })).status).toBe(409);
  expect((await ada.post('/agree', { policy: '3', terms: '1', adult: true })).status).toBe(200);
  expect((await ada.me()).steps).toEqual([]);
  const agreed = await control.sql(
    "select version, way from agreement where agreed_to = 'policy' order by version",
  );
  expect(agreed).toEqual([
    { version: '1', way: 'first_sign_in' },
    { version: '3', way: 'new_version' },
  ]);
});

test('withdrawn before its day: it never holds, and whoever was told is told of that', async () => {
  const terms = wish(`${TERMS}\n\nKeys may not be given to others.`, { document: 'terms' });
  expect((await control.admin('POST', '/publications', terms)).body).toMatchObject({ state: 'waits' });
  const mails = (template: string) =>
    control.sql<{ n: number }>('select count(*)::int as n from mail where template = $1', [template]);
  await expect.poll(() => mails('terms_change'), { timeout: 15_000 }).toEqual([{ n: 1 }]);
  const back = { document: 'terms', version: 2 };
  expect((await control.admin('POST', '/publications/withdraw', back)).body).toMatchObject({
    state: 'withdrawn',
  });
  await expect.poll(() => mails('terms_change_withdrawn'), { timeout: 15_000 }).toEqual([{ n: 1 }]);
  expect((await control.admin('POST', '/publications/withdraw', back)).status).toBe(409);
  const gone = { document: 'terms', version: 9 };
  expect((await control.admin('POST', '/publications/withdraw', gone)).status).toBe(404);
  await daysLater(control, 40);
  expect((await page('/terms/versions/2')).text).toContain('was withdrawn, and never held');
  expect((await ada.me()).documents.terms).toBe('1');
  // The same text again is another version.
  const again = await control.admin('POST', '/publications', terms);
  expect(again).toMatchObject({ status: 201, body: { version: 3, state: 'waits' } });
});
