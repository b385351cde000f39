/**
 * Requests of people about their data, and their steps. Of an erased person the request stays as what a law wants to be
 * remembered of it: dates, kinds, decisions, about nobody. What was written in it goes long before.
 */
import { sql } from 'drizzle-orm';
import { check, index, integer, text, uniqueIndex } from 'drizzle-orm/pg-core';
import { bytes, hash, id, moment } from '../../store/columns.ts';
import { none, refers, sealedOrNull, stored } from '../../store/map/columns.ts';
import { occurred, PLAIN, subjectId } from '../../store/map/presets.ts';
import { mapped } from '../../store/map/table.ts';
import { FILE_KINDS } from '../file-kind.ts';
import { APPEAL_DECISIONS, DECISIONS, DOORS, EXTENSION_REASONS, PROOFS, REQUEST_KINDS } from './asks.ts';
import { CAUSES, REQUEST_EVENTS, REQUEST_STATES } from './states.ts';

/**
 * Requests and how they were answered are kept for 24 months after their end, the longest that a law asks for
 * (11 CCR § 7101); everywhere, so that nobody's proof is shorter.
 */
export const RECORD_DAYS = 731;
/** What was written in a request goes so long after its end: an appeal may still need it. */
export const TEXT_DAYS = 90;
/** The key of what somebody wrote who is not known dies so long after the end of the request. */
export const INTAKE_DAYS = 30;

const asked = {
  class: 'user.privacy_preferences',
  purposes: ['rights', 'legal'],
  source: 'given',
  access: 'yes',
  export: 'yes',
  correct: { no: 'what was asked is not changed; it is withdrawn and asked anew' },
} as const;
const written = {
  ...asked,
  class: 'user.content.private',
  erase: 'key death',
  retention: { kind: 'days after', days: TEXT_DAYS, event: 'closedAt', open: 'the request is open' },
} as const;
const ofStaff = {
  label: 'Who decided',
  class: 'user.workplace',
  purposes: ['rights', 'legal'],
  source: 'observed',
  access: { no: 'who of the staff decided is told by their role' },
  export: { no: 'who of the staff decided is told by their role' },
  correct: { no: 'a decision is not changed; it is appealed' },
  erase: 'sever link',
  plain: PLAIN.id,
} as const;
/** An answer is owed; as the index has it, so that the list is read from there. */
export const WAITS = sql`closed_at is null and state <> 'delivered'`;
/** Reports of children's accounts come first. */
export const REPORT_WAITS = sql`asked_for = 'child_report' and closed_at is null and state <> 'delivered'`;

const word = (what: string) => `${what}, a word of a closed list; of an erased person it is about nobody`;

export const privacyRequest = mapped(
  'privacy_request',
  {
    about: 'What people asked about their data, and how it was answered',
    subject: { kind: 'direct', of: 'person', column: 'person' },
    retention: { kind: 'days after', days: RECORD_DAYS, event: 'closedAt', open: 'the request is open' },
    columns: {
      id: none(id('id').primaryKey(), 'random number of the row'),
      /** Null: not known, or erased. */
      person: refers('person', id('person_id'), {
        ...asked,
        label: 'Who asked',
        erase: 'sever link',
        plain: PLAIN.id,
      }),
      right: none(text('asked_for', { enum: REQUEST_KINDS }).notNull(), word('what was asked for')),
      door: none(text('door', { enum: DOORS }).notNull(), word('how it came')),
      /** Null: nobody asks for somebody else, or it is not an agent of the directory. */
      agent: none(text('agent'), 'which agent of the directory asked, a company'),
      place: none(text('place').notNull(), word('the place that the requester said')),
      /** Of its letters, BCP 47. */
      language: none(text('language').notNull().default('en'), word('the language of its letters')),
      state: none(text('state', { enum: REQUEST_STATES }).notNull(), word('how far it is')),
      /** Hash of the token in the address of its page, which letters name. */
      link: none(hash('link_hash').notNull(), 'hash of a token that follows from the row’s number'),
      /** The same of the page that a stranger is led to who asks; null: who asked is signed in. */
      askedLink: none(hash('asked_link_hash'), 'hash of another such token'),
      receivedAt: none(moment('received_at').notNull(), 'when it came'),
      enteredAt: none(moment('entered_at').notNull(), 'when it was entered'),
      respondBy: none(moment('respond_by').notNull(), 'when the law wants an answer'),
      extendableTo: none(
        moment('extendable_to'),
        'until when the law lets that be put off; none: it does not',
      ),
      extendedAt: none(moment('extended_at'), 'when it was put off'),
      extension: none(text('extension', { enum: EXTENSION_REASONS }), word('why it was put off')),
      /** Of the appeal, where there is one. */
      dueAt: none(moment('due_at').notNull(), 'when an answer is due'),
      warnedAt: none(moment('warned_at'), 'when the staff were last told that it is due'),
      /** When it is looked at next without anybody asking; null: it waits for somebody. */
      nextAt: none(moment('next_at'), 'when it goes on by itself'),
      proof: none(hash('proof_hash'), 'hash of a random token that was mailed'),
      proofUntil: none(moment('proof_until'), 'until when that token is good'),
      provenBy: none(text('proven_by', { enum: PROOFS }), word('what showed who asks')),
      decision: none(text('decision', { enum: DECISIONS }), word('what was decided')),
      ground: none(text('ground'), 'on which ground it was refused, a word of the law’s list'),
      decidedBy: refers('person', id('decided_by'), ofStaff),
      decidedAt: none(moment('decided_at'), 'when it was decided'),
      appealUntil: none(moment('appeal_until'), 'until when it can be appealed'),
      appealedAt: none(moment('appealed_at'), 'when it was appealed'),
      appealDecision: none(
        text('appeal_decision', { enum: APPEAL_DECISIONS }),
        word('what was decided about the appeal'),
      ),
      appealDecidedBy: refers('person', id('appeal_decided_by'), {
        ...ofStaff,
        label: 'Who decided the appeal',
      }),
      /** Of somebody from outside; null: somebody of the staff decided the appeal, or nobody yet. */
      appealOutsider: none(
        id('appeal_outsider_id'),
        'who decided the appeal from outside, by a random number',
      ),
      /** The erasure or the export that carries it out. */
      effect: none(id('effect_id'), 'random number of what carries it out'),
      joinedTo: none(id('joined_to'), 'the request that asks the same, by its random number'),
      ownPartAt: none(
        moment('own_part_at'),
        'when what is held here was done, and others outside were still to',
      ),
      deliveredAt: none(moment('delivered_at'), 'when it was carried out'),
      closedAt: none(moment('closed_at'), 'when it was over'),
      steps: none(integer('steps').notNull(), 'how many steps it has'),
      item: sealedOrNull('item', { ...written, label: 'What was to be corrected' }),
      value: sealedOrNull('value', { ...written, label: 'What it was to be corrected to' }),
      words: sealedOrNull('words', { ...written, label: 'What was written with it' }),
      by: sealedOrNull('asked_by', { ...written, label: 'Who asked for you' }),
      intake: none(
        bytes('intake'),
        'what somebody wrote who is not known, sealed under a key of this request, which dies 30 days after its end',
      ),
    },
  },
  (table) => [
    index('privacy_request_person').on(table.person),
    index('privacy_request_decider').on(table.decidedBy),
    index('privacy_request_appeal_decider').on(table.appealDecidedBy),
    uniqueIndex('privacy_request_link').on(table.link),
    uniqueIndex('privacy_request_asked_link').on(table.askedLink),
    uniqueIndex('privacy_request_proof').on(table.proof),
    index('privacy_request_next').on(table.nextAt),
    index('privacy_request_due').on(table.dueAt, table.id).where(WAITS),
    index('privacy_request_report_due').on(table.dueAt, table.id).where(REPORT_WAITS),
    index('privacy_request_closed').on(table.closedAt),
    index('privacy_request_entered').on(table.enteredAt, table.id),
    // Four eyes, whatever asks: an appeal is never decided by who decided first, and nobody decides about themselves.
    check('privacy_request_other_eyes', sql`${table.appealDecidedBy} <> ${table.decidedBy}`),
    check(
      'privacy_request_one_appeal_decider',
      sql`${table.appealDecidedBy} is null or ${table.appealOutsider} is null`,
    ),
    check(
      'privacy_request_not_own',
      sql`${table.person} <> ${table.decidedBy} and ${table.person} <> ${table.appealDecidedBy}`,
    ),
    check(
      'privacy_request_law',
      sql`${table.extendedAt} is null or ${table.extendedAt} <= ${table.respondBy}`,
    ),
  ],
);

export type RequestRow = typeof privacyRequest.$inferSelect;

const happened = { ...asked, source: 'observed', erase: 'delete row' } as const;

/** Each step once, in order; it goes with its person. */
export const privacyRequestStep = mapped(
  'privacy_request_step',
  {
    about: 'Each step of what people asked about their data',
    subject: { kind: 'direct', of: 'person', column: 'person' },
    retention: { kind: 'days after', days: RECORD_DAYS, event: 'at' },
    columns: {
      id: none(id('id').primaryKey(), 'random number of the row'),
      request: none(id('request_id').notNull(), 'the request, by its random number'),
      number: none(integer('number').notNull(), 'its place among the steps of its request'),
      person: refers('person', id('person_id'), subjectId('Person')),
      /** Of its request, which outlives the person and so says nothing of them. */
      right: stored(text('asked_for', { enum: REQUEST_KINDS }), {
        ...happened,
        source: 'given',
        label: 'What was asked for',
        plain: PLAIN.choice,
      }),
      place: stored(text('place'), {
        ...happened,
        source: 'given',
        label: 'Where you said that you live',
        plain: 'a state or a country, which many share',
      }),
      event: stored(text('event', { enum: REQUEST_EVENTS }), {
        ...happened,
        label: 'What happened',
        plain: PLAIN.choice,
      }),
      cause: stored(text('cause', { enum: CAUSES }).notNull(), {
        ...happened,
        label: 'By whom',
        plain: PLAIN.choice,
      }),
      state: stored(text('state', { enum: REQUEST_STATES }).notNull(), {
        ...happened,
        label: 'How far it was then',
        plain: PLAIN.choice,
      }),
      /** What was written with it: why it was decided so, why it was appealed. */
      words: sealedOrNull('words', {
        ...written,
        label: 'What was said',
        retention: { kind: 'days after', days: RECORD_DAYS, event: 'at' },
      }),
      entry: none(id('entry').notNull(), 'its entry in the record, by its random number'),
      at: stored(moment('at').notNull(), occurred('When')),
    },
  },
  (table) => [
    uniqueIndex('privacy_request_step_once').on(table.request, table.number),
    index('privacy_request_step_person').on(table.person),
    index('privacy_request_step_at').on(table.at),
  ],
);

/** How an agent says that it was let. */
export const AUTHORITY_KINDS = ['signed_permission', 'power_of_attorney', 'guardian', 'other'] as const;
export type AuthorityKind = (typeof AUTHORITY_KINDS)[number];

/** What agents show for being let to ask. Its key is that of the request: no later than that, it can be read no more. */
export const agentProof = mapped(
  'agent_proof',
  {
    about: 'Files by which agents show that they were let to ask for somebody',
    subject: {
      kind: 'nobody',
      why: 'it is not known whom it is about; the file is sealed under the key of the request, which dies with it',
    },
    retention: { kind: 'days after', days: 0, event: 'until' },
    columns: {
      request: none(id('request_id').primaryKey(), 'the request, by its random number'),
      authority: none(
        text('authority', { enum: AUTHORITY_KINDS }).notNull(),
        'what it is said to be, a closed list',
      ),
      format: none(
        text('format', { enum: FILE_KINDS }).notNull(),
        'kind of the file, a word of a closed list',
      ),
      bytes: none(integer('bytes').notNull(), 'how long the file is'),
      outcome: none(
        text('outcome', { enum: ['accepted', 'refused'] }),
        'what was made of it, a word of a closed list; none: nothing yet',
      ),
      lookedAt: none(moment('looked_at'), 'when somebody here looked at it'),
      until: none(
        moment('until').notNull(),
        'when it is over at the latest; it goes with its key, before that',
      ),
      content: none(bytes('content').notNull(), 'the file, sealed under the key of the request'),
    },
  },
  (table) => [index('agent_proof_until').on(table.until)],
);

export type AgentProof = typeof agentProof.$inferSelect;
