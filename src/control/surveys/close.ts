/**
 * A survey ends: what was answered is counted, once, and only whole groups are kept of it. Counting a second time would tell
 * what changed between the two; a sum beside the numbers would tell what is missing from them. So there is neither.
 */
import { and, asc, eq, gt, isNull, lte, notExists, sql } from 'drizzle-orm';
import { type Id, isId } from '../../link/ids.ts';
import { restriction } from '../../store/rights/schema.ts';
import { readValue } from '../../store/sealed-rows.ts';
import type { Tx } from '../../store/store.ts';
import { Problem } from '../problem.ts';
import { inGroups } from '../statistics/index.ts';
import type { SurveyParts } from './parts.ts';
import { type Question, readAnswers, readQuestions } from './questions.ts';
import { type SurveyRow, survey, surveyAnswer } from './schema.ts';

const BATCH = 500;
const SURVEYS_MAX = 100;

/** For each question the number of each of its options, in whole groups; null: fewer than a group. */
export type Results = readonly (readonly (number | null)[])[];

export const noSuchSurvey = (): Problem =>
  new Problem(404, 'no_such_survey', 'There is no such survey, or it is gone.');

/** Held until the end of the transaction. Throws `Problem` 404. */
export async function lockedSurvey(
  tx: Tx,
  id: string,
  how: 'update' | 'share' = 'update',
): Promise<SurveyRow> {
  const [row] = isId(id) ? await tx.select().from(survey).where(eq(survey.id, id)).for(how) : [];
  if (row === undefined) throw noSuchSurvey();
  return row;
}

/** Nothing happens where it is not open. */
export async function closeSurvey(parts: SurveyParts, id: string): Promise<void> {
  const { services, store } = parts.erasing;
  await services.db.transaction(async (tx) => {
    const of = await lockedSurvey(tx, id);
    if (of.state !== 'open') return;
    const now = new Date(store.now());
    await tx
      .update(survey)
      .set({
        state: 'closed',
        endsAt: now < of.endsAt ? now : of.endsAt,
        results: JSON.stringify(await countAnswers(parts, tx, of)),
        changedAt: now,
      })
      .where(eq(survey.id, of.id));
  });
}

/** Of what can be opened: not of who is about to be deleted; nor of who restricted the use of their data. */
async function countAnswers({ erasing, groupMin }: SurveyParts, tx: Tx, of: SurveyRow): Promise<Results> {
  const { vault } = erasing.services;
  const questions = readQuestions(of.questions);
  const counts = questions.map(({ options }) => options.map(() => 0));
  const restricted = tx
    .select({ one: sql`1` })
    .from(restriction)
    .where(and(eq(restriction.person, surveyAnswer.person), isNull(restriction.account)));
  for (let after: Id | null = null; ; ) {
    const rows: (typeof surveyAnswer.$inferSelect)[] = await tx
      .select()
      .from(surveyAnswer)
      .where(
        and(
          eq(surveyAnswer.survey, of.id),
          notExists(restricted),
          after === null ? undefined : gt(surveyAnswer.id, after),
        ),
      )
      .orderBy(asc(surveyAnswer.id))
      .limit(BATCH);
    for (const row of rows) add(counts, questions, readValue(vault, surveyAnswer, row, 'answers'));
    after = rows.at(-1)?.id ?? null;
    if (rows.length < BATCH) break;
  }
  return counts.map((each) => each.map((people) => inGroups(groupMin, people)));
}

function add(counts: number[][], questions: readonly Question[], kept: string | null): void {
  if (kept === null) return;
  for (const { question, answer } of readAnswers(kept)) {
    const at = questions.findIndex(({ text }) => text === question);
    for (const chosen of answer) {
      const option = questions[at]?.options.indexOf(chosen) ?? -1;
      const of = counts[at];
      if (of !== undefined && option >= 0) of[option] = (of[option] ?? 0) + 1;
    }
  }
}

/** Those whose last day is over. */
export async function closeOver(parts: SurveyParts, signal: AbortSignal): Promise<void> {
  const { services, store } = parts.erasing;
  const over = await services.db
    .select({ id: survey.id })
    .from(survey)
    .where(and(eq(survey.state, 'open'), lte(survey.endsAt, new Date(store.now()))))
    .limit(SURVEYS_MAX);
  for (const { id } of over) if (!signal.aborted) await closeSurvey(parts, id);
}
