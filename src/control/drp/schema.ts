/** What is remembered of agents of the Data Rights Protocol: their tokens, what they sent, and what they are to be told. */
import { index, integer, text, uniqueIndex } from 'drizzle-orm/pg-core';
import { bytes, hash, id, moment } from '../../store/columns.ts';
import { none } from '../../store/map/columns.ts';
import { mapped } from '../../store/map/table.ts';

/** How long after its end an agent can still ask how a request ended (3.02 wants 7 days at least, and lets go after 60). */
export const TOLD_DAYS = 30;
/** A clock that goes back so far makes no used message good again. */
const SEEN_DAYS = 1;
const COMPANY = 'an agent of the configuration, which is a company';

export const drpToken = mapped(
  'drp_token',
  {
    about: 'Tokens of agents of the Data Rights Protocol',
    subject: { kind: 'nobody', why: COMPANY },
    retention: { kind: 'with instance' },
    columns: {
      agent: none(text('agent').primaryKey(), COMPANY),
      token: none(hash('token_hash').notNull(), 'hash of a random token'),
      setUpAt: none(moment('set_up_at').notNull(), 'when the agent set it up'),
    },
  },
  (table) => [uniqueIndex('drp_token_hash').on(table.token)],
);

export const drpMessage = mapped(
  'drp_message',
  {
    about: 'Signed messages of agents that were taken once, so that none is taken again',
    subject: { kind: 'nobody', why: 'a hash, until the message would be too old anyway' },
    retention: { kind: 'days after', days: SEEN_DAYS, event: 'expiresAt' },
    columns: {
      hash: none(hash('message_hash').primaryKey(), 'hash of a message with its time in it'),
      expiresAt: none(moment('expires_at').notNull(), 'when the message is too old'),
    },
  },
  (table) => [index('drp_message_expires').on(table.expiresAt)],
);

export const REGIMES = ['ccpa', 'voluntary'] as const;

export const drpRequest = mapped(
  'drp_request',
  {
    about: 'Requests that agents made by the Data Rights Protocol, and what they were told',
    subject: {
      kind: 'nobody',
      why: 'about the agent, a company; who asked by it stands in the request, and its own words are sealed',
    },
    retention: { kind: 'days after', days: TOLD_DAYS, event: 'endedAt', open: 'the request is open' },
    columns: {
      id: none(id('id').primaryKey(), 'random number of the row'),
      request: none(id('request_id').notNull(), 'the request, by its random number'),
      agent: none(text('agent').notNull(), COMPANY),
      regime: none(
        text('regime', { enum: REGIMES }).notNull(),
        'under which law the agent asks, a closed list',
      ),
      createdAt: none(moment('created_at').notNull(), 'when it came'),
      content: none(
        bytes('content').notNull(),
        'the agent’s own number of the request and where it wants to be told, sealed under a key of this row, which dies with it',
      ),
      /** Steps that the request had when its status was last looked at. */
      stepsSeen: none(integer('steps_seen').notNull(), 'how many steps it had then'),
      told: none(text('told').notNull(), 'status, reason and day that the agent was to be told last'),
      /** Null: nothing is to be told, or it was. */
      callbackAt: none(moment('callback_at'), 'when the agent is told next'),
      attempts: none(integer('attempts').notNull(), 'how often it was tried'),
      /** When its status became final. */
      endedAt: none(moment('ended_at'), 'when it was over'),
    },
  },
  (table) => [
    uniqueIndex('drp_request_request').on(table.request),
    index('drp_request_agent').on(table.agent),
    index('drp_request_callback').on(table.callbackAt),
    index('drp_request_ended').on(table.endedAt),
  ],
);

export type DrpRequest = typeof drpRequest.$inferSelect;
