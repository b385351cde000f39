/**
 * Killed around each statement of the steps of a demand: approved, handed over, told of when a gag has ended. Started again,
 * each step was done once, with its entry in the record, its package and its mail.
 */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openSite } from '../../src/site/server.ts';
import type { Browser } from '../sign-in/browser.ts';
import { somebody } from '../sign-in/person.ts';
import { startTestControl, type TestControl } from '../support/control.ts';
import { type Act, KillGround } from '../support/kill-at.ts';
import { startPostgres, type TestPostgres } from '../support/postgres.ts';
import { type Cases, casesOf, DEMAND, hireAs, SILENT } from './cases.ts';

let postgres: TestPostgres;
let control: TestControl;
let cases: Cases;
let ground: KillGround;
let one: Browser;
let other: Browser;
let people = 0;

beforeAll(async () => {
  postgres = await startPostgres();
  control = await startTestControl(postgres, {}, openSite);
  cases = casesOf(control);
  one = await hireAs(control, 'Grace Prepares', 'grace@example.org');
  other = await hireAs(control, 'Edsger Approves', 'edsger@example.org');
  ground = await KillGround.open(control);
}, 60_000);
afterAll(async () => {
  await ground?.close();
  await control?.end();
  await postgres?.stop();
});

/** A case about somebody new, of which nobody may be told; prepared. */
async function prepared(): Promise<string> {
  const named = `demanded${++people}@example.org`;
  await somebody(control, named);
  await control.sql('update session set authenticated_at = now()');
  const id = await cases.opened(one, { ...DEMAND, named, ...cases.gag(30) }, cases.GAG_FILES);
  await cases.act(one, id, 'prepare', SILENT);
  return id;
}

async function approved(): Promise<string> {
  const id = await prepared();
  await cases.act(other, id, 'approve');
  await cases.letTimePass(id);
  return id;
}

async function handedOver(): Promise<string> {
  const id = await approved();
  await cases.act(one, id, 'build');
  expect((await cases.row(id)).state).toBe('closed');
  return id;
}

const state = async (id: string) => (await cases.row(id)).state;
const look = async (id: string) => {
  // What lasts is entered within moments.
  await expect.poll(() => control.sql('select 1 from record_entry where index is null')).toEqual([]);
  const [row] = await control.sql(
    `select (select count(*)::int from disclosure_step s join record_entry e on e.id = s.id
        where s.case_id = $1::uuid and e.index is not null) as entered,
      (select count(*)::int from disclosure_file where case_id = $1::uuid and role = 'package') as packages,
      (select count(*)::int from mail where template = 'data_disclosed' and person_id in
        (select person_id from disclosure where case_id = $1::uuid)) as mails`,
    [id],
  );
  return [(await cases.steps(id)).toSorted(), row];
};
const STEPS = ['open', 'prepare'];

const ACTS: readonly Act<string>[] = [
  {
    what: 'approved',
    prepare: prepared,
    act: (id) => cases.act(other, id, 'approve'),
    isDone: async (id) => (await state(id)) === 'approved',
    look,
    right: [[...STEPS, 'approve'].toSorted(), { entered: 3, packages: 0, mails: 0 }],
  },
  {
    what: 'handed over',
    prepare: approved,
    act: (id) => cases.act(one, id, 'build'),
    isDone: async (id) => (await state(id)) === 'closed',
    look,
    right: [[...STEPS, 'approve', 'build'].toSorted(), { entered: 4, packages: 1, mails: 0 }],
  },
  {
    what: 'told of when the gag has ended',
    prepare: handedOver,
    act: async (id) => {
      await cases.letGagEnd(id);
      await ground.restart();
    },
    isDone: async (id) => (await cases.row(id)).told_at !== null,
    look,
    right: [
      [...STEPS, 'approve', 'build', 'gag_end', 'tell'].toSorted(),
      { entered: 6, packages: 1, mails: 1 },
    ],
    // Starts are killed at each statement in `test/crashes`.
    from: /told_at/,
  },
];

test.each(ACTS)('a demand is $what', { timeout: 1_800_000 }, (act) => ground.strike(act));
