/**
 * Disclosures: the cases of whoever demands data, whom they name, their files, and what people are told of them. While a case
 * may not be told of, nothing of it stands in `disclosure`, which is all that people see: a page cannot betray what is not there.
 */
import { sql } from 'drizzle-orm';
import { boolean, check, index, integer, text, uniqueIndex } from 'drizzle-orm/pg-core';
import { bytes, hash, id, moment } from '../../store/columns.ts';
import { none, refers, sealedOrNull, stored } from '../../store/map/columns.ts';
import { PLAIN, subjectId } from '../../store/map/presets.ts';
import { mapped } from '../../store/map/table.ts';
import { person } from '../accounts/schema.ts';
import { HANDED_IN_KINDS } from '../file-kind.ts';
import {
  CASE_EVENTS,
  CASE_KINDS,
  CASE_STATES,
  CATEGORY_NAMES,
  FILE_ROLES,
  OUTCOMES,
  TOLD_STATES,
} from './words.ts';

/** Six years (45 CFR 164.528(a)(1)), leap days included. */
export const ACCOUNTED_DAYS = 2192;

const BY_ROLE = { no: 'who of the staff did it is told by their role' } as const;
const staff = {
  class: 'user.workplace',
  purposes: ['rights', 'legal'],
  source: 'observed',
  access: BY_ROLE,
  export: BY_ROLE,
  correct: { no: 'what was done is not changed' },
  erase: 'sever link',
  plain: PLAIN.id,
} as const;

export const disclosureCase = mapped(
  'disclosure_case',
  {
    about: 'Demands for data by authorities, and how they were answered',
    subject: { kind: 'direct', of: 'person', column: 'preparedBy' },
    retention: { kind: 'days after', days: ACCOUNTED_DAYS, event: 'closedAt', open: 'it is not answered' },
    columns: {
      id: none(id('id').primaryKey(), 'random number of the row, and of the key of what it says'),
      kind: none(text('kind', { enum: CASE_KINDS }).notNull(), 'who asks, a closed list'),
      state: none(text('state', { enum: CASE_STATES }).notNull(), 'how far it is, a closed list'),
      outcome: none(text('outcome', { enum: OUTCOMES }), 'what came of it, a closed list'),
      categories: none(
        text('categories', { enum: CATEGORY_NAMES }).array().notNull(),
        'which kinds of data, a closed list',
      ),
      isNarrowed: none(boolean('is_narrowed').notNull(), 'whether less is answered than was asked'),
      rangeFrom: none(moment('range_from'), 'data since when; none: from the beginning'),
      rangeTo: none(moment('range_to'), 'data until when; none: until now'),
      openedAt: none(moment('opened_at').notNull(), 'when it was entered'),
      dueAt: none(moment('due_at'), 'when it is to be answered'),
      preparedBy: refers('person', id('prepared_by'), { ...staff, label: 'Who prepared it' }),
      approvedBy: refers('person', id('approved_by'), { ...staff, label: 'Who approved it' }),
      approvedAt: none(moment('approved_at'), 'when it was approved'),
      announcedAt: none(moment('announced_at'), 'when whom it is about was told before'),
      discloseAt: none(moment('disclose_at'), 'when data may be handed over at the earliest'),
      closedAt: none(moment('closed_at'), 'when it was answered'),
      toldAt: none(moment('told_at'), 'when whom it is about was told what came of it'),
      gagUntil: none(moment('gag_until'), 'until when it may not be told of'),
      gagOverAt: none(moment('gag_over_at'), 'when that was over'),
      gagNext: none(moment('gag_next'), 'the later end that somebody proposes'),
      gagNextBy: refers('person', id('gag_next_by'), { ...staff, label: 'Who proposes a later end' }),
      hold: none(id('hold_id'), 'the hold on what it names, by its random number'),
      content: none(
        bytes('content').notNull(),
        'who asks, on what basis, for whom, and the answers before it: sealed under a key of the case',
      ),
    },
  },
  (table) => [
    index('disclosure_case_state').on(table.state, table.dueAt),
    index('disclosure_case_closed').on(table.closedAt),
    index('disclosure_case_prepared_by').on(table.preparedBy),
    index('disclosure_case_approved_by').on(table.approvedBy),
    index('disclosure_case_gag_next_by').on(table.gagNextBy),
    index('disclosure_case_untold').on(table.openedAt).where(sql`told_at is null`),
    check('disclosure_case_two', sql`${table.approvedBy} <> ${table.preparedBy}`),
    check('disclosure_case_over', sql`(${table.state} = 'closed') = (${table.closedAt} is not null)`),
    check('disclosure_case_outcome', sql`(${table.outcome} is null) = (${table.closedAt} is null)`),
  ],
);
export type DisclosureCase = typeof disclosureCase.$inferSelect;

export const disclosureStep = mapped(
  'disclosure_step',
  {
    about: 'What was done about demands for data, and by whom of the staff',
    subject: { kind: 'direct', of: 'person', column: 'by' },
    retention: { kind: 'days after', days: ACCOUNTED_DAYS, event: 'at' },
    columns: {
      /** Also of its entry in the record. */
      id: none(id('id').primaryKey(), 'random number of the row'),
      case: none(id('case_id').notNull(), 'the case, by its random number'),
      event: none(text('event', { enum: CASE_EVENTS }).notNull(), 'what was done, a closed list'),
      role: none(text('role').notNull(), 'role of who did it, a word of a closed list'),
      by: refers('person', id('by_person'), { ...staff, label: 'Who did it' }),
      at: none(moment('at').notNull(), 'when it was done'),
    },
  },
  (table) => [
    index('disclosure_step_case').on(table.case, table.at),
    index('disclosure_step_by').on(table.by),
    index('disclosure_step_at').on(table.at),
  ],
);

const GAGGED = { no: 'an order may forbid telling; what may be told stands among the disclosures' } as const;
const named = {
  class: 'user.privacy_preferences',
  purposes: ['legal'],
  source: 'partner',
  access: GAGGED,
  export: GAGGED,
  correct: { no: 'what was asked is not changed' },
  erase: 'sever link',
  plain: PLAIN.id,
} as const;

/** Whom a case names, as far as we know them. */
export const disclosureSubject = mapped(
  'disclosure_subject',
  {
    about: 'Whom demands for data name',
    subject: { kind: 'direct', of: 'person', column: 'person' },
    retention: { kind: 'days after', days: ACCOUNTED_DAYS, event: 'at' },
    columns: {
      id: none(id('id').primaryKey(), 'random number of the row'),
      case: none(id('case_id').notNull(), 'the case, by its random number'),
      number: none(integer('number').notNull(), 'which of those that it names'),
      person: refers('person', id('person_id'), { ...named, label: 'Whose data are asked for' }),
      account: refers('account', id('account_id'), { ...named, label: 'Which account’s data are asked for' }),
      at: none(moment('at').notNull(), 'when the case was entered'),
    },
  },
  (table) => [
    uniqueIndex('disclosure_subject_number').on(table.case, table.number),
    index('disclosure_subject_person').on(table.person),
    index('disclosure_subject_account').on(table.account),
    index('disclosure_subject_at').on(table.at),
  ],
);

export const disclosureFile = mapped(
  'disclosure_file',
  {
    about: 'Orders that demand data or forbid telling, and what is handed over',
    subject: { kind: 'nobody', why: 'sealed under a key of its case; says nothing without it' },
    retention: { kind: 'days after', days: 0, event: 'until' },
    columns: {
      id: none(id('id').primaryKey(), 'random number of the row'),
      case: none(id('case_id').notNull(), 'the case, by its random number'),
      role: none(text('role', { enum: FILE_ROLES }).notNull(), 'what it is for, a closed list'),
      format: none(
        text('format', { enum: [...HANDED_IN_KINDS, 'cms'] }).notNull(),
        'what it is, a closed list',
      ),
      bytes: none(integer('bytes').notNull(), 'how long it is'),
      sha256: none(
        hash('sha256').notNull(),
        'hash of a file that is sealed, or was encrypted for its recipient',
      ),
      at: none(moment('at').notNull(), 'when it came'),
      until: none(moment('until').notNull(), 'until when it is kept'),
      content: none(bytes('content').notNull(), 'the file, sealed under the key of the case'),
    },
  },
  (table) => [
    index('disclosure_file_case').on(table.case, table.at),
    index('disclosure_file_until').on(table.until),
  ],
);
export type DisclosureFile = typeof disclosureFile.$inferSelect;

const accounted = {
  class: 'user.privacy_preferences',
  purposes: ['rights', 'legal'],
  source: 'derived',
  access: 'yes',
  export: 'yes',
  correct: { no: 'what was disclosed is not changed' },
} as const;
const kept = { ...accounted, erase: 'keep minimised until' } as const;

/** The accounting of disclosures (45 CFR 164.528(b)(2)). A row is there from when it may be told. */
export const disclosure = mapped(
  'disclosure',
  {
    about: 'Who asked for data about you or got some, which, and why',
    subject: { kind: 'direct', of: 'person', column: 'person' },
    retention: { kind: 'days after', days: ACCOUNTED_DAYS, event: 'at' },
    law: { keeps: 'us-hipaa-accounting', since: 'lawSince' },
    columns: {
      id: none(id('id').primaryKey(), 'random number of the row'),
      case: none(id('case_id').notNull(), 'the case, by its random number'),
      person: refers(
        'person',
        id('person_id')
          .notNull()
          .references(() => person.id),
        subjectId('Person'),
      ),
      state: stored(text('state', { enum: TOLD_STATES }).notNull(), {
        ...kept,
        label: 'How it stands',
        plain: PLAIN.choice,
      }),
      kind: stored(text('kind', { enum: CASE_KINDS }).notNull(), {
        ...kept,
        label: 'On which ground',
        plain: PLAIN.choice,
      }),
      /** Name and address, as far as it is known. */
      recipient: sealedOrNull('recipient', { ...kept, label: 'Who asked' }),
      purpose: sealedOrNull('purpose', { ...kept, label: 'On what basis, and for what' }),
      categories: stored(text('categories', { enum: CATEGORY_NAMES }).array().notNull(), {
        ...kept,
        label: 'Kinds of data',
        plain: 'words of a closed list',
      }),
      rangeFrom: stored(moment('range_from'), { ...kept, label: 'Data since', plain: PLAIN.time }),
      rangeTo: stored(moment('range_to'), { ...kept, label: 'Data until', plain: PLAIN.time }),
      /** When it was announced; from then on when it was disclosed, or that it was not. */
      at: stored(moment('at').notNull(), { ...kept, label: 'When', plain: PLAIN.time }),
      /** Of what is announced: when data are handed over at the earliest. */
      discloseAt: stored(moment('disclose_at'), {
        ...accounted,
        label: 'Handed over at the earliest',
        erase: 'delete row',
        plain: PLAIN.time,
      }),
      objection: sealedOrNull('objection', {
        ...accounted,
        source: 'given',
        label: 'What you objected',
        erase: 'key death',
      }),
      objectedAt: stored(moment('objected_at'), {
        ...accounted,
        label: 'When you objected',
        erase: 'delete row',
        plain: PLAIN.time,
      }),
      /** 1970 where no law keeps it: that has ended. */
      lawSince: none(moment('law_since').notNull(), 'from when on a law keeps it, where one does'),
    },
  },
  (table) => [
    uniqueIndex('disclosure_once').on(table.case, table.person),
    index('disclosure_person').on(table.person, table.at),
    index('disclosure_at').on(table.at),
  ],
);
export type Disclosure = typeof disclosure.$inferSelect;
