/** What checks have seen, from when until when, what somebody answers for that no program can see, and what is said of what is broken. */
import { sql } from 'drizzle-orm';
import { check, index, integer, primaryKey, text } from 'drizzle-orm/pg-core';
import { id, moment } from '../../store/columns.ts';
import { none } from '../../store/map/columns.ts';
import { mapped } from '../../store/map/table.ts';
import { STATEMENTS } from './statements.ts';

/** Twenty-five months: an audit looks at a year, and comes up to a year later. */
export const KEPT_DAYS = 761;
export const SEEN = ['kept', 'broken', 'attested', 'off'] as const;

export const observation = mapped(
  'observation',
  {
    about: 'What checks of the policy have seen, a row for as long as it stayed the same',
    subject: { kind: 'nobody', why: 'about the system' },
    retention: { kind: 'days after', days: KEPT_DAYS, event: 'until' },
    columns: {
      check: none(text('check_id').notNull(), 'which check, by its name in the source'),
      since: none(moment('since').notNull(), 'when it was seen first'),
      until: none(moment('until').notNull(), 'when it was seen last; a gap begins another row'),
      verdict: none(text('verdict', { enum: SEEN }).notNull(), 'what came of it, a closed list'),
      observed: none(text('observed').notNull(), 'what was seen, in words of the source with numbers'),
      looks: none(integer('looks').notNull(), 'how often it was looked at'),
    },
  },
  (table) => [
    primaryKey({ columns: [table.check, table.since] }),
    index('observation_until').on(table.until),
    check('observation_lasts', sql`${table.until} >= ${table.since}`),
  ],
);

export const attestation = mapped(
  'attestation',
  {
    about: 'What somebody answers for that no program can see',
    subject: { kind: 'nobody', why: 'a role answers for it; whoever enters it is told to name nobody' },
    retention: { kind: 'days after', days: KEPT_DAYS, event: 'until' },
    columns: {
      id: none(id('id').primaryKey(), 'random number of the row'),
      statement: none(
        text('statement', { enum: STATEMENTS }).notNull(),
        'what is answered for, a closed list',
      ),
      role: none(
        text('role').notNull(),
        'which role answers for it; whoever enters it is told to name nobody',
      ),
      document: none(text('document_sha256').notNull(), 'hash of the document that it rests on'),
      at: none(moment('at').notNull(), 'when it was said'),
      until: none(moment('until').notNull(), 'until when it holds'),
    },
  },
  (table) => [
    index('attestation_statement').on(table.statement, table.at),
    index('attestation_until').on(table.until),
    check('attestation_hash', sql`${table.document} ~ '^[0-9a-f]{64}$'`),
    check('attestation_holds', sql`${table.until} > ${table.at}`),
  ],
);

export const explanation = mapped(
  'explanation',
  {
    about: 'What the operator says to everybody of a promise that is broken',
    subject: { kind: 'nobody', why: 'for everybody to read; whoever enters it is told to name nobody' },
    retention: { kind: 'days after', days: KEPT_DAYS, event: 'until' },
    columns: {
      id: none(id('id').primaryKey(), 'random number of the row'),
      clause: none(text('clause').notNull(), 'which promise, by its id in the policy'),
      words: none(text('words').notNull(), 'what is said; whoever enters it is told to name nobody'),
      at: none(moment('at').notNull(), 'when it was said'),
      until: none(moment('until').notNull(), 'until when it is shown'),
    },
  },
  (table) => [
    index('explanation_clause').on(table.clause, table.at),
    index('explanation_until').on(table.until),
    check('explanation_holds', sql`${table.until} > ${table.at}`),
  ],
);
