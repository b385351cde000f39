/**
 * Surveys (COLLECT-2): whoever is signed in may answer, and nobody has to. An answer is sealed like a message, seen, changed
 * and taken back by its person; staff see how many chose what once the survey is over, in whole groups, and what was said in
 * one's own words as a conversation.
 */
import { Rounds } from '../rounds.ts';
import { closeOver } from './close.ts';
import { forSurveyDesk } from './for-desk.ts';
import { forSurveyPages } from './for-pages.ts';
import type { SurveyParts } from './parts.ts';

export type { SurveyDesk } from './for-desk.ts';
export type { ShownSurvey, SurveyPages } from './for-pages.ts';
export type { QuestionKind } from './questions.ts';

const ROUND_MS = 10 * 60_000;

export function openSurveys(parts: SurveyParts) {
  const rounds = new Rounds({
    everyMs: ROUND_MS,
    work: (signal) => closeOver(parts, signal),
    log: parts.log,
  });
  return {
    pages: forSurveyPages(parts),
    desk: forSurveyDesk(parts),
    start: () => rounds.start(),
    stop: () => rounds.stop(),
  };
}
