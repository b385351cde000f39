/** Surveys in words. */
import type { QuestionKind } from '../../control/surveys/index.ts';

export const SURVEY_STATE_WORDS = { draft: 'draft', open: 'open', closed: 'over' } as const;

export const QUESTION_WORDS: Readonly<Record<QuestionKind, string>> = {
  one: 'One of several answers',
  some: 'Some of several answers',
  scale: 'A number from 1 to 5',
  text: 'In their own words',
};
