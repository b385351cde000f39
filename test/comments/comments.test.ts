/**
 * Comments: nobody sees one before somebody here has read it; it is shown under the name that its author chose; what was
 * read is what is decided about; and its author changes and deletes it. The changelog, which they are about.
 */
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { readChangelog } from '../../src/control/policy/index.ts';
import { type Office, openOffice } from '../messages/office.ts';
import type { Browser } from '../sign-in/browser.ts';
import { somebody, strengthen } from '../sign-in/person.ts';

let office: Office;
let admin: Browser;
let ada: Browser;
let grace: Browser;
/** The newest entry's page. */
let entry: string;

beforeAll(async () => {
  office = await openOffice();
  admin = await somebody(office.control, 'admin@example.org', 'admin');
  await strengthen(admin);
  ada = await somebody(office.control, 'ada@example.org');
  grace = await somebody(office.control, 'grace@example.org');
  entry = `/changelog/${(await readChangelog())[0]?.id}`;
}, 60_000);
afterAll(async () => {
  await office?.stop();
});
beforeEach(async () => {
  await office.control.sql('delete from comment');
  office.mails.mails.length = 0;
});

const ids = async (): Promise<string[]> => {
  const rows = await office.control.sql<{ id: string }>(
    "select replace(id::text, '-', '') as id from comment order by written_at, id",
  );
  return rows.map(({ id }) => id);
};
const states = async () => {
  const rows = await office.control.sql<{ state: string }>(
    'select state from comment order by written_at, id',
  );
  return rows.map(({ state }) => state);
};
const write = (who: Browser | null, form: Record<string, string> = {}, page = entry) =>
  office.post(who, page, { words: 'Very useful.', ...form });
/** As staff reads it: its version. */
async function read(id: string): Promise<{ text: string; version: string }> {
  const text = await (await office.post(admin, `/desk/comments/${id}`, { do: 'read' })).text();
  const version = /name="version" value="([^"]+)"/.exec(text)?.[1] ?? '';
  return { text, version };
}
const decide = async (id: string, decision: string): Promise<number> => {
  const { version } = await read(id);
  return (await office.post(admin, `/desk/comments/${id}`, { do: 'decide', decision, version })).status;
};

test.each([
  ['nothing', { words: '  ' }],
  ['too much', { words: 'x'.repeat(2_001) }],
  ['a name that is too long', { name: 'x'.repeat(61) }],
  ['a name of two lines', { name: 'a\nb' }],
  ['words that turn the direction of text', { words: 'abc \u202e def' }],
  ['a name that nobody sees', { name: '\u200b' }],
])('a comment that cannot be is refused: %s', async (_what, form) => {
  expect((await write(ada, form as Record<string, string>)).status).toBe(400);
  expect(await states()).toEqual([]);
});

test('on a page that there is not, not signed in, or from elsewhere: nothing', async () => {
  expect((await write(ada, {}, '/changelog/2020-01-01-nothing')).status).toBe(404);
  expect((await write(ada, {}, '/comments/privacy')).status).toBe(404);
  expect((await write(ada, {}, '/comments/docs/../privacy')).status).toBe(404);
  expect((await office.get(null, '/comments/constructor')).status).toBe(404);
  expect((await write(null)).status).toBe(401);
  expect((await office.post(ada, entry, { words: 'x' }, 'https://elsewhere.example')).status).toBeOneOf([
    400, 403,
  ]);
  expect(await states()).toEqual([]);
});

test('nobody sees it before somebody has read it; then under the chosen name alone, and as text', async () => {
  const sent = await write(ada, {
    name: 'Tea <i>drinker</i>',
    words: '<script>alert(1)</script>\nSecond line',
  });
  expect([sent.status, sent.headers.get('location')]).toEqual([303, `${entry}?sent`]);
  expect(await office.page(null, entry)).not.toContain('Second line');
  expect(await office.page(grace, entry)).not.toContain('Second line');
  expect(await office.page(ada, entry)).toContain('waits to be read');
  const [id = ''] = await ids();
  expect(await office.page(admin, '/desk/comments')).toContain(`/desk/comments/${id}`);
  expect(await office.page(admin, `/desk/comments/${id}`)).not.toContain('Second line');
  const { text } = await read(id);
  expect(text).toContain('Second line');
  expect(text).not.toContain('ada@example.org');
  expect(await office.page(ada, '/console/profile')).toContain('To decide whether a comment is shown');
  expect(await decide(id, 'show')).toBe(303);
  const page = await office.page(null, entry);
  expect(page).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
  expect(page).toContain('Tea &lt;i&gt;drinker&lt;/i&gt;');
  expect(page).not.toContain('ada@example.org');
  const mail = await office.mails.next('ada@example.org');
  expect(mail.subject).toContain('comment');
  expect(mail.text).not.toContain('Second line');
});

test('refused, its author is told why and nobody sees it; changed, it is read again', async () => {
  await write(ada);
  const [id = ''] = await ids();
  expect(await decide(id, 'nonsense')).toBe(400);
  expect(await decide(id, 'advertising')).toBe(303);
  expect((await office.mails.next('ada@example.org')).text).toContain('advertises');
  expect(await office.page(null, entry)).not.toContain('Very useful');
  expect(await office.page(ada, `/console/comments/${id}`)).toContain('advertises');
  const [kept] = await office.control.sql<{ days: number }>(
    'select round(extract(epoch from until - now()) / 86400)::int as days from comment',
  );
  expect(kept?.days).toBe(90);
  await office.post(ada, `/console/comments/${id}`, { words: 'Useful.' });
  expect(await states()).toEqual(['waiting']);
  expect(await decide(id, 'show')).toBe(303);
  expect(await office.page(null, entry)).toContain('Useful.');
  // A word more, and it is hidden until that was read.
  await office.post(ada, `/console/comments/${id}`, { words: 'Buy my tea.' });
  expect(await office.page(null, entry)).not.toMatch(/Useful\.|Buy my tea/);
});

test('what was changed after it was read is not decided about', async () => {
  await write(ada);
  const [id = ''] = await ids();
  const { version } = await read(id);
  await office.post(ada, `/console/comments/${id}`, { words: 'Something else.' });
  const answer = await office.post(admin, `/desk/comments/${id}`, {
    do: 'decide',
    decision: 'show',
    version,
  });
  expect(answer.status).toBe(409);
  expect(await states()).toEqual(['waiting']);
  const without = await office.post(admin, `/desk/comments/${id}`, { do: 'decide', decision: 'show' });
  expect(without.status).toBe(400);
});

test('nobody reads or decides about their own, or touches somebody else’s', async () => {
  await write(admin);
  const [own = ''] = await ids();
  expect((await office.post(admin, `/desk/comments/${own}`, { do: 'read' })).status).toBe(403);
  await office.control.sql('delete from comment');
  await write(ada);
  const [id = ''] = await ids();
  expect((await office.get(grace, `/console/comments/${id}`)).status).toBe(404);
  expect((await office.post(grace, `/console/comments/${id}`, { words: 'Mine' })).status).toBe(404);
  expect((await office.post(grace, `/console/comments/${id}`, { do: 'delete' })).status).toBe(404);
  expect((await office.post(grace, `/desk/comments/${id}`, { do: 'read' })).status).toBe(404);
  expect(await ids()).toEqual([id]);
});

test('five on a page and no more; deleted, there is room again', async () => {
  const eve = await somebody(office.control, 'eve@example.org');
  for (let n = 0; n < 5; n++) expect((await write(eve, { words: `Word ${n}` })).status).toBe(303);
  expect((await write(eve)).status).toBe(409);
  expect((await write(eve, {}, '/comments/docs/errors')).status).toBe(303);
  const [first = ''] = await ids();
  expect((await office.post(eve, `/console/comments/${first}`, { do: 'delete' })).status).toBe(303);
  expect((await write(eve)).status).toBe(303);
});

test('so many a day and no more, whatever is written', async () => {
  const tired = await somebody(office.control, 'tired@example.org');
  const got: number[] = [];
  for (let n = 0; n < 22; n++) got.push((await write(tired, { words: '' })).status);
  expect(got.slice(0, 20)).toEqual(Array(20).fill(400));
  expect(got.slice(20)).toEqual([429, 429]);
});

test('of who restricted the use of their data nothing is shown or read; it is in their data, and ends', async () => {
  const joan = await somebody(office.control, 'joan@example.org');
  await write(joan, { words: 'Restricted words' });
  const [id = ''] = await ids();
  await decide(id, 'show');
  expect(await office.page(null, entry)).toContain('Restricted words');
  expect(await office.page(joan, '/console/profile/comment')).toContain('Restricted words');
  await office.control.sql(
    'insert into restriction (id, person_id, since) select gen_random_uuid(), person_id, now() from comment',
  );
  expect(await office.page(null, entry)).not.toContain('Restricted words');
  expect((await office.post(admin, `/desk/comments/${id}`, { do: 'read' })).status).toBe(409);
  expect(await office.page(admin, '/desk/comments?state=shown')).not.toContain(id);
  await office.control.sql('delete from restriction');
  await office.control.sql("update comment set until = now() - interval '1 hour'");
  await office.control.stop();
  await office.control.start();
  await expect.poll(ids, { timeout: 20_000 }).toEqual([]);
});

test('who is erased takes their comments along', async () => {
  const leaving = await somebody(office.control, 'leaving@example.org');
  await write(leaving);
  const [id = ''] = await ids();
  await decide(id, 'show');
  await office.control.admin('POST', '/accounts/leaving@example.org/erase', { when: 'now' });
  expect(await ids()).toEqual([]);
  expect(await office.page(null, entry)).not.toContain('Very useful');
});

test('the changelog is for everybody, and a feed that programs read', async () => {
  const entries = await readChangelog();
  const page = await office.page(null, '/changelog');
  for (const { id, title } of entries) {
    expect(page).toContain(`/changelog/${id}`);
    expect(page).toContain(title);
  }
  const feed = await office.get(null, '/changelog.atom');
  expect(feed.headers.get('content-type')).toBe('application/atom+xml; charset=utf-8');
  const text = await feed.text();
  expect(text.match(/<entry>/g)).toHaveLength(entries.length);
  expect(text).toContain(`<id>${office.control.settings.siteUrl}/changelog/${entries[0]?.id}</id>`);
});

test.each([
  ['a name without a day', 'surveys.md', '# Surveys\n\nWords.'],
  ['a day that there is not', '2026-02-31-surveys.md', '# Surveys\n\nWords.'],
  ['no title', '2026-02-28-surveys.md', 'Words.'],
  ['markup that is none of ours', '2026-02-28-surveys.md', '# Surveys\n\n<b>Words</b>'],
])('an entry of the changelog that cannot be shown is none: %s', async (_what, file, text) => {
  const folder = await mkdtemp(join(tmpdir(), 'kept-changelog-'));
  await writeFile(join(folder, file), text);
  await expect(readChangelog(folder)).rejects.toThrow();
});
