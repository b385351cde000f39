/**
 * Erasures and systems outside: tasks are opened before the person's key dies, whichever way the erasure came; they name whom to
 * look for under a key of their own until they are over; and no receipt says more than is so.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { noteVerifier } from '../../src/record/note.ts';
import { verifyReceipt } from '../../src/record/receipt.ts';
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
let people = 0;
let email: string;
let ada: Browser;
const DAY_MS = 86_400_000;

beforeAll(async () => {
  postgres = await startPostgres();
  control = await startTestControl(postgres, {}, openSite);
  office = officeOf(control);
  site = requestsOf(control);
  privacy = await hire(control, 'privacy', 'privacy');
}, 60_000);
afterAll(async () => {
  await control?.end();
  await postgres?.stop();
});
beforeEach(async () => {
  for (const table of [
    'outside_task',
    'outside_system',
    'privacy_request_step',
    'privacy_request',
    'legal_hold',
    'erasure',
  ])
    await control.sql(`delete from ${table}`);
  await control.sql('update session set authenticated_at = now()');
  email = `ada${++people}@example.org`;
  ada = await somebody(control, email);
  await office.registered(privacy, { name: 'Sales' });
});

const only = async (): Promise<TaskRow> => {
  const rows = await tasksIn(control);
  expect(rows).toHaveLength(1);
  return rows[0] as TaskRow;
};
const opened = () => expect.poll(async () => (await tasksIn(control)).length, { timeout: 15_000 }).toBe(1);
const at = ({ id }: TaskRow) => `/desk/tasks/${id}`;
const look = async (task: TaskRow) => (await office.post(privacy, at(task), { do: 'look' })).text();
const finish = (task: TaskRow, outcome = 'done') => office.post(privacy, at(task), { do: 'finish', outcome });
const erase = (when: string) =>
  control.admin('POST', `/accounts/${encodeURIComponent(email)}/erase`, { when });
const read = (receipt: string) =>
  verifyReceipt(receipt, [
    noteVerifier(readFileSync(join(control.settings.ledgerFolder, 'verifier-key'), 'utf8').trim()),
  ]) as unknown as { kind: string; content: { outside?: unknown; erasure: string } };
const completed = () => control.sql("select 1 from record_entry where kind = 'erasure_completed'");
/** As if its day had come; the next start erases. */
async function letItBegin(): Promise<void> {
  await control.sql("update erasure set due_at = now() - interval '1 minute' where state = 'scheduled'");
  await control.stop();
  await control.start();
  await expect
    .poll(async () => (await control.admin('GET', `/accounts/${encodeURIComponent(email)}`)).status, {
      timeout: 20_000,
    })
    .toBe(404);
}

test('a deletion opens its tasks when the grace begins, due before its day; erased, the person can still be found, until it is over', async () => {
  const path = await site.asked(ada, 'delete', { agreed: 'yes' });
  await site.until('carrying_out');
  const task = await only();
  const [due] = await control.sql<{ due_at: Date; id: string }>(
    "select due_at, replace(id::text, '-', '') as id from erasure",
  );
  expect(Number(task.due_at)).toBeLessThan(Number(due?.due_at) - 4 * DAY_MS);
  expect(Number(task.until)).toBeLessThanOrEqual(Number(due?.due_at) + 31 * DAY_MS);
  expect(task.erasure).toBe(due?.id);
  await letItBegin();
  await control.sql('update privacy_request set next_at = now()');
  await expect
    .poll(async () => site.steps((await site.newest()).id).then(() => site.newest()))
    .toMatchObject({
      state: 'carrying_out',
      person: null,
    });
  expect(await only()).toMatchObject({ state: 'open', person: null, has_who: true });
  const [entry] = await control.sql<{ n: number }>(
    "select count(*)::int as n from record_entry where kind = 'erasure_done'",
  );
  expect(entry?.n).toBe(1);
  expect(await site.page(path)).toContain('still open');
  const done = read(await (await office.page(null, `${path}/receipts/done`)).text());
  expect(done.content.outside).toEqual([{ system: 'Sales', state: 'open' }]);
  expect((await office.page(null, `${path}/receipts/completed`)).status).toBe(404);
  const before = (await completed()).length;
  // A system that is new now gets its task from what is known of the other.
  await office.registered(privacy, { name: 'Paper' });
  await expect
    .poll(async () => (await tasksIn(control)).map(({ system }) => system))
    .toEqual(['Sales', 'Paper']);
  for (const each of await tasksIn(control)) {
    expect(await look(each)).toContain(email);
    expect((await site.newest()).state).toBe('carrying_out');
    expect((await finish(each)).status).toBe(303);
    expect(await office.text(privacy, at(each))).not.toContain(email);
  }
  await site.until('delivered');
  expect((await completed()).length).toBe(before + 1);
  const whole = read(await (await office.page(null, `${path}/receipts/completed`)).text());
  expect(whole).toMatchObject({
    kind: 'erasure_completed',
    content: {
      erasure: due?.id,
      outside: [
        { system: 'Paper', state: 'done' },
        { system: 'Sales', state: 'done' },
      ],
    },
  });
  // The one from before still holds.
  expect(read(await (await office.page(null, `${path}/receipts/done`)).text()).kind).toBe('erasure_done');
  expect(await site.page(path)).toContain('Receipt of what came of it with others');
}, 60_000);

test('done before its day, the receipt says so, and needs no second entry', async () => {
  const path = await site.asked(ada, 'delete', { agreed: 'yes' });
  await site.until('carrying_out');
  const task = await only();
  await look(task);
  expect((await finish(task, 'nothing_found')).status).toBe(303);
  const before = (await completed()).length;
  await letItBegin();
  await control.sql('update privacy_request set next_at = now()');
  await site.until('delivered');
  const done = read(await (await office.page(null, `${path}/receipts/done`)).text());
  expect(done.content.outside).toEqual([{ system: 'Sales', state: 'nothing_found' }]);
  expect((await completed()).length).toBe(before);
}, 60_000);

test('by the operator’s command at once: the task is there, the receipt says that it is open, a second entry completes it', async () => {
  const { body } = await erase('now');
  expect(read(body.receipt).content.outside).toEqual([{ system: 'Sales', state: 'open' }]);
  const task = await only();
  expect(task).toMatchObject({ what: 'erase', request: null, person: null, state: 'open' });
  expect(Number(task.due_at)).toBeGreaterThan(Date.now());
  expect(await look(task)).toContain(email);
  const before = (await completed()).length;
  expect((await finish(task)).status).toBe(303);
  expect((await completed()).length).toBe(before + 1);
});

test('by the operator with the grace, or on the profile’s own page: tasks are opened; taken back, they end', async () => {
  await erase('after grace');
  await opened();
  expect(await only()).toMatchObject({ what: 'erase', state: 'open', request: null });
  await control.admin('POST', `/accounts/${encodeURIComponent(email)}/erase`, { when: 'after grace' });
  expect((await office.post(ada, '/console/leaving', {})).status).toBe(303);
  await expect.poll(async () => (await only()).state, { timeout: 15_000 }).toBe('ended');
  expect((await office.post(privacy, at(await only()), { do: 'look' })).status).toBe(409);
  expect((await office.post(ada, '/console/profile/delete', {})).status).toBe(303);
  await expect
    .poll(async () => (await tasksIn(control)).map(({ state }) => state), { timeout: 15_000 })
    .toEqual(['ended', 'open']);
  await letItBegin();
  expect(await tasksIn(control)).toHaveLength(2);
}, 60_000);

test('a deletion that they asked for as well as began has one task', async () => {
  expect((await office.post(ada, '/console/profile/delete', {})).status).toBe(303);
  await opened();
  await site.asked(null, 'delete', { email, agreed: 'yes' });
  const link = /token=([\w-]{43})/.exec(await site.letter('request_proof'))?.[1] ?? '';
  await site.post(null, `/privacy/requests/prove?token=${link}`, { token: link, answer: 'me' });
  await site.until('carrying_out');
  await control.sql('update privacy_request set next_at = now()');
  await expect.poll(async () => (await only()).request, { timeout: 15_000 }).toBe((await site.newest()).id);
}, 60_000);

test('nothing is registered: the receipt is as it ever was', async () => {
  await control.sql('delete from outside_system');
  expect(Object.keys(read((await erase('now')).body.receipt).content)).not.toContain('outside');
  expect(await tasksIn(control)).toEqual([]);
});

test('a sign-up that was never confirmed is nobody’s wish: nothing of it goes to other systems', async () => {
  await control.sql(
    "update person set email_verified_at = null, created_at = now() - interval '8 days' where id = $1::uuid",
    [await office.personOf(email)],
  );
  await control.sql(
    'update account set awaits_address = true where id in (select account_id from membership where person_id = $1::uuid)',
    [await office.personOf(email)],
  );
  await control.stop();
  await control.start();
  await expect
    .poll(async () => (await control.admin('GET', `/accounts/${encodeURIComponent(email)}`)).status, {
      timeout: 20_000,
    })
    .toBe(404);
  expect(await tasksIn(control)).toEqual([]);
}, 60_000);

test('a hold on the person: nothing is erased outside before it ends, and the task waits for that', async () => {
  await site.asked(ada, 'delete', { agreed: 'yes' });
  await site.until('carrying_out');
  expect((await control.admin('POST', `/accounts/${email}/holds`, { reason: 'an order' })).status).toBe(201);
  const task = await only();
  await look(task);
  expect((await finish(task)).status).toBe(409);
  expect(await office.text(privacy, at(task))).toContain('A legal hold is on this person');
  await control.sql(
    "update outside_task set due_at = now() - interval '1 day', until = now() + interval '1 day'",
  );
  await control.stop();
  await control.start();
  await expect
    .poll(async () => Number((await only()).due_at), { timeout: 15_000 })
    .toBeGreaterThan(Date.now());
  expect(Number((await only()).until)).toBeGreaterThan(Date.now() + 29 * DAY_MS);
  const { holds } = (await control.admin('GET', '/holds')).body;
  for (const { id } of holds) await control.admin('POST', `/holds/${id}/end`, {});
  expect((await finish(task)).status).toBe(303);
}, 60_000);

test('nobody does it in time: it ends as not done, by a time that is believed, and the second entry says so', async () => {
  await erase('now');
  const task = await only();
  await control.sql("update outside_task set until = now() - interval '1 minute'");
  await control.sql("update clock_mark set seen_at = now() - interval '40 days', jumped_to = null");
  await control.stop();
  await control.start();
  await expect.poll(() => control.lines.some(({ code }) => code === 'clock_jumped')).toBe(true);
  expect((await only()).state).toBe('open');
  const before = (await completed()).length;
  await control.sql("update clock_mark set jumped_to = now() - interval '31 minutes'");
  await control.stop();
  await control.start();
  await expect.poll(async () => (await only()).state, { timeout: 20_000 }).toBe('run_out');
  expect(await only()).toMatchObject({ id: task.id, has_who: false });
  expect((await completed()).length).toBe(before + 1);
}, 60_000);

test('a child’s account, deleted at once: tasks name whom to look for, and the report is not over before them', async () => {
  await site.post(null, '/privacy/requests/child', { account: email, email: '', words: 'She is ten' });
  const { id } = await site.newest();
  const desk = `/desk/requests/${id}`;
  expect((await site.post(privacy, desk, { do: 'judge', decision: 'whole', account: email })).status).toBe(
    303,
  );
  await expect
    .poll(async () => (await control.admin('GET', `/accounts/${encodeURIComponent(email)}`)).status, {
      timeout: 80_000,
    })
    .toBe(404);
  const task = await only();
  expect(task).toMatchObject({ what: 'erase', request: id, state: 'open' });
  await expect.poll(async () => (await site.newest()).has_intake, { timeout: 15_000 }).toBe(false);
  expect((await site.newest()).state).toBe('carrying_out');
  expect(await look(task)).toContain(email);
  expect((await finish(task)).status).toBe(303);
  await site.until('delivered', 'closed');
}, 120_000);

test('erased while a copy is being put together: its tasks end, and the erasure opens its own', async () => {
  await site.asked(ada, 'access');
  await site.until('carrying_out');
  await erase('now');
  await control.stop();
  await control.start();
  await site.until('closed');
  expect((await tasksIn(control)).map(({ what, state }) => `${what} ${state}`).sort()).toEqual([
    'erase open',
    'hand_in ended',
  ]);
}, 60_000);
