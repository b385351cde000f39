/** How far somebody has climbed who shows who they are without the mailbox, and how often it was tried. */
import { index, integer, text, uniqueIndex } from 'drizzle-orm/pg-core';
import { bytes, hash, id, moment } from '../../store/columns.ts';
import { none, refers, stored } from '../../store/map/columns.ts';
import { occurred, setting, subjectId } from '../../store/map/presets.ts';
import { mapped } from '../../store/map/table.ts';

/** What can be shown. `facts`: what is held about them and is not public. */
export const SHOWN_KINDS = ['api_key', 'recovery_code', 'facts'] as const;
export type ShownKind = (typeof SHOWN_KINDS)[number];

const shown = (column: string, label: string) =>
  stored(text(column, { enum: SHOWN_KINDS }), { ...setting(label), source: 'observed' });

/** Only which kinds were shown, never what was entered; it goes with its request. */
export const proofLadder = mapped(
  'proof_ladder',
  {
    about: 'How far somebody has shown who asks who has lost the mailbox of their account',
    subject: { kind: 'direct', of: 'person', column: 'person' },
    retention: { kind: 'days after', days: 0, event: 'until' },
    columns: {
      request: none(id('request_id').primaryKey(), 'the request, by its random number'),
      /** Null: nothing was shown yet. */
      person: refers('person', id('person_id'), subjectId('Person')),
      tries: none(integer('tries').notNull(), 'how often something was tried'),
      challenge: none(hash('challenge_hash'), 'hash of a random challenge, good once'),
      challengeUntil: none(moment('challenge_until'), 'until when that is good'),
      first: shown('first_shown', 'Shown first'),
      second: shown('second_shown', 'Shown second'),
      /** When enough was shown. */
      completedAt: stored(moment('completed_at'), occurred('Enough was shown at')),
      /** Null: nothing waits. */
      waitsUntil: stored(moment('waits_until'), occurred('Waits for an objection until')),
      stoppedAt: stored(moment('stopped_at'), occurred('Objected at')),
      stop: none(hash('stop_hash').notNull(), 'hash of a token that follows from the request’s number'),
      code: none(hash('code_hash'), 'hash of a random code that was shown once'),
      codeUntil: none(moment('code_until'), 'until when that is good'),
      until: none(moment('until').notNull(), 'when it is over at the latest'),
    },
  },
  (table) => [
    index('proof_ladder_person').on(table.person),
    index('proof_ladder_until').on(table.until),
    uniqueIndex('proof_ladder_stop').on(table.stop),
    uniqueIndex('proof_ladder_challenge').on(table.challenge),
  ],
);
export type LadderRow = typeof proofLadder.$inferSelect;

/** Tries about one address in a week, and all of an hour. */
export const proofTally = mapped(
  'proof_tally',
  {
    about: 'How often proofs were tried',
    subject: {
      kind: 'nobody',
      why: 'a hash under a key of the week, which is not in this database and dies; then it is a random number',
    },
    retention: { kind: 'days after', days: 0, event: 'until' },
    columns: {
      bucket: none(bytes('bucket').primaryKey(), 'what is counted, as a hash under a key of the week'),
      tries: none(integer('tries').notNull(), 'how often'),
      until: none(moment('until').notNull(), 'when its count is over'),
    },
  },
  (table) => [index('proof_tally_until').on(table.until)],
);
