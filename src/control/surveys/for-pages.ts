/** Surveys as whoever is signed in answers them; what they answered is theirs to see, to change and to take back. */
import { and, asc, desc, eq, gt, notExists, sql } from 'drizzle-orm';
import { type Id, newId } from '../../link/ids.ts';
import { readValue, sealRow } from '../../store/sealed-rows.ts';
import type { Tx } from '../../store/store.ts';
import { demandNotHeld } from '../held.ts';
import { Problem } from '../problem.ts';
import { lockPerson } from '../requests/index.ts';
import { type Caller, countTry, demandSignedIn } from '../sign-in/index.ts';
import { lockedSurvey, noSuchSurvey } from './close.ts';
import type { SurveyParts } from './parts.ts';
import { type Answer, type Given, givenIn, type Question, readAnswers, readQuestions } from './questions.ts';
import { ANSWER_DAYS, type SurveyAnswerRow, type SurveyRow, survey, surveyAnswer } from './schema.ts';

const DAY_MS = 86_400_000;
const SHOWN_MAX = 100;

export interface ShownSurvey {
  readonly id: Id;
  readonly title: string;
  readonly words: string;
  readonly questions: readonly Question[];
  /** ISO 8601. */
  readonly endsAt: string;
  readonly isOpen: boolean;
  /** Null: they have not answered. */
  readonly own: {
    readonly answers: readonly Answer[];
    readonly conversation: Id | null;
    readonly until: string;
  } | null;
}

export type SurveyPages = ReturnType<typeof forSurveyPages>;

export function forSurveyPages(parts: SurveyParts) {
  const { signIn, erasing } = parts;
  const { services, store } = erasing;
  const { db, vault } = services;
  const isOpen = ({ state, endsAt }: SurveyRow): boolean =>
    state === 'open' && endsAt.getTime() > store.now();
  return {
    /** Those that are open and not answered yet, and those that they answered. */
    list: async (caller: Caller) => {
      const { who } = await demandSignedIn(signIn, caller);
      const theirs = and(eq(surveyAnswer.survey, survey.id), eq(surveyAnswer.person, who.person));
      const open = await db
        .select({ id: survey.id, title: survey.title, endsAt: survey.endsAt })
        .from(survey)
        .where(
          and(
            eq(survey.state, 'open'),
            gt(survey.endsAt, new Date(store.now())),
            notExists(db.select({ one: sql`1` }).from(surveyAnswer).where(theirs)),
          ),
        )
        .orderBy(asc(survey.endsAt), asc(survey.id))
        .limit(SHOWN_MAX);
      const answered = await db
        .select({ id: surveyAnswer.survey, title: surveyAnswer.title, at: surveyAnswer.at })
        .from(surveyAnswer)
        .where(eq(surveyAnswer.person, who.person))
        .orderBy(desc(surveyAnswer.at))
        .limit(SHOWN_MAX);
      return {
        open: open.map(({ endsAt, ...row }) => ({ ...row, endsAt: endsAt.toISOString() })),
        answered: answered.map(({ at, ...row }) => ({ ...row, at: at.toISOString() })),
      };
    },
    /** One that is over is there for whoever answered it. Throws `Problem` 404. */
    survey: async (caller: Caller, id: string): Promise<ShownSurvey> => {
      const { who } = await demandSignedIn(signIn, caller);
      return db.transaction(async (tx) => {
        const of = await lockedSurvey(tx, id, 'share');
        const row = await answerOf(tx, of.id, who.person);
        if (row === null && !isOpen(of)) throw noSuchSurvey();
        return {
          id: of.id,
          title: of.title,
          words: of.words,
          questions: readQuestions(of.questions),
          endsAt: of.endsAt.toISOString(),
          isOpen: isOpen(of),
          own: row === null ? null : shownAnswer(row),
        };
      });
    },
    /** In the place of what they answered before. Throws `Problem` 400, 404, 409 and 429. */
    answer: async (caller: Caller, id: string, form: Readonly<Record<string, string>>): Promise<void> => {
      const { who } = await demandSignedIn(signIn, caller);
      countTry(signIn, 'message', who.person);
      await db.transaction(async (tx) => {
        await lockPerson(tx, store, who.person);
        const of = await lockedSurvey(tx, id, 'share');
        if (of.state === 'draft') throw noSuchSurvey();
        if (!isOpen(of))
          throw new Problem(409, 'over', 'This survey is over: nothing of it can be answered any more.');
        const given = givenIn(readQuestions(of.questions), form);
        const before = await answerOf(tx, of.id, who.person);
        if (given.answers.length === 0 && given.said === '' && before === null)
          throw new Problem(400, 'invalid_input', 'Answer at least one of the questions.');
        await write(tx, of, who.person, given, before);
      });
    },
    /** With what they said in their own words. Throws `Problem` 404 and 409 (`held`). */
    withdraw: async (caller: Caller, id: string): Promise<void> => {
      const { who } = await demandSignedIn(signIn, caller);
      await store.record.act(async (tx, enter) => {
        await lockPerson(tx, store, who.person);
        const row = await answerOf(tx, id, who.person);
        if (row === null) throw noSuchSurvey();
        await demandNotHeld(store, tx, ['survey_answer'], who.person);
        await enter({
          kind: 'message',
          role: 'person',
          about: { kind: 'person', id: who.person },
          content: { survey: row.survey, event: 'delete' },
        });
        if (row.conversation !== null) await parts.said.forget(tx, row.conversation);
        await tx.delete(surveyAnswer).where(eq(surveyAnswer.id, row.id));
      });
    },
  };

  function shownAnswer(row: SurveyAnswerRow) {
    const kept = readValue(vault, surveyAnswer, row, 'answers');
    return {
      answers: kept === null ? [] : readAnswers(kept),
      conversation: row.conversation,
      until: row.until.toISOString(),
    };
  }

  async function write(tx: Tx, of: SurveyRow, person: Id, given: Given, before: SurveyAnswerRow | null) {
    const conversation =
      given.said === ''
        ? (before?.conversation ?? null)
        : await parts.said.say(tx, {
            person,
            subject: of.title,
            words: given.said,
            conversation: before?.conversation ?? null,
          });
    const row = {
      id: before?.id ?? newId(),
      survey: of.id,
      person,
      title: of.title,
      answers: JSON.stringify(given.answers),
      conversation,
      at: new Date(store.now()),
      until: new Date(of.endsAt.getTime() + ANSWER_DAYS * DAY_MS),
    };
    const { id, answers, at, until, ...rest } = sealRow(vault, surveyAnswer, row);
    await tx
      .insert(surveyAnswer)
      .values({ id, answers, at, until, ...rest })
      .onConflictDoUpdate({ target: surveyAnswer.id, set: { answers, conversation, at, until } });
  }
}

async function answerOf(tx: Tx, id: string, person: Id): Promise<SurveyAnswerRow | null> {
  const [row] = await tx
    .select()
    .from(surveyAnswer)
    .where(and(eq(surveyAnswer.survey, id as Id), eq(surveyAnswer.person, person)))
    .for('update');
  return row ?? null;
}
