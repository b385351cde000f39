/** Erasing: at once, after the grace, taken back, under a hold, and when the hold ends. */
import { desc, eq } from 'drizzle-orm';
import { eraseNow } from '../../../src/store/erasure/erase.ts';
import { cancelErasure, scheduleErasure } from '../../../src/store/erasure/grace.ts';
import { resumeErasures, runHeldErasures } from '../../../src/store/erasure/resume.ts';
import { erasure } from '../../../src/store/erasure/schema.ts';
import { endHold, placeHold } from '../../../src/store/retention/holds.ts';
import { isKeptAway } from '../../../src/store/rights/suppress.ts';
import type { Action, Given } from '../actions.ts';
import {
  emailOf,
  fixtureRows,
  holdsOn,
  keysAlive,
  notesOf,
  personOf,
  retainedRows,
  stateOf,
} from '../look.ts';
import type { Running, Who } from '../stage.ts';

const role = 'person' as const;
/** Rows of the fixture that name somebody who was seeded: person, account, membership, visit, order, and 3 notes. */
const ROWS = 8;
/** Under a hold on their notes: these and the person. */
const HELD_ROWS = 4;
const BEGUN = ['erasure_begun', 'erasure_done'];

async function stateOfGrace(at: Running, { person, account }: Who, { email }: Given): Promise<string> {
  const rows = await at.store.db.select().from(erasure).where(eq(erasure.person, person));
  const grace = [person, account].map((id) => at.store.keys.inGrace(id));
  const away = isKeptAway(at.store, email as string) ? 'kept away' : '';
  return `${rows.map(({ state }) => state)} ${grace} ${away}`;
}

const withEmail = async (at: Running, who: Who): Promise<Given> => ({
  email: (await emailOf(at, who)) as string,
});

/** What the receipts say of the address is what the key store holds. */
async function saysOfAddress(at: Running, email: string): Promise<boolean> {
  const rows = await at.store.db.select().from(erasure).orderBy(desc(erasure.askedAt));
  const said = rows.find(({ cause }) => cause === null)?.suppressed ?? false;
  return said === isKeptAway(at.store, email);
}

const holdNotes = async (at: Running, who: Who): Promise<string> => {
  const data = { tables: ['fixture_note'] };
  const order = { subjects: [personOf(who)], data, reason: 'a dispute', role: 'operator' } as const;
  return (await placeHold(at.store, order)).id;
};

async function whatIsLeft(at: Running, who: Who, entered: readonly string[]) {
  const written = [who.person, who.account].map((id) => at.stage.ledger.lines.some((line) => line.id === id));
  const found = at.store.keys.lookupsOf(who.person).length;
  return [(await fixtureRows(at, who)).length, keysAlive(at, who), written, found, entered];
}

export const erasures: Readonly<Record<string, Action>> = {
  erase: {
    prepare: async (at, who) => ({ ...(await withEmail(at, who)), retained: String(await retainedRows(at)) }),
    act: (at, who) => eraseNow(at.settings, personOf(who), { role, suppressed: true }),
    outcome: async (at, who, given, all) => {
      const moved = (await retainedRows(at)) - Number(given.retained);
      const email = given.email as string;
      const away = isKeptAway(at.store, email);
      // Cut off and carried on by a start, it keeps away whom it was told to, or nobody: the receipt says which.
      const entered = all.filter((kind) => kind !== 'suppression');
      const left = await whatIsLeft(at, who, entered);
      return stateOf([...left, moved, left[0] === 0 ? await saysOfAddress(at, email) : !away], {
        with: [0, [false, false], [true, true], 0, BEGUN, 1, true],
        without: [ROWS, [true, true], [false, false], 1, [], 0, true],
      });
    },
  },
  'erase twice at once': {
    // Both have ended before anybody looks: what one still does is not the next start's.
    act: async (at, who) => {
      const both = await Promise.allSettled([
        eraseNow(at.settings, personOf(who), { role }),
        eraseNow({ ...at.settings }, personOf(who), { role }),
      ]);
      for (const each of both) if (each.status === 'rejected') throw each.reason;
    },
    outcome: async (at, who, _given, entered) =>
      stateOf(await whatIsLeft(at, who, entered), {
        with: [0, [false, false], [true, true], 0, BEGUN],
        without: [ROWS, [true, true], [false, false], 1, []],
      }),
  },
  schedule: {
    prepare: withEmail,
    act: (at, who) => scheduleErasure(at.settings, personOf(who), role, true),
    outcome: async (at, who, given, entered) =>
      stateOf([await stateOfGrace(at, who, given), entered], {
        with: ['scheduled true,true kept away', ['erasure_scheduled', 'suppression']],
        without: [' false,false ', []],
      }),
  },
  cancel: {
    prepare: async (at, who) => {
      await scheduleErasure(at.settings, personOf(who), role, true);
      return withEmail(at, who);
    },
    act: (at, who) => cancelErasure(at.settings, personOf(who), role),
    outcome: async (at, who, given, entered) =>
      stateOf([await stateOfGrace(at, who, given), entered], {
        with: ['cancelled false,false ', ['erasure_cancelled', 'suppression']],
        without: ['scheduled true,true kept away', []],
      }),
  },
  'erase in the grace': {
    prepare: async (at, who) => {
      await scheduleErasure(at.settings, personOf(who), role);
      return {};
    },
    act: (at, who) => eraseNow(at.settings, personOf(who), { role }),
    outcome: async (at, who, _given, entered) =>
      stateOf([...(await whatIsLeft(at, who, entered)), at.store.keys.inGrace(who.person)], {
        with: [0, [false, false], [true, true], 0, BEGUN, false],
        without: [ROWS, [true, true], [false, false], 1, [], true],
      }),
  },
  'place a hold': {
    act: (at, who) => holdNotes(at, who),
    outcome: async (at, who, _given, entered) =>
      stateOf([await holdsOn(at, who), entered], { with: [1, ['hold_placed']], without: [0, []] }),
  },
  'erase under a hold': {
    prepare: async (at, who) => ({ hold: await holdNotes(at, who) }),
    act: (at, who) => eraseNow(at.settings, personOf(who), { role }),
    resume: (at) => runHeldErasures(at.settings),
    outcome: async (at, who, _given, entered) =>
      stateOf([...(await whatIsLeft(at, who, entered)), (await notesOf(at, who)).length], {
        with: [HELD_ROWS, [true, false], [true, true], 0, ['erasure_begun'], 3],
        without: [ROWS, [true, true], [false, false], 1, [], 3],
      }),
  },
  'end a hold that an erasure waits for': {
    prepare: async (at, who) => {
      const hold = await holdNotes(at, who);
      await eraseNow(at.settings, personOf(who), { role });
      return { hold };
    },
    act: async (at, _who, { hold }) => {
      await endHold(at.store, hold as string, 'operator');
      await runHeldErasures(at.settings);
    },
    resume: async (at) => {
      await resumeErasures(at.settings);
      await runHeldErasures(at.settings);
    },
    outcome: async (at, who, _given, entered) =>
      stateOf([(await fixtureRows(at, who)).length, keysAlive(at, who), await holdsOn(at, who), entered], {
        with: [0, [false, false], 0, ['erasure_done', 'hold_ended']],
        without: [HELD_ROWS, [true, false], 1, []],
      }),
  },
};
