/** Figures of requests (11 CCR § 7102): exact for staff; for everybody nothing that tells a smaller group than ten. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openSite } from '../../src/site/server.ts';
import type { Browser } from '../sign-in/browser.ts';
import { somebody, strengthen } from '../sign-in/person.ts';
import { startTestControl, type TestControl } from '../support/control.ts';
import { startPostgres, type TestPostgres } from '../support/postgres.ts';
import { requestsOf } from './people.ts';

let postgres: TestPostgres;
let control: TestControl;
let site: ReturnType<typeof requestsOf>;

const LAST = new Date().getUTCFullYear() - 1;

interface Some {
  readonly kind: string;
  readonly number: number;
  readonly decision?: string;
  readonly appeal?: string;
  readonly days?: number;
  readonly place?: string;
  readonly state?: string;
  readonly year?: number;
}

/** Requests of the first of May. */
const came = (some: Some) =>
  control.sql(
    `insert into privacy_request (id, asked_for, door, place, state, link_hash, received_at, entered_at, respond_by,
      due_at, decision, appeal_decision, decided_at, closed_at, steps)
     select gen_random_uuid(), $1, 'web', $2, $3, sha256(gen_random_uuid()::text::bytea), at, at, at, at, $4, $5,
      at + make_interval(days => $6), at + make_interval(days => $6), 0
     from generate_series(1, $7), (select make_timestamptz($8, 5, 1, 12, 0, 0, 'UTC') as at) as day`,
    [
      some.kind,
      some.place ?? 'unsaid',
      some.state ?? 'closed',
      some.decision ?? null,
      some.appeal ?? null,
      some.days ?? 0,
      some.number,
      some.year ?? LAST,
    ],
  );

beforeAll(async () => {
  postgres = await startPostgres();
  control = await startTestControl(postgres, {}, openSite);
  site = requestsOf(control);
  await came({ kind: 'access', number: 9, decision: 'whole', days: 3, place: 'US-CA' });
  await came({ kind: 'confirm', number: 10, decision: 'whole', days: 4, place: 'US-CA' });
  await came({ kind: 'correct', number: 10, decision: 'whole', days: 2 });
  await came({ kind: 'correct', number: 5, decision: 'refused', days: 20 });
  await came({ kind: 'correct', number: 4, decision: 'refused', appeal: 'whole', days: 20, place: 'FR' });
  await came({ kind: 'delete', number: 10, decision: 'part', days: 7 });
  await came({ kind: 'delete', number: 10, state: 'withdrawn' });
  await came({ kind: 'object', number: 19, decision: 'not_proven' });
  // Of none of these anything is told.
  await came({ kind: 'restrict', number: 30, state: 'joined' });
  await came({ kind: 'restrict', number: 30, decision: 'whole', year: LAST + 1 });
  await came({ kind: 'restrict', number: 30, decision: 'whole', year: LAST - 1 });
  await came({ kind: 'child_report', number: 30, decision: 'whole' });
}, 60_000);
afterAll(async () => {
  await control?.end();
  await postgres?.stop();
});

const asked = async () =>
  (await fetch(`${control.settings.siteUrl}/api/privacy/requests/figures`)).json() as Promise<{
    year: number;
    group_min: number;
    kinds: ({ kind: string } & Record<string, unknown>)[];
  }>;
const band = (at_least: number) => ({ at_least, at_most: at_least + 9 });
const NOTHING = {
  received: band(0),
  granted: band(0),
  part: band(0),
  refused: band(0),
  not_proven: band(0),
  withdrawn: band(0),
  median_days: null,
};

test('everybody is told bands of ten of the last whole year, and a median from ten decisions on', async () => {
  const { year, group_min, kinds } = await asked();
  expect([year, group_min]).toEqual([LAST, 10]);
  const of = (kind: string) => kinds.find((each) => each.kind === kind);
  const ten = { received: band(10), median_days: 4, granted: band(10) };
  expect(of('confirm')).toEqual({ ...NOTHING, kind: 'confirm', ...ten });
  const corrected = { received: band(10), granted: band(10), median_days: 2 };
  expect(of('correct')).toEqual({ ...NOTHING, kind: 'correct', ...corrected });
  const deleted = { received: band(20), part: band(10), withdrawn: band(10), median_days: 7 };
  expect(of('delete')).toEqual({ ...NOTHING, kind: 'delete', ...deleted });
  expect(of('object')).toEqual({ ...NOTHING, kind: 'object', received: band(10), not_proven: band(10) });
});

test('nine are told from none by nothing; reports of children, places and other years are not there', async () => {
  const { kinds } = await asked();
  const of = (kind: string) => kinds.find((each) => each.kind === kind);
  for (const kind of ['access', 'portability', 'restrict', 'opt_out_sale'])
    expect(of(kind), kind).toEqual({ ...NOTHING, kind });
  expect(of('child_report')).toBeUndefined();
  const page = await site.page('/privacy/requests/figures');
  expect(page).toContain('0 to 9');
  expect(page).not.toContain('California');
  expect(page).not.toContain('>9<');
});

test('one more within a band changes nothing that anybody sees', async () => {
  const before = await asked();
  await came({ kind: 'correct', number: 0, decision: 'refused' });
  await came({ kind: 'object', number: 0, decision: 'refused' });
  await came({ kind: 'confirm', number: 9, state: 'withdrawn' });
  await control.stop();
  await control.start();
  expect(await asked()).toEqual(before);
  await came({ kind: 'confirm', number: 1, state: 'withdrawn' });
  await control.stop();
  await control.start();
  const confirm = (await asked()).kinds.find(({ kind }) => kind === 'confirm');
  expect(confirm).toMatchObject({ received: band(20), withdrawn: band(10) });
});

test('staff see the numbers, by kind and by place, of this year and the last; finance and strangers do not', async () => {
  const staff = async (role: string): Promise<Browser> => {
    const one = await somebody(control, `${role}@example.org`, role);
    await strengthen(one);
    return one;
  };
  const page = await site.page('/desk/requests/figures', await staff('support'));
  for (const shown of ['California', 'France', 'A child’s account', String(LAST), String(LAST + 1)])
    expect(page).toContain(shown);
  expect(page).toMatch(/A copy of my data<\/th><td>9<\/td><td>9<\/td><td>0<\/td>/);
  // Nineteen came; an appeal that was granted counts as granted.
  expect(page).toMatch(/Correct something<\/th><td>19<\/td><td>14<\/td><td>0<\/td><td>5<\/td>/);
  expect((await site.send(await staff('finance'), '/desk/requests/figures')).status).toBe(403);
  expect((await site.send(null, '/desk/requests/figures')).status).toBe(302);
  expect((await site.send(await somebody(control, 'ada@example.org'), '/desk/requests/figures')).status).toBe(
    404,
  );
});
