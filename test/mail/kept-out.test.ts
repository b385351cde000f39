/** Whoever opted out or was erased stays out of partners' lists, also when nothing else is left of them, until they come themselves. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { officeOf } from '../outside/office.ts';
import { requestsOf } from '../requests/people.ts';
import { Browser } from '../sign-in/browser.ts';
import { tokenIn } from '../sign-in/mail-server.ts';
import { answer, campaignsOf, linkIn, startWorld, type World, willing } from './world.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld();
}, 120_000);
afterAll(() => world?.stop());

async function reader(email: string): Promise<void> {
  const site = requestsOf(world.control);
  await site.send(null, '/newsletter', { email });
  const token = tokenIn(await world.mails.next(email));
  const { status } = await site.send(null, `/newsletter/confirm?token=${token}`, { token, version: '2' });
  expect(status).toBe(303);
}

async function unsubscribes(email: string): Promise<void> {
  world.mails.mails.length = 0;
  const desk = campaignsOf(world);
  const id = await desk.written();
  await desk.tell(id, 'schedule', { at: '' });
  await desk.done(id);
  const link = linkIn((await world.mails.next(email)).text);
  await fetch(link, { method: 'POST', body: new URLSearchParams({ 'List-Unsubscribe': 'One-Click' }) });
}

const restarted = async () => {
  await world.control.stop();
  await world.control.start();
};
const people = async () => (await world.control.sql('select 1 from person')).length;

/** Time passes for everybody; true to life: who has nothing else here is forgotten. */
async function monthLater(): Promise<void> {
  const { control } = world;
  const before = await people();
  for (const [table, column] of [
    ['newsletter_reader', 'since'],
    ['consent', 'withdrawn_at'],
    ['person', 'created_at'],
  ])
    await control.sql(`update ${table} set ${column} = ${column} - interval '31 days'`);
  await restarted();
  await expect.poll(people, { timeout: 20_000 }).toBe(before - 1);
}

/** What is said of a list with this address before anybody is taken: whether they would be, and who stays out. */
async function listed(email: string): Promise<string> {
  const { post, text } = officeOf(world.control);
  const form = new FormData();
  const fields = { partner: 'Example Fairs', receivedOn: new Date().toISOString().slice(0, 10) };
  for (const [name, value] of Object.entries({ ...fields, ground: 'consent' })) form.set(name, value);
  form.set('list', new Blob([`Mail\n${email}\n`]), 'list.csv');
  const path = (await post(world.admin, '/desk/imports/new', form)).headers.get('location') ?? '';
  expect((await post(world.admin, path, { do: 'columns', email: '0' })).status).toBe(303);
  const page = (await text(world.admin, path)).replaceAll('<!-- -->', '');
  await post(world.admin, path, { do: 'cancel' });
  if (page.includes('Row 2: somebody who wants to stay out')) return 'out';
  return page.includes('1 person would be taken over') ? 'taken' : page;
}

const entries = async () =>
  (await world.control.sql("select 1 from record_entry where kind = 'suppression'")).length;

test('left, forgotten, and named by a partner: out; asked for by themselves: in again', async () => {
  await reader('leaves@example.org');
  expect(await listed('leaves@example.org')).toBe('taken');
  await unsubscribes('leaves@example.org');
  expect(await listed('leaves@example.org')).toBe('out');
  const before = await entries();
  await monthLater();
  expect(await entries()).toBe(before + 1);
  expect(await listed('Leaves@Example.org')).toBe('out');
  // PostgreSQL knows nothing of them, nor does the record.
  const stored = await world.control.sql<{ open: string }>(
    "select coalesce(open, '') as open from record_entry where kind = 'suppression'",
  );
  expect(JSON.stringify(stored)).not.toContain('leaves');
  // Asking alone lifts nothing, since anybody can; the link does.
  await requestsOf(world.control).send(null, '/newsletter', { email: 'leaves@example.org' });
  const token = tokenIn(await world.mails.next('leaves@example.org'));
  expect(await listed('leaves@example.org')).toBe('out');
  await requestsOf(world.control).send(null, '/newsletter/confirm', { token, version: '2' });
  expect(await listed('leaves@example.org')).toBe('taken');
});

test('who was forgotten without a no leaves nothing; who declines afterwards takes it away', async () => {
  await reader('declines@example.org');
  await unsubscribes('declines@example.org');
  await monthLater();
  expect(await listed('declines@example.org')).toBe('out');
  const declined = await world.control.admin('POST', '/accounts/declines%40example.org/erase', {
    when: 'now',
    forget_address: true,
  });
  expect(declined.body).toMatchObject({ state: 'done', stays: null });
  expect(await listed('declines@example.org')).toBe('taken');
  await requestsOf(world.control).send(null, '/contact', {
    kind: 'enquiry',
    subject: 'Once',
    words: 'And never again.',
    email: 'wrote@example.org',
  });
  await world.control.sql('delete from message');
  await world.control.sql('delete from conversation');
  await monthLater();
  expect(await listed('wrote@example.org')).toBe('taken');
});

test('a sign-up by a stranger that nobody confirms does not let an erased person in', async () => {
  const { control, mails } = world;
  await reader('erased@example.org');
  await control.admin('POST', '/accounts/erased%40example.org/erase', { when: 'now' });
  expect(await listed('erased@example.org')).toBe('out');
  const wish = { policy: '1', terms: '1', adult: true, agreed: true, password: 'quite another than theirs' };
  await new Browser(control.settings.siteUrl).post('/sign-up', {
    name: 'Eve',
    email: 'erased@example.org',
    ...wish,
  });
  await mails.next('erased@example.org');
  await monthLater();
  expect(await listed('erased@example.org')).toBe('out');
});

test('who said no and takes another address stays out under the earlier one as well; who said yes leaves nothing', async () => {
  const { control, mails } = world;
  for (const [word, verdict] of [
    ['refused', 'out'],
    ['given', 'taken'],
  ] as const) {
    const [email, later] = [`${word}@example.org`, `${word}@example.net`];
    const one = await willing(control, email);
    if (word === 'refused') await answer(control, one, word);
    expect(await listed(email)).not.toBe('taken');
    const before = await entries();
    await one.post('/ask-to-change-address', { email: later });
    await one.post('/change-address', { token: tokenIn(await mails.next(later)) });
    expect(await listed(email)).toBe(verdict);
    expect(await listed(later)).not.toBe('taken');
    expect((await entries()) - before).toBe(verdict === 'out' ? 1 : 0);
  }
});
