/**
 * Conversations with people who write to us: an enquiry, sales, support, a problem, feedback. Each row is about whoever
 * wrote, with an account or without, so that access, export, retention and erasure follow from the map. All of a
 * conversation ends on the same day, so long after its last message.
 */
import { sql } from 'drizzle-orm';
import { index, integer, text } from 'drizzle-orm/pg-core';
import { id, moment } from '../../store/columns.ts';
import { none, refers, sealed, sealedOrNull, stored } from '../../store/map/columns.ts';
import { occurred, PLAIN, setting, subjectId } from '../../store/map/presets.ts';
import { mapped } from '../../store/map/table.ts';
import { person } from '../accounts/schema.ts';
import { HANDED_IN_KINDS } from '../file-kind.ts';
import { MESSAGE_DOORS, MESSAGE_KINDS, MESSAGE_STATES, WRITERS } from './kinds.ts';

const written = {
  class: 'user.content.private',
  purposes: ['support', 'rights', 'legal'],
  source: 'given',
  access: 'yes',
  export: 'yes',
  correct: { no: 'what was written is not changed; write again, or delete the conversation' },
  erase: 'key death',
} as const;
const ofStaff = {
  class: 'user.workplace',
  purposes: ['support', 'rights', 'legal'],
  source: 'observed',
  access: { no: 'who of the staff answers is told by their role' },
  export: { no: 'who of the staff answers is told by their role' },
  correct: { no: 'changed at the desk' },
  erase: 'sever link',
  plain: PLAIN.id,
} as const;
const writer = () =>
  refers(
    'person',
    id('person_id')
      .notNull()
      .references(() => person.id),
    subjectId('Person'),
  );
const ends = () => none(moment('until').notNull(), 'when its conversation is over; moved on by each message');
const AT_ITS_END = { kind: 'days after', days: 0, event: 'until' } as const;

export const conversation = mapped(
  'conversation',
  {
    about: 'Conversations with people who wrote to us',
    subject: { kind: 'direct', of: 'person', column: 'person' },
    retention: AT_ITS_END,
    columns: {
      id: none(id('id').primaryKey(), 'random number of the row'),
      person: writer(),
      kind: stored(text('kind', { enum: MESSAGE_KINDS }).notNull(), {
        ...setting('What it is about'),
        purposes: ['support', 'rights'],
      }),
      state: stored(text('state', { enum: MESSAGE_STATES }).notNull(), {
        ...setting('How it stands'),
        purposes: ['support', 'rights'],
        source: 'observed',
      }),
      door: stored(text('door', { enum: MESSAGE_DOORS }).notNull(), {
        ...setting('How it began'),
        purposes: ['support', 'rights'],
        source: 'observed',
      }),
      subject: sealed('subject', { ...written, label: 'Subject' }),
      assignee: refers('person', id('assignee_id'), { ...ofStaff, label: 'Who answers it' }),
      /** A conversation that its first mail names and is not part of, since it came from another address. */
      names: none(id('names_id'), 'another conversation that it names, by its random number'),
      /** Of its letters, BCP 47. */
      language: none(
        text('language').notNull().default('en'),
        'the language of its letters, a word of a closed list',
      ),
      messages: none(integer('messages').notNull(), 'how many messages it has'),
      /** Null: no answer is owed. */
      waitsSince: none(moment('waits_since'), 'since when an answer is owed'),
      lastAt: stored(moment('last_at').notNull(), occurred('Last message')),
      createdAt: stored(moment('created_at').notNull(), occurred('Begun at')),
      until: ends(),
    },
  },
  (table) => [
    index('conversation_person').on(table.person, table.lastAt),
    index('conversation_assignee').on(table.assignee, table.state, table.lastAt),
    index('conversation_unassigned').on(table.state, table.lastAt).where(sql`assignee_id is null`),
    index('conversation_state').on(table.state, table.lastAt),
    index('conversation_last').on(table.lastAt),
    index('conversation_waits').on(table.waitsSince).where(sql`waits_since is not null`),
    index('conversation_until').on(table.until),
  ],
);
export type ConversationRow = typeof conversation.$inferSelect;

export const message = mapped(
  'message',
  {
    about: 'Messages of conversations with people who wrote to us, and our answers',
    subject: { kind: 'direct', of: 'person', column: 'person' },
    retention: AT_ITS_END,
    columns: {
      id: none(id('id').primaryKey(), 'random number of the row'),
      conversation: none(id('conversation_id').notNull(), 'the conversation, by its random number'),
      person: writer(),
      by: stored(text('written_by', { enum: WRITERS }).notNull(), {
        ...setting('Who wrote it'),
        purposes: ['support', 'rights'],
        source: 'observed',
      }),
      door: stored(text('door', { enum: MESSAGE_DOORS }).notNull(), {
        ...setting('How it came'),
        purposes: ['support', 'rights'],
        source: 'observed',
      }),
      /** Of an answer; null: whoever wrote was erased, or it is none. */
      staff: refers('person', id('staff_id'), { ...ofStaff, label: 'Who answered' }),
      words: sealed('words', { ...written, label: 'What was written' }),
      mailId: sealedOrNull('mail_id', { ...written, label: 'Message-ID of the mail' }),
      files: none(integer('files').notNull(), 'how many files came with it'),
      dropped: none(integer('dropped').notNull(), 'how many more came that are not kept'),
      at: stored(moment('at').notNull(), occurred('Written at')),
      until: ends(),
    },
  },
  (table) => [
    index('message_conversation').on(table.conversation, table.at),
    index('message_person').on(table.person),
    index('message_staff').on(table.staff),
    index('message_until').on(table.until),
  ],
);
export type MessageRow = typeof message.$inferSelect;

export const messageFile = mapped(
  'message_file',
  {
    about: 'Files that came with messages',
    subject: { kind: 'direct', of: 'person', column: 'person' },
    retention: AT_ITS_END,
    columns: {
      id: none(id('id').primaryKey(), 'random number of the row'),
      message: none(id('message_id').notNull(), 'the message, by its random number'),
      conversation: none(id('conversation_id').notNull(), 'the conversation, by its random number'),
      person: writer(),
      format: stored(text('format', { enum: HANDED_IN_KINDS }).notNull(), {
        ...setting('Kind of file'),
        purposes: ['support', 'rights'],
        source: 'derived',
      }),
      bytes: none(integer('bytes').notNull(), 'how long the file is'),
      name: sealed('name', { ...written, label: 'Name of the file' }),
      /** In base64. */
      content: sealed('content', {
        ...written,
        label: 'The file',
        access: { no: 'you download it as it is, with its conversation' },
      }),
      until: ends(),
    },
  },
  (table) => [
    index('message_file_message').on(table.message),
    index('message_file_conversation').on(table.conversation),
    index('message_file_person').on(table.person),
    index('message_file_until').on(table.until),
  ],
);

const FOR_MANY = 'written for many; whoever writes it is told to name nobody';

export const answerTemplate = mapped('answer_template', {
  about: 'Answers that staff wrote once, to be sent to many',
  subject: { kind: 'nobody', why: FOR_MANY },
  retention: { kind: 'with instance' },
  columns: {
    id: none(id('id').primaryKey(), 'random number of the row'),
    name: none(text('name').notNull(), FOR_MANY),
    words: none(text('words').notNull(), FOR_MANY),
    changedAt: none(moment('changed_at').notNull(), 'when it was changed last'),
  },
});
