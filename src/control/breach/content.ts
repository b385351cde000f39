/** What a row of the register says, sealed under the breach's own key. */
import { z } from 'zod';
import type { Id } from '../../link/ids.ts';
import type { ActorRole } from '../../record/commitment.ts';
import type { DataClass } from '../../store/map/words.ts';
import { Intake } from '../intake.ts';
import {
  AFFECTED,
  CLASSES,
  GROUPS,
  MARKS_HOURS,
  type Mark,
  NATURES,
  NOTICES,
  PHASES,
  PROPOSALS,
  READABLE,
  RISKS,
  wordsOf,
} from './words.ts';

/** All that is known; a correction says all of it anew. */
export const factsSchema = z.strictObject({
  /** When we became aware (ISO 8601): clocks begin here. */
  aware: z.iso.datetime(),
  happened: z.string(),
  natures: z.array(z.enum(wordsOf(NATURES))),
  groups: z.array(z.enum(wordsOf(GROUPS))),
  /** How many people of each place; `unsaid`: nobody knows where they live. */
  places: z.array(z.strictObject({ place: z.string(), count: z.int().min(1) })),
  /** About so many records. */
  records: z.int().min(0),
  classes: z.array(z.enum(Object.keys(CLASSES) as [DataClass, ...DataClass[]])),
  readable: z.enum(wordsOf(READABLE)),
  risk: z.enum(wordsOf(RISKS)),
  riskWhy: z.string(),
  consequences: z.string(),
  measures: z.string(),
  /** What whoever is affected can do. */
  advice: z.string(),
  /** Where more can be asked (GDPR Art. 33(3)(b)). */
  contact: z.string(),
  affected: z.enum(wordsOf(AFFECTED)),
  /** As they are named: e-mail addresses and ids of accounts. */
  named: z.array(z.string()),
  /** Those of them who were found, by their random ids. */
  people: z.array(z.string()),
});
export type Facts = z.output<typeof factsSchema>;

const bare = <const Event extends string>(event: Event) => z.strictObject({ event: z.literal(event) });

export const saidSchema = z.discriminatedUnion('event', [
  z.strictObject({ event: z.literal('open'), facts: factsSchema }),
  z.strictObject({ event: z.literal('correct'), facts: factsSchema }),
  z.strictObject({ event: z.literal('draft'), notice: z.enum(wordsOf(NOTICES)), text: z.string() }),
  z.strictObject({
    event: z.literal('told'),
    duty: z.string(),
    phase: z.enum(wordsOf(PHASES)),
    on: z.iso.datetime(),
    /** How they call it, and, where it was late, why. */
    reference: z.string(),
    late: z.string(),
  }),
  z.strictObject({
    event: z.literal('propose'),
    what: z.enum(wordsOf(PROPOSALS)),
    /** Whom it is about; empty where it is about no duty. */
    duty: z.string(),
    /** Why; of `tell_people` what they are told. */
    words: z.string(),
  }),
  z.strictObject({ event: z.literal('agree'), of: z.string() }),
  z.strictObject({ event: z.literal('decline'), of: z.string(), reason: z.string() }),
  z.strictObject({ event: z.literal('sent'), people: z.int() }),
  z.strictObject({
    event: z.literal('remind'),
    duty: z.string(),
    due: z.iso.datetime(),
    mark: z.enum(Object.keys(MARKS_HOURS) as [Mark, ...Mark[]]),
  }),
  bare('look'),
  bare('export'),
]);
export type Said = z.output<typeof saidSchema>;

export interface By {
  /** Null: it went on by itself. */
  readonly person: Id | null;
  readonly role: ActorRole;
}

/** A row, opened. */
export interface Entry {
  readonly id: Id;
  readonly role: string;
  readonly by: Id | null;
  readonly at: Date;
  readonly said: Said;
}

export const rowContent = new Intake('breach_row', 'content', saidSchema);
