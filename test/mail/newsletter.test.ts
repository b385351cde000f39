/** The newsletter without an account: asked for, confirmed by its address, sent, left, and the rights of whoever reads it. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { officeOf } from '../outside/office.ts';
import { proofIn, requestsOf } from '../requests/people.ts';
import { Browser, GOOD_PASSWORD } from '../sign-in/browser.ts';
import { tokenIn } from '../sign-in/mail-server.ts';
import { somebody } from '../sign-in/person.ts';
import { campaignsOf, linkIn, sentTo, startWorld, type World } from './world.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld();
}, 120_000);
afterAll(() => world?.stop());

const site = () => requestsOf(world.control);
const ask = (email: string, origin?: string) => site().send(null, '/newsletter', { email }, origin);
const confirm = (token: string, version = '2') =>
  site().send(null, `/newsletter/confirm?token=${token}`, { token, version });

/** Asked for: the token of its mail. */
async function linkFor(email: string): Promise<string> {
  expect((await ask(email)).status).toBe(303);
  return tokenIn(await world.mails.next(email));
}

async function reader(email: string): Promise<void> {
  expect((await confirm(await linkFor(email))).status).toBe(303);
}

const consents = () =>
  world.control.sql<{ person: string; way: string; version: number; out: boolean; accounts: number }>(
    `select person_id::text as person, way, version, withdrawn_at is not null as out,
      (select count(*)::int from membership m where m.person_id = c.person_id) as accounts
     from consent c where purpose = 'promotional_mail' order by at`,
  );

const waiting = () => world.control.sql('select 1 from newsletter_asked');

async function campaign(): Promise<string[]> {
  world.mails.mails.length = 0;
  const desk = campaignsOf(world);
  const id = await desk.written();
  await desk.tell(id, 'schedule', { at: '' });
  await desk.done(id);
  return sentTo(world.mails);
}

test('what is no address, two lines, and a form from elsewhere are refused; a guessed link is over', async () => {
  for (const email of [
    '',
    'ada',
    'ada@example.org\r\nBcc: eve@example.org',
    `${'a'.repeat(300)}@example.org`,
  ])
    expect((await ask(email)).status).toBe(400);
  expect((await ask('ada@example.org', 'https://evil.example')).status).toBe(400);
  for (const token of ['', 'x', 'x'.repeat(43)]) expect((await confirm(token)).status).toBe(410);
  expect(await waiting()).toEqual([]);
});

test('the answer and the mail are the same whoever has the address; looking at the link changes nothing', async () => {
  await somebody(world.control, 'known@example.org');
  const said = async (email: string) => {
    const answer = await ask(email);
    const mail = await world.mails.next(email);
    const words = (mail.text ?? '').replaceAll(/token=[\w-]+/g, '');
    return { status: answer.status, to: answer.headers.get('location'), subject: mail.subject, words };
  };
  const stranger = await said('stranger@example.org');
  expect(await said('known@example.org')).toEqual(stranger);
  expect(stranger).toMatchObject({ status: 303, to: '/newsletter?sent', subject: 'Confirm the newsletter' });
  const token = await linkFor('looks@example.org');
  for (let looks = 0; looks < 2; looks++)
    expect(await site().page(`/newsletter/confirm?token=${token}`)).toContain('Yes, send it to me');
  expect(await consents()).toEqual([]);
  // Who is asked for too often is not written to any more, and is told so, whoever it is.
  for (const email of ['stranger@example.org', 'known@example.org']) {
    for (let tries = 0; tries < 4; tries++) expect((await ask(email)).status).toBe(303);
    expect((await ask(email)).status).toBe(429);
  }
});

test('confirmed by its button, once: a person without account, whose consent stands in the record', async () => {
  const token = await linkFor('ada@example.org');
  expect((await confirm(token, '1')).status).toBe(409);
  const before = await world.control.sql("select 1 from record_entry where kind = 'consent_given'");
  expect((await confirm(token)).status).toBe(303);
  expect((await confirm(token)).status).toBe(410);
  expect(await consents()).toMatchObject([{ way: 'newsletter', version: 2, out: false, accounts: 0 }]);
  const after = await world.control.sql("select 1 from record_entry where kind = 'consent_given'");
  expect(after.length - before.length).toBe(1);
  const stored = await world.control.sql<{ text: string }>(
    "select string_agg(p::text, ' ') || (select coalesce(string_agg(a::text, ' '), '') from newsletter_asked a) as text from person p",
  );
  expect(JSON.stringify(stored)).not.toContain('ada@');
  // Twice at once: one person.
  const [one, two] = [await linkFor('twice@example.org'), await linkFor('twice@example.org')];
  await Promise.all([confirm(one), confirm(two)]);
  expect(await consents()).toHaveLength(2);
});

test('whoever has an account consents as that person', async () => {
  await somebody(world.control, 'account@example.org');
  await reader('account@example.org');
  expect((await consents()).at(-1)).toMatchObject({ way: 'newsletter', accounts: 1 });
});

test('campaigns go to readers, until one click; thirty days later nothing is left of them', async () => {
  await reader('leaves@example.org');
  expect(await campaign()).toContain('leaves@example.org');
  const mail = await world.mails.next('leaves@example.org');
  const link = linkIn(mail.text);
  await fetch(link, { method: 'POST', body: new URLSearchParams({ 'List-Unsubscribe': 'One-Click' }) });
  expect(await campaign()).not.toContain('leaves@example.org');
  const { control } = world;
  const [left] = (await consents()).filter(({ out }) => out);
  const known = () => control.sql('select 1 from person where id = $1::uuid', [left?.person]);
  const restarted = async () => {
    await control.stop();
    await control.start();
  };
  await restarted();
  expect(await known()).toHaveLength(1);
  for (const [table, column] of [
    ['newsletter_reader', 'since'],
    ['consent', 'withdrawn_at'],
  ])
    await control.sql(
      `update ${table} set ${column} = ${column} - interval '31 days' where person_id = $1::uuid`,
      [left?.person],
    );
  await restarted();
  await expect.poll(known, { timeout: 20_000 }).toEqual([]);
  // Who still reads it stays.
  expect(await campaign()).toContain('ada@example.org');
});

test('unconfirmed, the address is gone when its time is over, and its link with it', async () => {
  const { control } = world;
  const token = await linkFor('late@example.org');
  await control.sql("update newsletter_asked set until = now() - interval '1 second'");
  expect((await confirm(token)).status).toBe(410);
  await control.stop();
  await control.start();
  await expect.poll(waiting, { timeout: 20_000 }).toEqual([]);
});

test('a server that is away: the link goes when it is back, once', async () => {
  const { mails, control } = world;
  mails.behave = () => 451;
  await ask('away@example.org');
  await expect
    .poll(() =>
      control.sql("select attempts from newsletter_asked where mail_at > now() - interval '1 hour'"),
    )
    .toEqual([{ attempts: 1 }]);
  mails.behave = () => 'take';
  await control.sql('update newsletter_asked set mail_at = now() where mail_at is not null');
  await ask('wakes@example.org');
  await mails.next('wakes@example.org');
  await confirm(tokenIn(await mails.next('away@example.org')));
  expect((await consents()).at(-1)).toMatchObject({ way: 'newsletter', out: false });
  expect(mails.mails.filter((mail) => mail.subject === 'Confirm the newsletter')).toEqual([]);
});

test('their rights work by their address: a copy is fetched without signing in, and a deletion is one', async () => {
  const { control, mails } = world;
  const requests = site();
  await reader('rights@example.org');
  await requests.asked(null, 'access', { email: 'rights@example.org' });
  const token = proofIn((await mails.next('rights@example.org')).text ?? '');
  const proven = await requests.post(null, `/privacy/requests/prove?token=${token}`, { token, answer: 'me' });
  const own = proven.headers.get('location')?.split('?')[0] ?? '';
  await requests.until('delivered');
  expect(await requests.page(own)).toContain('Download the archive');
  const archive = await requests.send(null, `${own}/archive`, { ask: 'yes' });
  expect(archive.headers.get('content-type')).toBe('application/zip');
  expect((await archive.arrayBuffer()).byteLength).toBeGreaterThan(1000);
  // Not by the page of whoever asked.
  const asked = await requests.asked(null, 'access', { email: 'rights@example.org' });
  expect((await requests.send(null, `${asked}/archive`, { ask: 'yes' })).status).toBe(404);
  expect((await control.admin('POST', '/accounts/rights@example.org/erase', { when: 'now' })).status).toBe(
    200,
  );
  expect(await campaign()).not.toContain('rights@example.org');
});

test('a reader who signs up gets a link to make an account, and reads on; a new password is nothing for them', async () => {
  const { control, mails } = world;
  await reader('signs@example.org');
  const browser = new Browser(control.settings.siteUrl);
  await browser.post('/ask-for-reset', { email: 'signs@example.org' });
  const wish = { policy: '1', terms: '1', adult: true, agreed: true };
  const password = 'quite another than theirs';
  const answer = await browser.post('/sign-up', {
    name: 'Eve',
    email: 'signs@example.org',
    password,
    ...wish,
  });
  expect(answer.status).toBeLessThan(300);
  const mail = await mails.next('signs@example.org');
  expect(await control.sql("select 1 from mail where template = 'reset_password'")).toEqual([]);
  expect(mail.subject).toBe('Make your account');
  const token = tokenIn(mail);
  expect((await control.admin('GET', '/accounts/signs@example.org')).status).toBe(404);
  await browser.post('/set-up', { token, password: GOOD_PASSWORD });
  const { status, body } = await control.admin('GET', '/accounts/signs@example.org');
  expect({ status, name: body.name }).toEqual({ status: 200, name: 'signs@example.org' });
  expect(await campaign()).toContain('signs@example.org');
  // The operator's command finds them as well.
  await reader('hired@example.org');
  const made = await control.admin('POST', '/accounts', { email: 'hired@example.org', name: 'Hired' });
  expect(made.status).toBe(201);
  expect((await consents()).at(-1)).toMatchObject({ accounts: 1 });
});

test('the desk sees how many there are, not fewer than a group', async () => {
  const page = await officeOf(world.control).text(world.admin, '/desk/campaigns');
  expect(page).toMatch(/Of them without an account<\/dt><dd>fewer than 10</);
});
