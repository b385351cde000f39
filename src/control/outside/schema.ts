/**
 * Systems outside Kept in which the operator's staff hold personal data too (a CRM, a shared inbox, paper). What they hold
 * is not here: only what they are, whom they may hold, who looks after them, and how somebody is found in them.
 */
import { sql } from 'drizzle-orm';
import { check, index, integer, text, uniqueIndex } from 'drizzle-orm/pg-core';
import { bytes, id, moment } from '../../store/columns.ts';
import { none, refers, sealed, stored } from '../../store/map/columns.ts';
import { occurred, PLAIN, subjectId } from '../../store/map/presets.ts';
import { mapped } from '../../store/map/table.ts';
import { HANDED_IN_KINDS } from '../file-kind.ts';
import {
  GROUPS,
  SYSTEM_CLASSES,
  SYSTEM_KINDS,
  SYSTEM_USES,
  TASK_KINDS,
  TASK_STATES,
  wordsOf,
} from './words.ts';

/** As long as erasures are remembered, whose receipts name it. */
const RETIRED_DAYS = 3660;

export const outsideSystem = mapped(
  'outside_system',
  {
    about: 'Systems outside Kept that hold personal data, and who of the staff looks after them',
    subject: { kind: 'direct', of: 'person', column: 'owner' },
    retention: { kind: 'days after', days: RETIRED_DAYS, event: 'retiredAt', open: 'the system is in use' },
    columns: {
      id: none(id('id').primaryKey(), 'random number of the row'),
      name: none(
        text('name').notNull(),
        'what the operator calls a system; whoever enters it is told to name nobody',
      ),
      kind: none(text('kind', { enum: wordsOf(SYSTEM_KINDS) }).notNull(), 'what it is, a closed list'),
      classes: none(
        text('classes', { enum: wordsOf(SYSTEM_CLASSES) })
          .array()
          .notNull(),
        'which categories of data it holds, a closed list',
      ),
      holds: none(
        text('holds', { enum: wordsOf(GROUPS) })
          .array()
          .notNull(),
        'which groups of people it may hold, a closed list',
      ),
      uses: none(
        text('uses', { enum: wordsOf(SYSTEM_USES) })
          .array()
          .notNull(),
        'what its data are used for, a closed list',
      ),
      finding: none(
        text('finding').notNull(),
        'how somebody is found in it; whoever enters it is told to name nobody',
      ),
      /** Null: whoever decides looks after it. */
      owner: refers('person', id('owner_id'), {
        label: 'Who of the staff looks after it',
        class: 'user.workplace',
        purposes: ['rights', 'legal'],
        source: 'given',
        access: 'yes',
        export: 'yes',
        correct: { no: 'changed in the register' },
        erase: 'sever link',
        plain: PLAIN.id,
      }),
      registeredAt: none(moment('registered_at').notNull(), 'when it was registered'),
      changedAt: none(moment('changed_at').notNull(), 'when what stands here was changed last'),
      /** Null: in use. */
      retiredAt: none(moment('retired_at'), 'from when on it makes no more tasks'),
    },
  },
  (table) => [index('outside_system_owner').on(table.owner)],
);

export type OutsideSystem = typeof outsideSystem.$inferSelect;

/** As long as requests are remembered. */
const TASK_DAYS = 731;

/**
 * What is to be done in one system for one request, or for one erasure that no request asked for. Whom to look for is sealed
 * under a key of the task's own, which dies with it: an erased person is found outside until then, and no longer.
 */
export const outsideTask = mapped(
  'outside_task',
  {
    about: 'What staff do about you in systems outside Kept, and what came of it',
    subject: { kind: 'direct', of: 'person', column: 'person' },
    retention: { kind: 'days after', days: TASK_DAYS, event: 'closedAt', open: 'the task is open' },
    columns: {
      id: none(id('id').primaryKey(), 'random number of the row'),
      system: none(
        id('system_id')
          .notNull()
          .references(() => outsideSystem.id),
        'the system, by its random number',
      ),
      request: none(id('request_id'), 'the request, by its random number'),
      erasure: none(id('erasure_id'), 'the erasure, by its random number'),
      /** Null: not known, or erased. */
      person: refers('person', id('person_id'), {
        label: 'Whom it is about',
        class: 'user.privacy_preferences',
        purposes: ['rights', 'legal'],
        source: 'derived',
        access: 'yes',
        export: 'yes',
        correct: { no: 'what was done is not changed' },
        erase: 'sever link',
        plain: PLAIN.id,
      }),
      what: none(text('what', { enum: wordsOf(TASK_KINDS) }).notNull(), 'what is to be done, a closed list'),
      state: none(text('state', { enum: TASK_STATES }).notNull(), 'what came of it, a closed list'),
      ground: none(text('ground'), 'why it cannot be done, a word of the law’s list'),
      openedAt: none(moment('opened_at').notNull(), 'when it was opened'),
      dueAt: none(moment('due_at').notNull(), 'when it is to be done'),
      /** Of an erased person; then it is over without having been done. */
      until: none(moment('until').notNull(), 'when its key dies at the latest'),
      lookedAt: none(moment('looked_at'), 'when somebody here looked whom it is about'),
      closedAt: none(moment('closed_at'), 'when it was over'),
      doneBy: refers('person', id('done_by'), {
        label: 'Who did it',
        class: 'user.workplace',
        purposes: ['rights', 'legal'],
        source: 'observed',
        access: { no: 'who of the staff did it is told by their role' },
        export: { no: 'who of the staff did it is told by their role' },
        correct: { no: 'what was done is not changed' },
        erase: 'sever link',
        plain: PLAIN.id,
      }),
      who: none(
        bytes('who'),
        'name and address of whom to look for, sealed under a key of this task, which dies with it; none: it is over',
      ),
    },
  },
  (table) => [
    uniqueIndex('outside_task_request').on(table.request, table.system),
    uniqueIndex('outside_task_erasure').on(table.erasure, table.system),
    index('outside_task_person').on(table.person),
    index('outside_task_done_by').on(table.doneBy),
    index('outside_task_system').on(table.system),
    index('outside_task_open').on(table.dueAt).where(sql`state = 'open'`),
    index('outside_task_closed').on(table.closedAt),
    check('outside_task_over', sql`(${table.state} = 'open') = (${table.closedAt} is null)`),
    check('outside_task_key', sql`${table.state} = 'open' or ${table.who} is null`),
  ],
);

export type OutsideTask = typeof outsideTask.$inferSelect;

const DOWNLOADED = { no: 'you download it as it is, on the page of the request' } as const;

/** What was found in a system outside, for whoever asked for a copy; it goes with its person. */
export const outsideFile = mapped(
  'outside_file',
  {
    about: 'Copies of what staff found about you in systems outside Kept',
    subject: { kind: 'direct', of: 'person', column: 'person' },
    retention: { kind: 'days after', days: 0, event: 'until' },
    columns: {
      task: none(id('task_id').primaryKey(), 'the task, by its random number'),
      person: refers('person', id('person_id').notNull(), subjectId('Person')),
      format: stored(text('format', { enum: HANDED_IN_KINDS }).notNull(), {
        label: 'Kind of file',
        class: 'user.privacy_preferences',
        purposes: ['rights'],
        source: 'derived',
        access: 'yes',
        export: 'yes',
        correct: { no: 'what was found is not changed' },
        erase: 'delete row',
        plain: PLAIN.choice,
      }),
      bytes: none(integer('bytes').notNull(), 'how long the file is'),
      /** In base64. */
      content: sealed('content', {
        label: 'The file',
        class: 'user.content.private',
        purposes: ['rights'],
        source: 'derived',
        access: DOWNLOADED,
        export: DOWNLOADED,
        correct: { no: 'what was found is not changed' },
        erase: 'key death',
      }),
      at: stored(moment('at').notNull(), occurred('Handed in at')),
      until: none(moment('until').notNull(), 'until when it can be downloaded'),
    },
  },
  (table) => [index('outside_file_person').on(table.person), index('outside_file_until').on(table.until)],
);

export type OutsideFile = typeof outsideFile.$inferSelect;
