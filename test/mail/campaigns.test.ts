/** Promotional mail goes to those whose consent stands when it goes, at most once each, and never as service mail. */
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { hire, officeOf } from '../outside/office.ts';
import type { Browser } from '../sign-in/browser.ts';
import { somebody } from '../sign-in/person.ts';
import { dkimpy, signedFields, verify } from './signing.ts';
import { answer, campaignsOf, linkIn, sentTo, startWorld, WORDS, type World, willing } from './world.ts';

let world: World;
let desk: ReturnType<typeof campaignsOf>;
const ADA = 'ada@example.org';

beforeAll(async () => {
  world = await startWorld();
  desk = campaignsOf(world);
  await willing(world.control, ADA);
}, 120_000);
afterAll(() => world?.stop());
afterEach(async () => {
  world.mails.behave = () => 'take';
  world.mails.mails.length = 0;
});

const statesOf = (campaign: string) =>
  world.control.sql<{ state: string; attempts: number }>(
    'select state, attempts from promotional_mail where campaign_id = $1::uuid',
    [campaign],
  );

async function sent(words?: Readonly<Record<string, string>>): Promise<string> {
  const id = await desk.written(words);
  expect((await desk.tell(id, 'schedule', { at: '' })).status).toBe(303);
  await desk.done(id);
  return id;
}

test.each([
  'Re: your question',
  'Action required',
  'Your API key ends tomorrow',
  'Confirm your e-mail address',
  'Invoice 17',
])('“%s” is refused: it reads like service mail', async (subject) => {
  const { post } = officeOf(world.control);
  const answered = await post(world.admin, '/desk/campaigns/new', { ...WORDS, subject });
  expect(answered.status).toBe(400);
  expect(await answered.text()).toContain('reads like mail about somebody’s account');
});

test('a subject of two lines, no text, a time that is over, and a form from elsewhere are refused', async () => {
  const { post } = officeOf(world.control);
  const lines = { ...WORDS, subject: 'News\r\nBcc: eve@example.org' };
  expect((await post(world.admin, '/desk/campaigns/new', lines)).status).toBe(400);
  expect((await post(world.admin, '/desk/campaigns/new', { ...WORDS, words: ' ' })).status).toBe(400);
  expect((await post(world.admin, '/desk/campaigns/new', WORDS, 'https://evil.example')).status).not.toBe(
    303,
  );
  const id = await desk.written();
  expect((await desk.tell(id, 'schedule', { at: '2020-01-01T10:00' })).status).toBe(400);
  expect((await desk.tell(id, 'pause')).status).toBe(409);
  expect((await desk.tell(id, 'go_on')).status).toBe(409);
  expect(await desk.stateOf(id)).toBe('draft');
});

test('a mail: two ways out in its head, signed, in text and HTML, with the postal address, and nothing that is fetched', async () => {
  await sent();
  const mail = await world.mails.next(ADA);
  const source = world.mails.sourceOf(mail);
  const link = linkIn(mail.text);
  const raw = source.toString('latin1').replaceAll(/\r\n[ \t]+/g, ' ');
  expect(raw).toContain(`List-Unsubscribe: <${link}>\r\n`);
  expect(raw).toContain('List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n');
  expect(signedFields(source)).toEqual(expect.arrayContaining(['list-unsubscribe', 'list-unsubscribe-post']));
  if ('python' in dkimpy) expect(verify(source, world.dkim)).toBe('holds');
  expect(mail.subject).toBe(WORDS.subject);
  expect(mail.text).toContain('1 Example Street, Exampleton');
  const html = String(mail.html);
  expect(html).toContain(`<a href="${link}">`);
  expect(html).toContain('<a href="https://example.org/models?a=1&amp;b=2">');
  expect(html).toContain('1 Example Street, Exampleton');
  expect(html).not.toMatch(/<img|src=|url\(|@import|<script|<link/i);
  // Nothing in the link says whose it is.
  const [row] = await world.control.sql<{ hash: Buffer }>('select token_hash as hash from promotional_mail');
  expect(link).not.toContain(row?.hash.toString('hex'));
});

test('nobody gets one who took it back, whose data are restricted, who is going, suspended or unconfirmed', async () => {
  const { control } = world;
  const names = ['out', 'restricted', 'going', 'suspended', 'unconfirmed', 'erased'] as const;
  const [out] = await Promise.all(names.map((name) => willing(control, `${name}@example.org`)));
  await answer(control, out as Browser, 'refused');
  const personOf = officeOf(control).personOf;
  const restricted = await personOf('restricted@example.org');
  await control.sql(
    'insert into restriction (id, person_id, since) values (gen_random_uuid(), $1::uuid, now())',
    [restricted],
  );
  const unconfirmed = await personOf('unconfirmed@example.org');
  await control.sql('update person set email_verified_at = null where id = $1::uuid', [unconfirmed]);
  for (const [email, what, body] of [
    ['going@example.org', 'erase', { when: 'after grace' }],
    ['suspended@example.org', 'suspension', { ground: 'abuse', reason: 'Spam' }],
    ['erased@example.org', 'erase', { when: 'now' }],
  ] as const)
    expect((await control.admin('POST', `/accounts/${email}/${what}`, body)).status).toBeLessThan(300);
  await sent();
  expect(sentTo(world.mails)).toEqual([ADA]);
});

test('taken back while it waits, it does not come; said yes again, it does', async () => {
  const { control } = world;
  const late = await willing(control, 'late@example.org');
  const id = await desk.written();
  await desk.tell(id, 'schedule', { at: '2999-01-01T10:00' });
  const inAYear = new Date(Date.now() + 86_400_000).toISOString().slice(0, 16);
  expect(await desk.stateOf(id)).toBe('draft');
  expect((await desk.tell(id, 'schedule', { at: inAYear })).status).toBe(303);
  expect(await desk.stateOf(id)).toBe('scheduled');
  await desk.tell(id, 'pause');
  await control.sql('update campaign set send_at = now() where id = $1::uuid', [id]);
  await answer(control, late, 'refused');
  expect(sentTo(world.mails)).toEqual([]);
  await desk.tell(id, 'go_on');
  await desk.done(id);
  expect(sentTo(world.mails)).toEqual([ADA]);
  await answer(control, late, 'given');
  await sent();
  expect(sentTo(world.mails)).toEqual([ADA, ADA, 'late@example.org']);
  await answer(control, late, 'refused');
});

test('refused for good is over; refused for now comes later, once; a lost answer is not sent again', async () => {
  const { mails, control } = world;
  mails.behave = () => 550;
  expect(await statesOf(await sent())).toEqual([{ state: 'refused', attempts: 1 }]);
  mails.behave = () => 'lose';
  const lost = await sent();
  expect(await statesOf(lost)).toEqual([{ state: 'unknown', attempts: 1 }]);
  expect(sentTo(mails)).toEqual([ADA]);
  mails.mails.length = 0;
  mails.behave = () => 451;
  const later = await desk.written();
  await desk.tell(later, 'schedule', { at: '' });
  await expect.poll(() => statesOf(later)).toEqual([{ state: 'waiting', attempts: 1 }]);
  mails.behave = () => 'take';
  await control.sql("update promotional_mail set next_at = now() where state = 'waiting'");
  await desk.tell(later, 'pause');
  await desk.tell(later, 'go_on');
  await desk.done(later);
  expect(await statesOf(later)).toEqual([{ state: 'sent', attempts: 2 }]);
  expect(sentTo(mails)).toEqual([ADA]);
});

test('a test goes to whoever asks, and to nobody else; cancelled, nothing goes', async () => {
  const id = await desk.written();
  expect((await desk.tell(id, 'test')).status).toBe(303);
  expect((await world.mails.next('boss@example.org')).subject).toBe('[Test] Two new models');
  expect((await desk.tell(id, 'cancel')).status).toBe(303);
  expect((await desk.tell(id, 'schedule', { at: '' })).status).toBe(409);
  expect(sentTo(world.mails)).toEqual([]);
});

test('numbers of fewer people than a group are not shown, and each act stands in the record', async () => {
  const { control } = world;
  const entries = () =>
    control.sql("select role from record_entry where kind = 'publication' and role = 'admin'");
  const before = (await entries()).length;
  const id = await sent();
  expect((await entries()).length - before).toBe(2);
  const page = await officeOf(control).text(world.admin, `/desk/campaigns/${id}`);
  expect(page).toContain('fewer than 10');
  expect(page).not.toContain('<dd>1</dd>');
});

test('an open survey begins a campaign with the address of its page; a draft, and who may not send, do not', async () => {
  const { control, admin, mails } = world;
  const { post, text } = officeOf(control);
  const title = 'How do you like the docs?';
  const endsOn = new Date(Date.now() + 9 * 86_400_000).toISOString().slice(0, 10);
  const made = await post(admin, '/desk/surveys/new', { title, words: 'So that we know.', endsOn });
  const survey = made.headers.get('location') ?? '';
  const begin = `/desk/campaigns/new?survey=${survey.split('/').at(-1)}`;
  const asked = (who: typeof admin, path: string) =>
    fetch(control.settings.siteUrl + path, { headers: { cookie: who.cookie }, redirect: 'manual' });
  await post(admin, survey, { do: 'add', kind: 'scale', text: 'How good?', options: '' });
  expect((await asked(admin, begin)).status).toBe(409);
  expect((await asked(admin, '/desk/campaigns/new?survey=nonsense')).status).toBe(404);
  await post(admin, survey, { do: 'open' });
  expect(await text(admin, survey)).toContain('Invite people by a campaign');
  const support = await hire(control, 'helps', 'support');
  expect((await asked(support, begin)).status).toBe(403);
  expect(await text(support, survey)).not.toContain('Invite people by a campaign');
  const page = await text(admin, begin);
  expect(page).toContain(`value="A survey: ${title}"`);
  const [, words = ''] = /<textarea[^>]*name="words"[^>]*>([^<]*)</.exec(page) ?? [];
  expect(words).toContain(`${control.settings.siteUrl}${survey.replace('/desk/', '/console/')}`);
  await willing(control, 'asked@example.org');
  await somebody(control, 'notasked@example.org');
  mails.mails.length = 0;
  await sent({ subject: `A survey: ${title}`, words });
  expect(sentTo(mails)).toContain('asked@example.org');
  expect(sentTo(mails)).not.toContain('notasked@example.org');
  expect((await mails.next('asked@example.org')).text).toContain('/console/surveys/');
});
