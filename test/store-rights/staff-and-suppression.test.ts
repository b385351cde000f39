/** Staff open nothing without a reason in the record; a value that asked to be left alone is. */
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { lift, restrict } from '../../src/store/rights/restrict.ts';
import {
  keepAway,
  refuseSuppressed,
  SUPPRESSION_OFFER,
  signedUpAgain,
} from '../../src/store/rights/suppress.ts';
import { type StaffRead, unsealForStaff } from '../../src/store/rights/unseal.ts';
import type { Store } from '../../src/store/store.ts';
import { type letter, note } from '../store/fixture-map.ts';
import { makePeople, newId, type People } from './people.ts';

let people: People;
beforeAll(async () => {
  people = await makePeople();
});
afterAll(() => people.close());
beforeEach(() => {
  people.entered.length = 0;
});

const staff = newId();
const read = (change: Partial<StaffRead> = {}): StaffRead => ({
  actor: staff,
  role: 'support',
  purpose: 'support',
  reason: 'ticket 12: the person asks why a note is missing',
  ...change,
});
/** Remembers in which order the record was written and a value opened. */
function watched(store: Store, events: string[]): Store {
  return {
    ...store,
    vault: {
      open: (...args: Parameters<Store['vault']['open']>) => {
        events.push('open');
        return store.vault.open(...args);
      },
    } as unknown as Store['vault'],
    record: {
      ...store.record,
      act: async (work) => {
        const result = await store.record.act(work);
        events.push('recorded');
        return result;
      },
    },
  };
}

test.each([
  ['no reason', { reason: '' }, 'reason_missing'],
  ['blanks for a reason', { reason: ' \n ' }, 'reason_missing'],
  ['a reason too long', { reason: 'x'.repeat(501) }, 'reason_missing'],
  ['no actor', { actor: '' }, 'reason_missing'],
  ['a purpose that the map does not name', { purpose: 'billing' as const }, 'wrong_purpose'],
])('%s: nothing is opened, nothing entered', async (_what, change, code) => {
  const events: string[] = [];
  const store = watched(people.store, events);
  await expect(unsealForStaff(store, read(change), note, [people.adasNote], ['text'])).rejects.toMatchObject({
    code,
  });
  expect(events).toEqual([]);
  expect(people.entered).toEqual([]);
});

test('rows that are not there, columns that are not sealed, rows of several: refused', async () => {
  const refused = (table: typeof note | typeof letter, key: string, columns: string[]) =>
    expect(unsealForStaff(people.store, read(), table, [key], columns)).rejects.toMatchObject({
      code: 'not_found',
    });
  await refused(note, newId(), ['text']);
  await refused(note, people.adasNote, []);
  await refused(note, people.adasNote, ['text', 'createdAt']);
  expect(people.entered).toEqual([]);
});

test('the record has it before it is opened: who, what for, why, which row', async () => {
  const events: string[] = [];
  const opened = await unsealForStaff(
    watched(people.store, events),
    read(),
    note,
    [people.adasNote],
    ['text'],
  );
  expect(events).toEqual(['recorded', 'open']);
  expect(typeof opened.text === 'object' && opened.text?.reveal()).toBe('first note of Ada');
  expect(people.entered).toEqual([
    {
      kind: 'staff_read',
      role: 'support',
      about: { kind: 'person', id: people.ada.person },
      content: {
        actor: staff,
        purpose: 'support',
        reason: 'ticket 12: the person asks why a note is missing',
        table: 'fixture_note',
        row: people.adasNote,
        columns: ['text'],
      },
    },
  ]);
});

test('where the record cannot be written nothing is opened', async () => {
  const events: string[] = [];
  const store = watched(people.store, events);
  const broken = { ...store, record: { ...store.record, act: () => Promise.reject(new Error('disk full')) } };
  await expect(unsealForStaff(broken, read(), note, [people.adasNote], ['text'])).rejects.toThrow(
    'disk full',
  );
  expect(events).toEqual([]);
});

test('restricted data are opened for security and law only', async () => {
  await restrict(people.store, people.ada, 'person');
  await expect(unsealForStaff(people.store, read(), note, [people.adasNote], ['text'])).rejects.toMatchObject(
    { code: 'restricted' },
  );
  const mark = await unsealForStaff(
    people.store,
    read({ purpose: 'security' }),
    note,
    [people.adasNote],
    ['internal'],
  );
  expect(typeof mark.internal === 'object' && mark.internal?.reveal()).toBe('fraud score 3');
  await lift(people.store, people.ada.person, 'person');
});

test('a value that asked to be left alone is refused, in any spelling, until its person comes back', async () => {
  const { store } = people;
  expect(() => refuseSuppressed(store, 'carol@example.org', 'import')).not.toThrow();
  const outcome = await keepAway(store, {
    value: 'Carol@Example.org ',
    declined: false,
    purpose: 'all',
    ground: 'erasure',
  });
  expect(outcome).toMatchObject({ kept: true, purpose: 'all', ground: 'erasure' });
  for (const use of ['import', 'newsletter', 'invitation'] as const) {
    expect(() => refuseSuppressed(store, 'carol@example.ORG', use)).toThrow(
      expect.objectContaining({ code: 'suppressed' }),
    );
  }
  expect(() => refuseSuppressed(store, 'dave@example.org', 'import')).not.toThrow();
  expect(JSON.stringify(people.entered).toLowerCase()).not.toContain('carol');
  await signedUpAgain(store, 'carol@example.org');
  expect(() => refuseSuppressed(store, 'carol@example.org', 'newsletter')).not.toThrow();
});

test('the offer says what stays, for how long, and that one may decline', () => {
  expect(SUPPRESSION_OFFER).toMatch(/keyed hash.*\d+ days.*You may decline/s);
});

test('who declines leaves nothing behind', async () => {
  const wish = { value: 'eve@example.org', declined: true, purpose: 'all', ground: 'erasure' } as const;
  expect(await keepAway(people.store, wish)).toEqual({ kept: false });
  expect(() => refuseSuppressed(people.store, 'eve@example.org', 'import')).not.toThrow();
  expect(people.entered).toEqual([]);
});
