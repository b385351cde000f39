/** People, accounts, and who belongs to which. */
import { sql } from 'drizzle-orm';
import { boolean, check, index, integer, primaryKey, text } from 'drizzle-orm/pg-core';
import { id, microUsd, moment, tokens } from '../../store/columns.ts';
import { refers, sealed, stored } from '../../store/map/columns.ts';
import { occurred, PLAIN, setting, subjectId } from '../../store/map/presets.ts';
import { mapped } from '../../store/map/table.ts';
import { emailInput } from './email.ts';
import { nameInput } from './name.ts';

/** How an account came to be: decides which agreements a person is still asked for at the first sign-in. */
export const WAYS = ['operator', 'trial', 'sign_up'] as const;
/** What a person may do at the desk, if anything; see desk. */
export const STAFF_ROLES = ['support', 'privacy', 'finance', 'admin', 'auditor'] as const;
export const MEMBER_ROLES = ['owner', 'developer', 'billing', 'viewer'] as const;
/** What a person agrees to: a text in one of its versions, or that they are 18 or over (CHILD-1; no birth date). */
export const AGREED = ['policy', 'terms', 'age'] as const;
/** Where they did. */
export const AGREED_AT = ['sign_up', 'first_sign_in', 'new_version'] as const;

/** Who signs in, or without an account gets the newsletter or wrote to us; the subject of data. */
export const person = mapped(
  'person',
  {
    about: 'People who sign in, get the newsletter or wrote to us',
    subject: { kind: 'self', of: 'person', column: 'id' },
    retention: { kind: 'while subject' },
    columns: {
      id: stored(id('id').primaryKey(), subjectId('Id')),
      /** Normalised: trimmed, lower case, NFC. Found through the key store's table of keyed hashes. */
      email: sealed('email', {
        label: 'E-mail address',
        class: 'user.contact.email',
        purposes: ['account', 'security', 'billing', 'support', 'rights', 'legal', 'promotional_mail'],
        source: 'given',
        access: 'yes',
        export: 'yes',
        correct: { as: emailInput },
        erase: 'key death',
      }),
      name: sealed('name', {
        label: 'Name',
        class: 'user.name',
        purposes: ['account', 'support', 'rights'],
        source: 'given',
        access: 'yes',
        export: 'yes',
        correct: { as: nameInput },
        erase: 'key death',
      }),
      staffRole: stored(text('staff_role', { enum: STAFF_ROLES }), {
        ...setting('Staff role'),
        class: 'user.workplace',
        purposes: ['security'],
        correct: { no: 'given and taken by the operator' },
      }),
      /** From then on the role is as if it were not there; null: no end. */
      staffUntil: stored(moment('staff_until'), {
        ...setting('Staff role ends', PLAIN.time),
        class: 'user.workplace',
        purposes: ['security'],
        correct: { no: 'given and taken by the operator' },
      }),
      /** Null: nobody has shown yet that mail to the address reaches them (CHANGE-3). */
      emailVerifiedAt: stored(moment('email_verified_at'), occurred('Address confirmed')),
      createdAt: stored(moment('created_at').notNull().defaultNow(), occurred('Known since')),
    },
  },
  (table) => [
    // Whoever audits is let in for a while.
    check('person_auditor_ends', sql`${table.staffRole} <> 'auditor' or ${table.staffUntil} is not null`),
  ],
);

/** Owns keys, credit, limits and usage. */
export const account = mapped(
  'account',
  {
    about: 'Accounts: what owns keys, limits and usage',
    subject: { kind: 'self', of: 'account', column: 'id' },
    retention: { kind: 'while subject' },
    columns: {
      id: stored(id('id').primaryKey(), subjectId('Id')),
      name: sealed('name', {
        label: 'Name of the account',
        class: 'user.account.username',
        purposes: ['account', 'billing', 'support', 'rights'],
        source: 'given',
        access: 'yes',
        export: 'yes',
        correct: { as: nameInput },
        erase: 'key death',
      }),
      way: stored(text('way', { enum: WAYS }).notNull(), {
        ...setting('How the account was made'),
        source: 'observed',
      }),
      active: stored(boolean('active').notNull().default(true), setting('Whether it may be used')),
      /** Its keys work as soon as its owner has confirmed their address; see `account-state.ts`. */
      awaitsAddress: stored(boolean('awaits_address').notNull().default(false), {
        ...setting('Waits until its owner’s address is confirmed'),
        source: 'derived',
      }),
      /** Given as soon as it waits for nothing more; see billing. */
      welcomeDue: stored(boolean('welcome_due').notNull().default(false), {
        ...setting('Sign-up credit is still to come'),
        source: 'derived',
      }),
      /** Sum of the account's ledger, changed only together with it. */
      balance: stored(microUsd('balance_microusd').notNull().default(0), {
        ...setting('Balance'),
        class: 'user.financial',
        purposes: ['billing', 'provide_service'],
        source: 'derived',
        correct: { no: 'the sum of its ledger' },
        plain: PLAIN.amount,
      }),
      /** While an invoice is not paid; 0: its keys do not work. See payments. */
      unpaidRpm: stored(integer('unpaid_rpm'), {
        ...setting('Requests a minute while an invoice is not paid', PLAIN.count),
        class: 'user.financial',
        source: 'derived',
        correct: { no: 'it ends when the invoice is paid; finance can end it' },
      }),
      requestsPerMinute: stored(integer('requests_per_minute'), setting('Requests a minute', PLAIN.count)),
      tokensPerMinute: stored(integer('tokens_per_minute'), setting('Tokens a minute', PLAIN.count)),
      concurrency: stored(integer('concurrency').default(200), setting('Requests at once', PLAIN.count)),
      budgetDay: stored(microUsd('budget_day_microusd'), setting('Budget of a day', PLAIN.amount)),
      budgetMonth: stored(microUsd('budget_month_microusd'), setting('Budget of a month', PLAIN.amount)),
      budgetDayTokens: stored(tokens('budget_day_tokens'), setting('Tokens of a day', PLAIN.count)),
      budgetMonthTokens: stored(tokens('budget_month_tokens'), setting('Tokens of a month', PLAIN.count)),
      zeroRetention: stored(
        boolean('zero_retention').notNull().default(true),
        setting('Only engines that keep nothing'),
      ),
      region: stored(
        text('region'),
        setting('Region of engines', 'the name of a region out of the configuration'),
      ),
      allowSharedCache: stored(
        boolean('allow_shared_cache').notNull().default(true),
        setting('Engines with a shared cache are allowed'),
      ),
      /** Like `engine rented` and `region us`: nothing of theirs goes there. */
      objections: stored(
        text('objections').array().notNull().default([]),
        setting(
          'Engines and regions that are objected to',
          'names of engines and regions out of the configuration',
        ),
      ),
      createdAt: stored(moment('created_at').notNull().defaultNow(), occurred('Made at')),
    },
  },
  (table) => [
    check(
      'account_limits_not_negative',
      sql`least(${table.requestsPerMinute}, ${table.tokensPerMinute}, ${table.concurrency}, ${table.budgetDay}, ${table.budgetMonth}, ${table.budgetDayTokens}, ${table.budgetMonthTokens}) >= 0`,
    ),
  ],
);

/** Joins a person to an account. */
export const membership = mapped(
  'membership',
  {
    about: 'Who belongs to which account',
    subject: { kind: 'direct', of: 'person', column: 'person' },
    retention: { kind: 'while subject' },
    columns: {
      person: refers(
        'person',
        id('person_id')
          .notNull()
          .references(() => person.id),
        subjectId('Person'),
      ),
      account: refers(
        'account',
        id('account_id')
          .notNull()
          .references(() => account.id),
        subjectId('Account'),
      ),
      role: stored(text('role', { enum: MEMBER_ROLES }).notNull(), {
        ...setting('Role in the account'),
        class: 'user.workplace',
      }),
    },
  },
  (table) => [
    primaryKey({ columns: [table.person, table.account] }),
    index('membership_account').on(table.account),
  ],
);

/** One row for each text and version, so that a later version asks again (SCOPE-2). */
export const agreement = mapped(
  'agreement',
  {
    about: 'What a person agreed to: which version of policy and terms, and that they are 18 or over',
    subject: { kind: 'direct', of: 'person', column: 'person' },
    retention: { kind: 'while subject' },
    columns: {
      person: refers(
        'person',
        id('person_id')
          .notNull()
          .references(() => person.id),
        subjectId('Person'),
      ),
      to: stored(text('agreed_to', { enum: AGREED }).notNull(), {
        ...setting('Agreed to'),
        class: 'user.privacy_preferences',
        purposes: ['account', 'legal'],
        correct: { no: 'what was agreed to is not changed; a new version asks again' },
      }),
      version: stored(text('version').notNull(), {
        ...setting('In the version'),
        class: 'user.privacy_preferences',
        purposes: ['account', 'legal'],
        correct: { no: 'what was agreed to is not changed; a new version asks again' },
        plain: 'the name of a version of a published text',
      }),
      way: stored(text('way', { enum: AGREED_AT }).notNull(), {
        ...setting('Where'),
        class: 'user.privacy_preferences',
        purposes: ['account', 'legal'],
        source: 'observed',
        correct: { no: 'what happened is not changed' },
      }),
      at: stored(moment('at').notNull().defaultNow(), occurred('Agreed at')),
    },
  },
  (table) => [primaryKey({ columns: [table.person, table.to, table.version] })],
);
