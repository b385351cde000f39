/** Correcting, restricting, and keeping an address away. */
import { eq } from 'drizzle-orm';
import { correct, type Lookups } from '../../../src/store/rights/correct.ts';
import { isRestricted, lift, restrict } from '../../../src/store/rights/restrict.ts';
import { correction } from '../../../src/store/rights/schema.ts';
import { keepAway, signedUpAgain } from '../../../src/store/rights/suppress.ts';
import { openValue } from '../../../src/store/sealed-rows.ts';
import * as fixture from '../../store/fixture-map.ts';
import type { Action, Given } from '../actions.ts';
import { emailOf, notesOf, personOf, stateOf } from '../look.ts';
import type { Running, Who } from '../stage.ts';

const viewer = ({ person, account }: Who) => ({ person, accounts: [account] });
const newEmail = ({ person }: Who): string => `${person}@new.example`;

async function aNote(at: Running, { person }: Who): Promise<Given> {
  const [row] = await at.store.db.select().from(fixture.note).where(eq(fixture.note.person, person));
  if (row === undefined) throw new Error('no note');
  return { note: row.id, text: openValue(at.store.vault, fixture.note, row, 'text')?.reveal() ?? '' };
}

async function earlierOf(at: Running, { person }: Who): Promise<string[]> {
  const rows = await at.store.db.select().from(correction).where(eq(correction.person, person));
  return rows.map((row) => openValue(at.store.vault, correction, row, 'earlier')?.reveal() ?? '');
}

const byEmail = ({ store: { keys } }: Running): Lookups => ({
  is: (_entry, column) => column === 'email',
  claim: (_entry, _column, value, { id }) => keys.setLookup('email', value, id, { beside: true }),
  keep: (_entry, _column, value, { id }) => keys.keepLookup('email', value, id),
});

export const corrections: Readonly<Record<string, Action>> = {
  'correct a value with history': {
    prepare: aNote,
    act: (at, who, given) =>
      correct(at.store, {
        subjects: [personOf(who)],
        table: 'fixture_note',
        key: [given.note],
        column: 'text',
        value: 'as it ought to be',
        role: 'person',
      }),
    outcome: async (at, who, given, entered) => {
      const notes = await notesOf(at, who);
      const has = [notes.includes('as it ought to be'), notes.includes(given.text as string)];
      return stateOf([has, await earlierOf(at, who), entered], {
        with: [[true, false], [given.text], ['correction']],
        without: [[false, true], [], []],
      });
    },
  },
  'correct what somebody is found by': {
    prepare: async (at, who) => ({ email: (await emailOf(at, who)) as string }),
    act: (at, who) =>
      correct(
        at.store,
        {
          subjects: [personOf(who)],
          table: 'fixture_person',
          key: [who.person],
          column: 'email',
          value: newEmail(who),
          role: 'person',
        },
        byEmail(at),
      ),
    outcome: async (at, who, given, entered) => {
      const found = [given.email as string, newEmail(who)].map((value) =>
        at.store.keys.lookup('email', value),
      );
      const facts = [(await emailOf(at, who)) === given.email, found.map((id) => id === who.person), entered];
      return stateOf(facts, {
        with: [false, [false, true], ['correction']],
        without: [true, [true, false], []],
        'found by both': [true, [true, true], []],
        'corrected, found by both': [false, [true, true], ['correction']],
      });
    },
    between: {
      'found by both': 'nobody else has the new address; asked again, they are found by it alone',
      'corrected, found by both': 'asked again, they are found by the new one alone',
    },
  },
  restrict: {
    act: (at, who) => restrict(at.store, viewer(who), 'person'),
    outcome: async (at, who, _given, entered) =>
      stateOf([await isRestricted(at.store.db, personOf(who)), entered], {
        with: [true, ['restriction']],
        without: [false, []],
      }),
  },
  'lift a restriction': {
    prepare: async (at, who) => {
      await restrict(at.store, viewer(who), 'person');
      return {};
    },
    act: (at, who) => lift(at.store, who.person, 'person'),
    outcome: async (at, who, _given, entered) =>
      stateOf([await isRestricted(at.store.db, personOf(who)), entered], {
        with: [false, ['restriction']],
        without: [true, []],
      }),
  },
  'keep an address away': {
    act: (at, who) =>
      keepAway(at.store, { value: newEmail(who), declined: false, purpose: 'all', ground: 'erasure' }),
    outcome: async (at, who, _given, entered) =>
      stateOf([at.store.keys.isSuppressed(newEmail(who), 'import'), entered], {
        with: [true, ['suppression']],
        without: [false, []],
        'away, not entered': [true, []],
      }),
    between: {
      'away, not entered': 'nobody was told that it is kept; asked again, it is entered',
    },
  },
  'sign up again': {
    prepare: async (at, who) => {
      await keepAway(at.store, { value: newEmail(who), declined: false, purpose: 'all', ground: 'erasure' });
      return {};
    },
    act: (at, who) => signedUpAgain(at.store, newEmail(who)),
    outcome: async (at, who, _given, entered) =>
      stateOf([at.store.keys.isSuppressed(newEmail(who), 'import'), entered], {
        with: [false, ['suppression']],
        without: [true, []],
        'removed, not entered': [false, []],
      }),
    between: { 'removed, not entered': 'the sign-up was not acknowledged; asked again, it is entered' },
  },
};
