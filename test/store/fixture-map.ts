/**
 * A small data map for tests of the generic operations: every kind of subject, erasure and retention once. Share it,
 * extend it; never import a domain's tables here.
 */
import { sql } from 'drizzle-orm';
import { integer, primaryKey, text } from 'drizzle-orm/pg-core';
import { z } from 'zod';
import { id, microUsd, moment } from '../../src/store/columns.ts';
import { none, refers, sealed, sealedOrNull, stored } from '../../src/store/map/columns.ts';
import { entryOf, type MapEntry, mapped } from '../../src/store/map/table.ts';

const shown = { access: 'yes', export: 'yes' } as const;
const fixed = { correct: { no: 'it is what happened' } } as const;
const observedTime = {
  label: 'When',
  class: 'user.behavior',
  purposes: ['provide_service', 'support'],
  source: 'observed',
  ...shown,
  ...fixed,
  erase: 'delete row',
  plain: 'a time',
} as const;
const randomId = {
  label: 'Identifier',
  class: 'user.unique_id',
  purposes: ['account'],
  source: 'derived',
  access: 'yes',
  export: 'yes',
  correct: { no: 'a random number' },
  erase: 'delete row',
  plain: 'a random number',
} as const;

export const person = mapped('fixture_person', {
  about: 'A person who signs in.',
  subject: { kind: 'self', of: 'person', column: 'id' },
  retention: { kind: 'while subject' },
  columns: {
    id: stored(id('id').primaryKey(), randomId),
    email: sealed('email', {
      label: 'E-mail address',
      class: 'user.contact.email',
      purposes: ['account', 'security'],
      source: 'given',
      ...shown,
      correct: { as: z.email().max(254) },
      erase: 'key death',
    }),
    name: sealedOrNull('name', {
      label: 'Name',
      class: 'user.name',
      purposes: ['account', 'support'],
      source: 'given',
      ...shown,
      correct: { as: z.string().trim().min(1).max(100), history: true },
      erase: 'key death',
    }),
    createdAt: stored(moment('created_at').notNull().defaultNow(), observedTime),
  },
});

export const account = mapped('fixture_account', {
  about: 'An account that owns keys and credit.',
  subject: { kind: 'self', of: 'account', column: 'id' },
  retention: { kind: 'while subject' },
  columns: {
    id: stored(id('id').primaryKey(), randomId),
    name: sealed('name', {
      label: "The account's name",
      class: 'user.account.username',
      purposes: ['account'],
      source: 'given',
      ...shown,
      correct: { as: z.string().trim().min(1).max(100) },
      erase: 'key death',
    }),
    createdAt: stored(moment('created_at').notNull().defaultNow(), observedTime),
  },
});

export const membership = mapped(
  'fixture_membership',
  {
    about: 'That a person belongs to an account, and their role in it.',
    subject: { kind: 'direct', of: 'person', column: 'person' },
    retention: { kind: 'while subject' },
    columns: {
      person: refers(
        'person',
        id('person_id')
          .notNull()
          .references(() => person.id),
        { ...randomId, label: 'Person' },
      ),
      account: refers(
        'account',
        id('account_id')
          .notNull()
          .references(() => account.id),
        { ...randomId, label: 'Account' },
      ),
      role: stored(text('role', { enum: ['owner', 'member'] }).notNull(), {
        ...randomId,
        label: 'Role',
        class: 'user.workplace',
        source: 'given',
        correct: { no: 'the owners of the account decide it' },
        plain: 'an enumeration',
      }),
    },
  },
  (table) => [primaryKey({ columns: [table.person, table.account] })],
);

export const note = mapped('fixture_note', {
  about: 'A note that a person wrote.',
  subject: { kind: 'direct', of: 'person', column: 'person' },
  retention: { kind: 'while subject' },
  columns: {
    id: none(id('id').primaryKey(), 'random number of the row'),
    person: refers(
      'person',
      id('person_id')
        .notNull()
        .references(() => person.id),
      { ...randomId, label: 'Author' },
    ),
    text: sealed('text', {
      label: 'Text',
      class: 'user.content.private',
      purposes: ['provide_service', 'support'],
      source: 'given',
      ...shown,
      correct: { as: z.string().min(1).max(2000), history: true },
      erase: 'key death',
    }),
    internal: sealedOrNull('internal', {
      label: 'Mark of the fraud check',
      class: 'user.behavior',
      purposes: ['security'],
      source: 'derived',
      access: { no: 'it would show how fraud is found' },
      export: { no: 'it would show how fraud is found' },
      correct: { no: 'it is derived' },
      erase: 'key death',
    }),
    createdAt: stored(moment('created_at').notNull().defaultNow(), observedTime),
  },
});

export const order = mapped('fixture_order', {
  about: 'What an account bought.',
  subject: { kind: 'direct', of: 'account', column: 'account' },
  retention: { kind: 'while subject' },
  law: { keeps: 'us-tax-records', since: 'placedAt' },
  columns: {
    id: none(id('id').primaryKey(), 'random number of the row'),
    account: refers(
      'account',
      id('account_id')
        .notNull()
        .references(() => account.id),
      { ...randomId, label: 'Account' },
    ),
    payer: refers(
      'person',
      id('payer_id').references(() => person.id),
      { ...randomId, label: 'Paid by', erase: 'sever link' },
    ),
    amount: stored(microUsd('amount').notNull(), {
      ...randomId,
      label: 'Amount in micro-dollars',
      class: 'user.financial',
      purposes: ['billing', 'legal'],
      source: 'observed',
      correct: { no: 'the books are not changed' },
      erase: 'keep minimised until',
      plain: 'an amount',
    }),
    comment: sealedOrNull('comment', {
      label: 'Comment',
      class: 'user.content.private',
      purposes: ['billing'],
      source: 'given',
      ...shown,
      correct: { as: z.string().max(500) },
      erase: 'key death',
    }),
    placedAt: stored(moment('placed_at').notNull().defaultNow(), {
      ...observedTime,
      purposes: ['billing', 'legal'],
      erase: 'keep minimised until',
    }),
  },
});

export const visit = mapped('fixture_visit', {
  about: 'A visit of the site.',
  subject: { kind: 'direct', of: 'person', column: 'person' },
  retention: { kind: 'days after', days: 30, event: 'endedAt', or: 'at' },
  columns: {
    id: none(id('id').primaryKey(), 'random number of the row'),
    person: refers(
      'person',
      id('person_id')
        .notNull()
        .references(() => person.id),
      { ...randomId, label: 'Visitor' },
    ),
    at: stored(moment('at').notNull().defaultNow(), observedTime),
    endedAt: stored(moment('ended_at'), { ...observedTime, label: 'Until' }),
    pages: stored(integer('pages').notNull().default(0), {
      ...observedTime,
      label: 'Pages',
      plain: 'a count',
    }),
    address: sealedOrNull('address', {
      label: 'Network address',
      class: 'user.device.ip_address',
      purposes: ['security'],
      source: 'observed',
      retention: { kind: 'days after', days: 7, event: 'at' },
      ...shown,
      ...fixed,
      erase: 'key death',
    }),
  },
});

export const letter = mapped('fixture_letter', {
  about: 'A message about several people.',
  subject: { kind: 'several', column: 'people', wraps: 'wraps' },
  retention: { kind: 'days after', days: 365, event: 'at' },
  columns: {
    id: none(id('id').primaryKey(), 'random number of the row'),
    people: stored(id('people').array().notNull(), { ...randomId, label: 'People' }),
    wraps: none(
      text('wraps').array().notNull().default(sql`'{}'`),
      "the row's key, wrapped for each, as base64",
    ),
    text: sealed('text', {
      label: 'Text',
      class: 'user.content.private',
      purposes: ['support'],
      source: 'given',
      ...shown,
      correct: { no: 'others are in it as well' },
      erase: 'key death',
    }),
    at: stored(moment('at').notNull().defaultNow(), observedTime),
  },
});

export const price = mapped('fixture_price', {
  about: 'Prices.',
  subject: { kind: 'nobody', why: 'what a model costs is about nobody' },
  retention: { kind: 'with instance' },
  columns: {
    model: none(text('model').primaryKey(), 'name of a model'),
    price: none(microUsd('price').notNull(), 'a price'),
  },
});

/** The domains' part of the map; a test adds the tables of the operations that it tries. */
export const FIXTURE_TABLES = [person, account, membership, note, order, visit, letter, price];
export const fixtureMap = (): MapEntry[] => FIXTURE_TABLES.map((table) => entryOf(table));
