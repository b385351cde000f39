/** Giving a consent, taking it back, and refusing it before it was given. */
import { eq } from 'drizzle-orm';
import { account, person } from '../../../src/control/accounts/schema.ts';
import { ConsentTexts, giveConsent, withdrawConsent } from '../../../src/control/consent/index.ts';
import { consent } from '../../../src/control/consent/schema.ts';
import { sealRow } from '../../../src/store/sealed-rows.ts';
import type { Action } from '../actions.ts';
import { personOf, stateOf } from '../look.ts';
import type { Running, Who } from '../stage.ts';

const texts = await ConsentTexts.load();
const answerOf = (who: Who) =>
  ({ subject: personOf(who), purpose: 'measurement', way: 'web', role: 'person' }) as const;
const give = (at: Running, who: Who) => giveConsent({ store: at.store, texts }, answerOf(who));
const withdraw = (at: Running, who: Who) => withdrawConsent({ store: at.store, texts }, answerOf(who));

/** Consents are of the product's own people and accounts. */
async function join(at: Running, who: Who): Promise<Record<string, string>> {
  const { db, vault } = at.store;
  const made = sealRow(vault, person, { id: who.person, email: 'ada@example.org', name: 'Ada' });
  await db.insert(person).values(made).onConflictDoNothing();
  const owned = sealRow(vault, account, { id: who.account, name: 'Ada', way: 'operator' });
  await db.insert(account).values(owned).onConflictDoNothing();
  return {};
}

/** Answers as they stand, and whether the choice ledger knows of a withdrawal. */
async function answers(at: Running, who: Who): Promise<readonly [string[], boolean]> {
  const rows = await at.store.db
    .select()
    .from(consent)
    .where(eq(consent.person, who.person))
    .orderBy(consent.at);
  const said = rows.map(({ answer, withdrawnAt }) => (withdrawnAt === null ? answer : 'withdrawn'));
  return [said, at.store.choices.withdrawnAt('measurement', personOf(who)) !== null];
}

export const consents: Readonly<Record<string, Action>> = {
  'give a consent': {
    prepare: join,
    act: give,
    outcome: async (at, who, _given, entered) =>
      stateOf([...(await answers(at, who)), entered], {
        with: [['given'], false, ['consent_given']],
        without: [[], false, []],
      }),
  },
  'take a consent back': {
    prepare: async (at, who) => {
      await join(at, who);
      await give(at, who);
      return {};
    },
    act: withdraw,
    outcome: async (at, who, _given, entered) =>
      stateOf([...(await answers(at, who)), entered], {
        with: [['withdrawn'], true, ['consent_withdrawn']],
        without: [['given'], false, []],
      }),
  },
  'give a consent again': {
    prepare: async (at, who) => {
      await join(at, who);
      await give(at, who);
      await withdraw(at, who);
      return {};
    },
    act: give,
    outcome: async (at, who, _given, entered) =>
      stateOf([...(await answers(at, who)), entered], {
        with: [['withdrawn', 'given'], true, ['consent_given']],
        without: [['withdrawn'], true, []],
      }),
  },
  'refuse a consent': {
    prepare: join,
    act: withdraw,
    outcome: async (at, who, _given, entered) =>
      stateOf([...(await answers(at, who)), entered], {
        with: [['refused'], true, ['consent_withdrawn']],
        without: [[], false, []],
        'the line alone': [[], true, []],
      }),
    between: {
      'the line alone':
        'the ledger has it and no consent is there: nothing was told to be done, and nothing can be used; asked again it is entered',
    },
  },
};
