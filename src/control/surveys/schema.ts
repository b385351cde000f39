/**
 * Surveys, and what people answered: sealed under their own key, so that who answered what is theirs to see and nobody
 * else's. What staff get is counted once, when the survey ends, and is about groups.
 */
import { index, text, uniqueIndex } from 'drizzle-orm/pg-core';
import { id, moment } from '../../store/columns.ts';
import { none, refers, sealed, stored } from '../../store/map/columns.ts';
import { occurred, setting, subjectId } from '../../store/map/presets.ts';
import { mapped } from '../../store/map/table.ts';
import { person } from '../accounts/schema.ts';

export const SURVEY_STATES = ['draft', 'open', 'closed'] as const;

/** A survey is kept for so long after its end; what was answered, for a shorter time. */
export const SURVEY_DAYS = 366;
export const ANSWER_DAYS = 90;

const FOR_MANY = 'written for many; whoever writes it is told to name nobody';

export const survey = mapped(
  'survey',
  {
    about: 'Surveys that can be answered, and how many answered what, in groups',
    subject: { kind: 'nobody', why: FOR_MANY },
    retention: { kind: 'days after', days: SURVEY_DAYS, event: 'endsAt' },
    columns: {
      id: none(id('id').primaryKey(), 'random number of the row'),
      title: none(text('title').notNull(), FOR_MANY),
      words: none(text('words').notNull(), FOR_MANY),
      /** JSON; see `questions.ts`. */
      questions: none(text('questions').notNull(), FOR_MANY),
      state: none(text('state', { enum: SURVEY_STATES }).notNull(), 'how it stands, a closed list'),
      endsAt: none(moment('ends_at').notNull(), 'when it ends, or did'),
      /** JSON; null: nothing is counted yet. */
      results: none(
        text('results'),
        'how many chose which answer, counted once, rounded down to whole groups; nothing of smaller ones',
      ),
      changedAt: none(moment('changed_at').notNull(), 'when it was changed last'),
    },
  },
  (table) => [index('survey_ends').on(table.state, table.endsAt)],
);
export type SurveyRow = typeof survey.$inferSelect;

export const surveyAnswer = mapped(
  'survey_answer',
  {
    about: 'What people answered in surveys',
    subject: { kind: 'direct', of: 'person', column: 'person' },
    retention: { kind: 'days after', days: 0, event: 'until' },
    columns: {
      id: none(id('id').primaryKey(), 'random number of the row'),
      survey: none(id('survey_id').notNull(), 'the survey, by its random number'),
      person: refers(
        'person',
        id('person_id')
          .notNull()
          .references(() => person.id),
        subjectId('Person'),
      ),
      title: stored(text('title').notNull(), {
        ...setting('Survey'),
        class: 'user.content.private',
        purposes: ['support', 'rights'],
        plain: 'the title of a survey that everybody who is signed in can see',
      }),
      /** JSON of `Answer`s. */
      answers: sealed('answers', {
        label: 'What you answered',
        class: 'user.content.private',
        purposes: ['support', 'rights'],
        source: 'given',
        access: 'yes',
        export: 'yes',
        correct: { no: 'changed where it was answered, as long as the survey is open' },
        erase: 'key death',
      }),
      conversation: none(id('conversation_id'), 'the conversation with what was said, by its random number'),
      at: stored(moment('answered_at').notNull(), occurred('Answered at')),
      until: none(moment('until').notNull(), 'when it goes'),
    },
  },
  (table) => [
    uniqueIndex('survey_answer_once').on(table.survey, table.person),
    index('survey_answer_person').on(table.person),
    index('survey_answer_until').on(table.until),
  ],
);
export type SurveyAnswerRow = typeof surveyAnswer.$inferSelect;
