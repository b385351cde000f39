/** The consent ledger's table: each row is one answer to one text, and later that it was taken back. */
import { sql } from 'drizzle-orm';
import { check, index, integer, text, uniqueIndex } from 'drizzle-orm/pg-core';
import { id, moment } from '../../store/columns.ts';
import { none, refers, stored } from '../../store/map/columns.ts';
import { PLAIN, subjectId } from '../../store/map/presets.ts';
import { mapped } from '../../store/map/table.ts';
import { account, person } from '../accounts/schema.ts';
import { CONSENT_PURPOSE_NAMES } from './purposes.ts';

/**
 * How an answer came. `newsletter`: by the link of a mail that a form without an account asked for. `complaint`: the
 * provider of their mailbox told us that they called a mail of ours unwanted. `ledger`: found in the choice ledger after a
 * restore or a kill.
 */
export const CONSENT_WAYS = [
  'console',
  'command',
  'web',
  'mail',
  'newsletter',
  'complaint',
  'gpc',
  'ledger',
] as const;
export type ConsentWay = (typeof CONSENT_WAYS)[number];

/**
 * Proof of a consent is kept after it was taken back for as long as its use can be disputed (GDPR Art. 7(1) and
 * 17(3)(e); EDPB Guidelines 05/2020, 108): four years, the limitation of 28 U.S.C. § 1658(a).
 */
export const PROOF_DAYS = 4 * 366;

const answer = {
  class: 'user.privacy_preferences',
  purposes: ['rights', 'legal'],
  source: 'given',
  access: 'yes',
  export: 'yes',
  correct: { no: 'an answer is not changed; it is given anew or taken back' },
  erase: 'delete row',
  plain: PLAIN.choice,
} as const;
const moments = { ...answer, plain: PLAIN.time } as const;

export const consent = mapped(
  'consent',
  {
    about: 'What a person or an account consented to or refused, by which text, and that it was taken back.',
    subject: { kind: 'direct', of: 'person', column: 'person' },
    retention: { kind: 'days after', days: PROOF_DAYS, event: 'withdrawnAt', or: 'expiresAt' },
    columns: {
      id: none(id('id').primaryKey(), 'random number of the row'),
      person: refers(
        'person',
        id('person_id').references(() => person.id),
        subjectId('Who answered; none: an account'),
      ),
      account: refers(
        'account',
        id('account_id').references(() => account.id),
        subjectId('The account that it is for; none: the person'),
      ),
      purpose: stored(text('purpose', { enum: CONSENT_PURPOSE_NAMES }).notNull(), {
        ...answer,
        label: 'For which purpose',
      }),
      version: stored(integer('version').notNull(), {
        ...answer,
        label: 'Version of the text that was shown',
        plain: 'the number of a published text',
      }),
      answer: stored(text('answer', { enum: ['given', 'refused'] }).notNull(), {
        ...answer,
        label: 'Answer',
      }),
      at: stored(moment('at').notNull(), { ...moments, label: 'Answered' }),
      way: stored(text('way', { enum: CONSENT_WAYS }).notNull(), { ...answer, label: 'How it was answered' }),
      expiresAt: stored(moment('expires_at'), { ...moments, label: 'Ends by itself' }),
      withdrawnAt: stored(moment('withdrawn_at'), { ...moments, label: 'Taken back' }),
      withdrawnWay: stored(text('withdrawn_way', { enum: CONSENT_WAYS }), {
        ...answer,
        label: 'How it was taken back',
      }),
      entry: none(id('entry').notNull(), 'its entry in the record, by its random number'),
      withdrawnEntry: none(
        id('withdrawn_entry'),
        'the entry of its taking back; none where that stands in the record alone',
      ),
    },
  },
  (table) => [
    check('consent_of_one', sql`num_nonnulls(${table.person}, ${table.account}) = 1`),
    index('consent_person').on(table.person, table.purpose),
    // A consent without an end stands once, whatever happens at the same time.
    uniqueIndex('consent_stands_once')
      .on(sql`coalesce(person_id, account_id)`, table.purpose, table.version)
      .where(sql`answer = 'given' and withdrawn_at is null and expires_at is null`),
    index('consent_account').on(table.account, table.purpose),
    index('consent_withdrawn').on(table.withdrawnAt),
  ],
);

export type ConsentRow = typeof consent.$inferSelect;
