/** API keys. The secret itself is never stored: only its HMAC-SHA-256 under the instance's pepper. */
import { sql } from 'drizzle-orm';
import { check, date, index, integer, text, uniqueIndex } from 'drizzle-orm/pg-core';
import { hash, id, microUsd, moment, tokens } from '../../store/columns.ts';
import { refers, sealed, sealedOrNull, stored } from '../../store/map/columns.ts';
import { occurred, PLAIN, setting, subjectId } from '../../store/map/presets.ts';
import { mapped } from '../../store/map/table.ts';
import { account, person } from '../accounts/schema.ts';

export const KEY_STATES = ['active', 'revoked'] as const;

export const apiKey = mapped(
  'api_key',
  {
    about: 'API keys of an account',
    subject: { kind: 'direct', of: 'account', column: 'account' },
    retention: { kind: 'while subject' },
    columns: {
      id: stored(id('id').primaryKey(), subjectId('Id')),
      account: refers(
        'account',
        id('account_id')
          .notNull()
          .references(() => account.id),
        subjectId('Account'),
      ),
      /** Set: the key of this person's playground, which ends by itself; null: a key that people manage. */
      person: refers(
        'person',
        id('person_id').references(() => person.id),
        subjectId('Person whose playground it is for'),
      ),
      hash: stored(hash('hash').notNull().unique(), {
        label: 'Hash of the key',
        class: 'user.authorization.credentials',
        purposes: ['provide_service', 'security'],
        source: 'derived',
        access: { no: 'of use only to who checks keys' },
        export: { no: 'of use only to who checks keys' },
        correct: { no: 'made with the key' },
        erase: 'delete row',
        plain: 'a keyed hash of a random secret, made of nothing personal',
      }),
      name: sealed('name', {
        label: 'Name of the key',
        class: 'user.account.username',
        purposes: ['account', 'provide_service', 'support'],
        source: 'given',
        access: 'yes',
        export: 'yes',
        correct: { no: 'a key is revoked and made anew' },
        erase: 'key death',
      }),
      state: stored(text('state', { enum: KEY_STATES }).notNull().default('active'), setting('State')),
      requestsPerMinute: stored(integer('requests_per_minute'), setting('Requests a minute', PLAIN.count)),
      tokensPerMinute: stored(integer('tokens_per_minute'), setting('Tokens a minute', PLAIN.count)),
      concurrency: stored(integer('concurrency'), setting('Requests at once', PLAIN.count)),
      budgetDay: stored(microUsd('budget_day_microusd'), setting('Budget of a day', PLAIN.amount)),
      budgetMonth: stored(microUsd('budget_month_microusd'), setting('Budget of a month', PLAIN.amount)),
      budgetDayTokens: stored(tokens('budget_day_tokens'), setting('Tokens of a day', PLAIN.count)),
      budgetMonthTokens: stored(tokens('budget_month_tokens'), setting('Tokens of a month', PLAIN.count)),
      expiresAt: stored(moment('expires_at'), setting('Ends at', PLAIN.time)),
      /** Catalogue numbers; null is all. */
      models: stored(integer('models').array(), setting('Models', 'numbers of the catalogue')),
      /** CIDR networks as a JSON array; null is all. */
      networks: sealedOrNull('networks', {
        label: 'Networks that may use it',
        class: 'user.device.ip_address',
        purposes: ['provide_service', 'security'],
        source: 'given',
        access: 'yes',
        export: 'yes',
        correct: { no: 'a key is revoked and made anew' },
        erase: 'key death',
      }),
      createdAt: stored(moment('created_at').notNull().defaultNow(), occurred('Made at')),
      revokedAt: stored(moment('revoked_at'), occurred('Revoked at')),
      /** To the day only: enough to find forgotten keys, too coarse to follow a person. */
      lastUsedOn: stored(date('last_used_on'), occurred('Last used on')),
    },
  },
  (table) => [
    index('api_key_account').on(table.account),
    uniqueIndex('api_key_playground').on(table.person, table.account),
    check('api_key_playground_ends', sql`${table.person} is null or ${table.expiresAt} is not null`),
    check(
      'api_key_limits_not_negative',
      sql`least(${table.requestsPerMinute}, ${table.tokensPerMinute}, ${table.concurrency}, ${table.budgetDay}, ${table.budgetMonth}, ${table.budgetDayTokens}, ${table.budgetMonthTokens}) >= 0`,
    ),
    check('api_key_revoked_at', sql`(${table.state} = 'revoked') = (${table.revokedAt} is not null)`),
  ],
);
