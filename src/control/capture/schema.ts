/**
 * Debug captures (INFER-4): a stretch of time in which the requests of an account are kept because an owner asked for it.
 * What was said is sealed twice: by the gateway for the capture's key, which lies in the key store until the end, and
 * here under the account's.
 */
import { index, integer, text } from 'drizzle-orm/pg-core';
import { ENDPOINTS } from '../../link/words.ts';
import { id, moment } from '../../store/columns.ts';
import { none, refers, sealed, stored } from '../../store/map/columns.ts';
import { occurred, PLAIN, subjectId } from '../../store/map/presets.ts';
import { mapped } from '../../store/map/table.ts';
import { account } from '../accounts/schema.ts';

/** That there was one, and how much it held, is shown for so long after its end. */
const SHOWN_DAYS = 30;

const kept = {
  class: 'user.behavior',
  purposes: ['debug_capture', 'rights'],
  source: 'observed',
  access: 'yes',
  export: 'yes',
  correct: { no: 'what happened is not changed' },
  erase: 'delete row',
} as const;
const whose = () =>
  refers(
    'account',
    id('account_id')
      .notNull()
      .references(() => account.id),
    { ...subjectId('Account'), purposes: ['provide_service', 'account', 'rights', 'debug_capture'] },
  );

/** Its id is that of the consent that it rests on. */
export const capture = mapped(
  'capture',
  {
    about: 'Times in which the requests of an account were kept, to find a fault',
    subject: { kind: 'direct', of: 'account', column: 'account' },
    retention: { kind: 'days after', days: SHOWN_DAYS, event: 'until' },
    columns: {
      id: none(id('id').primaryKey(), 'the consent that it rests on, by its random number'),
      account: whose(),
      key: none(text('key').notNull(), 'the public half of its key, in hex'),
      startedAt: stored(moment('started_at').notNull(), occurred('Requests were kept from')),
      /** When its key is destroyed; earlier where it was taken back. */
      until: stored(moment('until').notNull(), occurred('Kept until')),
      /** Null: it goes on. */
      stoppedAt: stored(moment('stopped_at'), occurred('Nothing more was kept from')),
      requests: stored(integer('requests').notNull(), {
        ...kept,
        label: 'Requests that were kept',
        plain: PLAIN.count,
      }),
      bytes: none(integer('bytes').notNull(), 'how long all of them are, sealed'),
    },
  },
  (table) => [index('capture_account').on(table.account), index('capture_until').on(table.until)],
);
export type CaptureRow = typeof capture.$inferSelect;

export const capturedRequest = mapped(
  'captured_request',
  {
    about: 'Requests that were kept for an account, to find a fault',
    subject: { kind: 'direct', of: 'account', column: 'account' },
    retention: { kind: 'days after', days: 0, event: 'until' },
    columns: {
      id: none(id('id').primaryKey(), 'the random number of the request'),
      capture: none(id('capture_id').notNull(), 'the capture, by its random number'),
      account: whose(),
      endpoint: stored(text('endpoint', { enum: ENDPOINTS }).notNull(), {
        ...kept,
        label: 'What was asked for',
        plain: PLAIN.choice,
      }),
      at: stored(moment('at').notNull(), { ...kept, label: 'Came at', plain: PLAIN.time }),
      /** 0: the client left before. */
      status: stored(integer('status').notNull(), {
        ...kept,
        label: 'Status of the answer',
        plain: 'the number of an HTTP status: says nothing about anybody without the ids beside it',
      }),
      bytes: none(integer('bytes').notNull(), 'how long it is, sealed'),
      /** What the gateway sealed, in base64. */
      content: sealed('content', {
        ...kept,
        class: 'user.content.private',
        source: 'given',
        label: 'What was said',
        access: { no: 'an owner reads it on the page of the capture' },
        export: { no: 'an owner downloads it from the page of the capture' },
        erase: 'key death',
      }),
      until: none(moment('until').notNull(), 'when its capture is over'),
    },
  },
  (table) => [
    index('captured_request_capture').on(table.capture, table.at),
    index('captured_request_account').on(table.account),
    index('captured_request_until').on(table.until),
  ],
);
export type CapturedRequestRow = typeof capturedRequest.$inferSelect;
