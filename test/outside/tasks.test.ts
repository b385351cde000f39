/**
 * Requests open a task in each system outside that may hold whom they are about: done by who looks after it and nobody
 * else, after a look that stands in the record; and no request is complete before the last of them is over.
 */
import { get } from 'node:http';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { openSite } from '../../src/site/server.ts';
import { requestsOf } from '../requests/people.ts';
import type { Browser } from '../sign-in/browser.ts';
import { somebody } from '../sign-in/person.ts';
import { startTestControl, type TestControl } from '../support/control.ts';
import { startPostgres, type TestPostgres } from '../support/postgres.ts';
import { hire, officeOf, type TaskRow, tasksIn } from './office.ts';

let postgres: TestPostgres;
let control: TestControl;
let office: ReturnType<typeof officeOf>;
let site: ReturnType<typeof requestsOf>;
let privacy: Browser;
let owner: Browser;
let ownerId: string;
let other: Browser;
let auditor: Browser;
let people = 0;
let email: string;
let ada: Browser;

beforeAll(async () => {
  postgres = await startPostgres();
  control = await startTestControl(postgres, {}, openSite);
  office = officeOf(control);
  site = requestsOf(control);
  privacy = await hire(control, 'privacy', 'privacy');
  owner = await hire(control, 'owner', 'finance');
  ownerId = await office.personOf('owner@example.org');
  other = await hire(control, 'other', 'support');
  auditor = await hire(control, 'auditor', 'auditor');
}, 60_000);
afterAll(async () => {
  await control?.end();
  await postgres?.stop();
});
beforeEach(async () => {
  for (const table of [
    'outside_file',
    'outside_task',
    'outside_system',
    'privacy_request_step',
    'privacy_request',
    'restriction',
    'mail',
  ])
    await control.sql(`delete from ${table}`);
  await control.sql('update session set authenticated_at = now()');
  email = `ada${++people}@example.org`;
  ada = await somebody(control, email);
});

const at = (task: Pick<TaskRow, 'id'>): string => `/desk/tasks/${task.id}`;
const only = async (): Promise<TaskRow> => {
  const rows = await tasksIn(control);
  expect(rows).toHaveLength(1);
  return rows[0] as TaskRow;
};
const look = (task: TaskRow, who = owner) => office.post(who, at(task), { do: 'look' });
function finish(task: TaskRow, form: Record<string, string>, who = owner, file?: Blob, name = 'a.txt') {
  const sent = new FormData();
  for (const [key, value] of Object.entries({ do: 'finish', ...form })) sent.set(key, value);
  if (file !== undefined) sent.set('file', file, name);
  return office.post(who, at(task), sent);
}
const FOUND = new Blob(['name,address\nAda,ada@example.org\n']);

test('nothing is registered: a request is as it ever was, and its page says nothing of systems', async () => {
  const path = await site.asked(ada, 'restrict');
  expect(await site.until('delivered')).toMatchObject({ decision: 'whole' });
  expect(await site.steps((await site.newest()).id)).not.toContain('do_own_part');
  expect(await site.page(path)).not.toContain('In other systems');
  expect(await tasksIn(control)).toEqual([]);
});

test('which right opens which task is a table: a use only where the system has it, a reading never', async () => {
  await office.registered(privacy, { name: 'A', owner: ownerId });
  await office.registered(privacy, { name: 'B', owner: ownerId, use_promotion: 'yes' });
  await office.registered(privacy, { name: 'C', owner: ownerId, holds_customers: 'no', holds_staff: 'yes' });
  const item =
    /value="(person\/[^"]+\/name)"/.exec(await site.page('/privacy/requests?for=correct', ada))?.[1] ?? '';
  const opened = async (right: string, form: Record<string, string> = {}) => {
    await control.sql('delete from outside_task');
    await site.asked(ada, right, form);
    await site.until('carrying_out', 'delivered');
    return (await tasksIn(control)).map(({ system, what }) => `${system} ${what}`).sort();
  };
  expect(await opened('confirm')).toEqual([]);
  expect(await opened('access')).toEqual(['A hand_in', 'B hand_in']);
  expect(await opened('restrict')).toEqual(['A restrict', 'B restrict']);
  expect(await opened('withdraw_consent')).toEqual(['B stop']);
  expect(await opened('opt_out_sale')).toEqual([]);
  expect(await opened('correct', { item, value: 'Ada King' })).toEqual(['A correct', 'B correct']);
});

test('what is held here is done at once; the request is complete when the last task is over, and then only', async () => {
  await office.registered(privacy, { name: 'A', owner: ownerId });
  await office.registered(privacy, { name: 'B', owner: ownerId });
  const path = await site.asked(ada, 'restrict');
  const { id } = await site.newest();
  expect(await control.sql('select 1 from restriction')).not.toEqual([]);
  expect(await site.until('carrying_out')).toMatchObject({ id });
  await expect.poll(() => site.mails()).toContain('request_waits_outside');
  expect(await site.mails()).not.toContain('request_delivered');
  const page = await site.page(path);
  expect(page).toContain('not complete');
  expect(page).toContain('still open');
  const [a, b] = (await tasksIn(control)) as [TaskRow, TaskRow];
  for (const { due_at } of [a, b]) expect(Number(due_at)).toBeLessThan(Number((await site.newest()).due_at));
  await look(a);
  expect((await finish(a, { outcome: 'done' })).status).toBe(303);
  await control.sql('update privacy_request set next_at = now()');
  expect((await site.newest()).state).toBe('carrying_out');
  await look(b);
  expect((await finish(b, { outcome: 'nothing_found' })).status).toBe(303);
  await site.until('delivered');
  expect(await site.steps(id)).toEqual([
    'came',
    'acknowledge',
    'take_up',
    'decide',
    'carry_out',
    'do_own_part',
    'deliver',
  ]);
  expect(await site.mails()).toContain('request_done_outside');
  const after = await site.page(path);
  expect(after).toContain('found, and restricted');
  expect(after).toContain('nothing was found');
});

test('whom to look for is shown to who looks after it, by a look in the record that the person sees; not before, not after', async () => {
  await office.registered(privacy, { owner: ownerId, name: 'Sales' });
  await site.asked(ada, 'restrict');
  await site.until('carrying_out');
  const task = await only();
  const looks = () => control.sql("select 1 from record_entry where kind = 'staff_read'");
  const before = (await looks()).length;
  for (const who of [owner, privacy, other]) expect(await office.text(who, at(task))).not.toContain(email);
  expect((await finish(task, { outcome: 'done' })).status).toBe(409);
  for (const [who, status] of [
    [null, 302],
    [ada, 404],
    [other, 403],
    [privacy, 403],
    [auditor, 403],
  ] as const) {
    expect((await look(task, who as Browser)).status).toBe(status);
    expect((await finish(task, { outcome: 'done' }, who as Browser)).status).toBe(status);
  }
  expect((await office.post(owner, at(task), { do: 'look' }, 'https://elsewhere.example')).status).toBe(400);
  expect((await looks()).length).toBe(before);
  const shown = await (await look(task)).text();
  expect(shown).toContain(email);
  expect(shown).toContain('Search by address');
  expect((await looks()).length).toBe(before + 1);
  expect(await site.page('/console/profile', ada)).toContain('To look for you in “Sales”');
  await control.sql("update session set authenticated_at = now() - interval '1 hour'");
  expect((await look(task)).status).toBe(403);
  await control.sql('update session set authenticated_at = now()');
  expect((await finish(task, { outcome: 'nothing_found' })).status).toBe(303);
  expect(await only()).toMatchObject({ state: 'nothing_found', has_who: false });
  expect((await look(task)).status).toBe(409);
  expect(await office.text(owner, at(task))).not.toContain(email);
});

test('the list has one’s own, everybody’s for who may see requests; the queue counts; mail says nothing of the person', async () => {
  await office.registered(privacy, { owner: ownerId, name: 'Sales' });
  await office.registered(privacy, { name: 'Paper' });
  await site.asked(ada, 'restrict');
  const { id } = await site.until('carrying_out');
  expect(await office.text(owner, '/desk/tasks')).toContain('Sales');
  expect(await office.text(owner, '/desk/tasks')).not.toContain('Paper');
  expect((await office.page(owner, '/desk/tasks?all')).status).toBe(403);
  expect(await office.text(privacy, '/desk/tasks')).toContain('Paper');
  expect(await office.text(privacy, '/desk/tasks')).not.toContain('Sales');
  expect(await office.text(auditor, '/desk/tasks?all')).toContain('Sales');
  expect((await office.page(auditor, '/desk/tasks')).status).toBe(403);
  expect(await office.text(privacy, '/desk/requests')).toMatch(/2(<!-- -->)? outside open/);
  expect(await office.text(privacy, `/desk/requests/${id}`)).toContain('Sales');
  expect(await fetchMetrics()).toContain('kept_outside_tasks_open 2');
  await control.sql("update outside_task set due_at = now() - interval '1 day'");
  expect(await fetchMetrics()).toContain('kept_outside_tasks_overdue 2');
  expect((await control.admin('GET', '/facts')).body.outside).toEqual({
    systems: 2,
    open: 2,
    overdue: 2,
    ownerless: 1,
  });
  await control.stop();
  await control.start();
  await expect
    .poll(async () => (await site.mails()).filter((each) => each === 'outside_tasks_due'))
    .toHaveLength(2);
  const letter = await site.letter('outside_tasks_due');
  expect(letter).not.toContain(email);
  await control.stop();
  await control.start();
  expect((await site.mails()).filter((each) => each === 'outside_tasks_due')).toHaveLength(2);
});
/** Of the admin socket, which answers text here. */
const fetchMetrics = (): Promise<string> =>
  new Promise((resolve, reject) => {
    get({ socketPath: control.settings.adminSocket, path: '/metrics', agent: false }, (response) => {
      let text = '';
      response.on('data', (part) => {
        text += part;
      });
      response.on('end', () => resolve(text));
    }).on('error', reject);
  });

test('what is handed in is a file by its bytes, of 10 MB at most; its person downloads it, and nobody else', async () => {
  await office.registered(privacy, { owner: ownerId });
  const path = await site.asked(ada, 'access');
  await site.until('carrying_out');
  const task = await only();
  await look(task);
  const big = new Blob([Buffer.alloc(50 * 1024 * 1024, 'a')]);
  const refused: readonly (readonly [Blob | undefined, number])[] = [
    [undefined, 400],
    [new Blob([]), 400],
    [new Blob([Buffer.from([0x7f, 0x45, 0x4c, 0x46, 0, 1, 2])]), 400],
    [new Blob([Buffer.from([0xff, 0xfe, 0x41, 0])]), 400],
    [new Blob([Buffer.alloc(10 * 1024 * 1024 + 1, 'a')]), 413],
    [big, 413],
  ];
  for (const [file, status] of refused)
    expect((await finish(task, { outcome: 'done' }, owner, file, '../<script>.pdf')).status).toBe(status);
  expect(
    (await finish(task, { outcome: 'done' }, owner, FOUND, '"><script>alert(1)</script>.exe')).status,
  ).toBe(303);
  await expect.poll(async () => (await site.newest()).state, { timeout: 20_000 }).toBe('delivered');
  const [stored] = await control.sql<{ text: string }>(
    "select encode(content, 'escape') as text from outside_file",
  );
  expect(stored?.text).not.toContain('ada@example.org');
  expect(await site.page(path)).toContain(`/console/handed-in/${task.id}`);
  const file = `/console/handed-in/${task.id}`;
  const mine = await office.page(ada, file);
  expect(mine.status).toBe(200);
  expect(mine.headers.get('content-disposition')).toBe(`attachment; filename="kept-outside-${task.id}.txt"`);
  expect(mine.headers.get('x-content-type-options')).toBe('nosniff');
  expect(await mine.text()).toBe('name,address\nAda,ada@example.org\n');
  for (const who of [owner, privacy]) expect((await office.page(who, file)).status).toBe(404);
  expect((await office.page(null, file)).status).toBe(302);
}, 60_000);

test('what cannot be done has a ground out of the law’s list, which the person reads with where it stands', async () => {
  await office.registered(privacy, { owner: ownerId, name: 'Books' });
  const path = await site.asked(ada, 'restrict', { place: 'US-VA' });
  await site.until('carrying_out');
  const task = await only();
  await look(task);
  for (const ground of ['', 'nonsense', 'identity_not_proven'])
    expect((await finish(task, { outcome: 'cannot', ground })).status, ground).toBe(400);
  const grounds = /<select id="ground"[\s\S]*?<\/select>/.exec(await office.text(owner, at(task)))?.[0] ?? '';
  const [, code = ''] = /<option value="(\w+)"/.exec(grounds) ?? [];
  expect((await finish(task, { outcome: 'cannot', ground: code })).status).toBe(303);
  await site.until('delivered');
  const page = await site.page(path);
  expect(page).toContain('not done, on a ground of the law');
  expect(page).toContain('It stands in');
});

test('two who end one task at once end it once', async () => {
  await office.registered(privacy, { name: 'Ours' });
  const second = await hire(control, `second${people}`, 'privacy');
  await site.asked(ada, 'restrict');
  await site.until('carrying_out');
  const task = await only();
  await look(task, privacy);
  const answers = await Promise.all([privacy, second].map((who) => finish(task, { outcome: 'done' }, who)));
  expect(answers.map(({ status }) => status).sort()).toEqual([303, 409]);
  const ended = await control.sql(
    "select 1 from record_entry where kind = 'outside_task' and role = 'privacy'",
  );
  expect(ended).toHaveLength(1);
});

test('nobody does a task about themselves: it falls to whoever decides', async () => {
  await office.registered(privacy, { owner: ownerId, holds_staff: 'yes' });
  await site.asked(owner, 'restrict');
  await site.until('carrying_out');
  const task = await only();
  expect((await look(task, owner)).status).toBe(403);
  expect((await look(task, privacy)).status).toBe(200);
});

test('a system that is registered while a request is under way gets its task; a retired one makes none, and its open ones stay', async () => {
  const a = await office.registered(privacy, { name: 'A', owner: ownerId });
  await site.asked(ada, 'restrict');
  await site.until('carrying_out');
  await office.registered(privacy, { name: 'B', owner: ownerId });
  await expect.poll(async () => (await tasksIn(control)).map(({ system }) => system)).toEqual(['A', 'B']);
  expect((await office.post(privacy, `/desk/systems/${a}`, { do: 'retire' })).status).toBe(303);
  expect((await tasksIn(control)).map(({ state }) => state)).toEqual(['open', 'open']);
  const grace = await somebody(control, `grace${people}@example.org`);
  await site.asked(grace, 'restrict');
  await site.until('carrying_out');
  expect((await tasksIn(control)).map(({ system }) => system)).toEqual(['A', 'B', 'B']);
  for (const task of await tasksIn(control)) {
    await look(task);
    expect((await finish(task, { outcome: 'done' })).status).toBe(303);
  }
  await expect
    .poll(async () => (await site.rows()).map(({ state }) => state))
    .toEqual(['delivered', 'delivered']);
  await office.registered(privacy, { name: 'C', owner: ownerId });
  expect(await tasksIn(control)).toHaveLength(3);
});

test('withdrawn, its tasks end and their keys die; asked twice, there is one task', async () => {
  await office.registered(privacy, { owner: ownerId });
  const path = await site.asked(ada, 'restrict');
  await site.until('carrying_out');
  await site.asked(ada, 'restrict');
  expect((await site.newest()).state).toBe('joined');
  const task = await only();
  expect((await site.post(null, path, { do: 'withdraw' })).status).toBe(303);
  expect(await only()).toMatchObject({ state: 'ended', has_who: false });
  expect((await look(task)).status).toBe(409);
});

test('whoever looks after it is erased or loses the role: the task falls to whoever decides', async () => {
  await hire(control, `gone${people}`, 'support');
  await office.registered(privacy, { owner: await office.personOf(`gone${people}@example.org`) });
  await site.asked(ada, 'restrict');
  await site.until('carrying_out');
  const task = await only();
  expect((await look(task, privacy)).status).toBe(403);
  await control.admin('POST', `/accounts/gone${people}%40example.org/erase`, { when: 'now' });
  expect(await office.text(privacy, '/desk/tasks')).toContain(at(task));
  expect((await look(task, privacy)).status).toBe(200);
});
