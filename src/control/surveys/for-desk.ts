/** Surveys at the desk: written, opened, closed, and counted in groups. Who answered stands nowhere here. */
import { asc, desc, eq } from 'drizzle-orm';
import { z } from 'zod';
import type { Id } from '../../link/ids.ts';
import { demandStaff } from '../desk/index.ts';
import { idOnce } from '../form-once.ts';
import { checkInput } from '../input.ts';
import { Problem } from '../problem.ts';
import type { Caller } from '../sign-in/index.ts';
import { closeSurvey, lockedSurvey, type Results } from './close.ts';
import { type Invitation, invitationTo } from './invitation.ts';
import type { SurveyParts } from './parts.ts';
import { demandRoom, QUESTION_LABELS, type Question, questionInput, readQuestions } from './questions.ts';
import { type SurveyRow, survey } from './schema.ts';

const LISTED_MAX = 200;
const DAYS_MAX = 366;
const DAY_MS = 86_400_000;

const surveyInput = z.strictObject({
  title: z
    .string()
    .trim()
    .min(1, 'give it one')
    .max(120, 'at most 120 characters')
    .regex(/^\P{Cc}+$/u, 'must be one line'),
  words: z
    .string()
    .transform((text) => text.replaceAll('\r\n', '\n').trim())
    .pipe(z.string().min(1, 'say what it is for').max(2_000, 'at most 2,000 characters')),
  /** A day; its end, UTC. */
  endsOn: z
    .string()
    .regex(/^\d{4}-\d{2}-\d{2}$/, 'must be a day')
    .transform((day) => new Date(`${day}T23:59:59.999Z`))
    .refine((at) => !Number.isNaN(at.getTime()), 'must be a day'),
});
const LABELS = { title: 'Title', words: 'What it is for', endsOn: 'Last day' };

export type SurveyDesk = ReturnType<typeof forSurveyDesk>;

export function forSurveyDesk(parts: SurveyParts) {
  const { signIn, erasing } = parts;
  const { services, store } = erasing;
  const { db } = services;
  const demand = (caller: Caller) => demandStaff(signIn, caller, 'surveys');
  const read = (form: unknown) => {
    const { endsOn, ...wish } = checkInput(form, surveyInput, LABELS);
    demandTime(endsOn);
    return { ...wish, endsAt: endsOn, changedAt: new Date(store.now()) };
  };
  function demandTime(endsAt: Date): void {
    const ms = endsAt.getTime() - store.now();
    if (ms <= 0 || ms > DAYS_MAX * DAY_MS)
      throw new Problem(400, 'invalid_input', 'Last day: must lie within the next year.');
  }
  /** Of a draft, under its lock. Throws `Problem` 404 and 409. */
  const changeDraft = (id: string, change: (of: SurveyRow) => Partial<typeof survey.$inferInsert>) =>
    db.transaction(async (tx) => {
      const of = await lockedSurvey(tx, id);
      demandDraft(of);
      await tx
        .update(survey)
        .set({ changedAt: new Date(store.now()), ...change(of) })
        .where(eq(survey.id, of.id));
    });
  const shown = (row: SurveyRow) => ({
    id: row.id,
    title: row.title,
    words: row.words,
    state: row.state,
    endsAt: row.endsAt.toISOString(),
    questions: readQuestions(row.questions),
    results: row.results === null ? null : (JSON.parse(row.results) as Results),
    groupMin: parts.groupMin,
  });
  return {
    list: async (caller: Caller) => {
      await demand(caller);
      const rows = await db
        .select()
        .from(survey)
        .orderBy(desc(survey.changedAt), asc(survey.id))
        .limit(LISTED_MAX);
      return rows.map(shown);
    },
    /** Throws `Problem` 404. */
    survey: async (caller: Caller, id: string) => {
      await demand(caller);
      return shown(await db.transaction((tx) => lockedSurvey(tx, id, 'share')));
    },
    /** What a campaign says that invites to it. Throws `Problem` 404 and 409 where it is not open. */
    invitation: async (caller: Caller, id: string): Promise<Invitation> => {
      await demand(caller);
      const row = await db.transaction((tx) => lockedSurvey(tx, id, 'share'));
      if (row.state !== 'open')
        throw new Problem(409, 'not_open', 'People are invited to a survey while it is open.');
      return invitationTo(row, signIn.settings.siteUrl);
    },
    /** A draft; `once` tells the same form sent twice. Throws `Problem` 400. */
    write: async (caller: Caller, form: unknown, once?: string): Promise<Id> => {
      const { actor } = await demand(caller);
      const id = idOnce('survey', actor.person, once);
      await db
        .insert(survey)
        .values({ id, ...read(form), questions: '[]', state: 'draft' })
        .onConflictDoNothing();
      return id;
    },
    /** Throws `Problem` 400, 404 and 409. */
    change: async (caller: Caller, id: string, form: unknown): Promise<void> => {
      await demand(caller);
      const wish = read(form);
      await changeDraft(id, () => wish);
    },
    /** Throws `Problem` 400, 404 and 409. */
    addQuestion: async (caller: Caller, id: string, form: unknown): Promise<void> => {
      await demand(caller);
      const more: Question = checkInput(form, questionInput, QUESTION_LABELS);
      await changeDraft(id, (of) => {
        const asked = readQuestions(of.questions);
        demandRoom(asked, more);
        return { questions: JSON.stringify([...asked, more]) };
      });
    },
    /** `at`: its place, from 0. Throws `Problem` 404 and 409. */
    dropQuestion: async (caller: Caller, id: string, at: string): Promise<void> => {
      await demand(caller);
      await changeDraft(id, (of) => ({
        questions: JSON.stringify(readQuestions(of.questions).filter((_each, n) => String(n) !== at)),
      }));
    },
    /** Everybody who is signed in can answer it. Throws `Problem` 400, 404 and 409. */
    open: async (caller: Caller, id: string): Promise<void> => {
      await demand(caller);
      await changeDraft(id, (of) => {
        if (readQuestions(of.questions).length === 0)
          throw new Problem(409, 'asks_nothing', 'It asks nothing yet: add a question first.');
        demandTime(of.endsAt);
        return { state: 'open' };
      });
    },
    /** For good: it is counted now. Throws `Problem` 404 and 409. */
    close: async (caller: Caller, id: string): Promise<void> => {
      await demand(caller);
      await db.transaction(async (tx) => {
        if ((await lockedSurvey(tx, id, 'share')).state === 'draft')
          throw new Problem(409, 'not_open', 'It is not open yet.');
      });
      await closeSurvey(parts, id);
    },
    /** A draft goes. Throws `Problem` 404 and 409. */
    drop: async (caller: Caller, id: string): Promise<void> => {
      await demand(caller);
      await db.transaction(async (tx) => {
        const of = await lockedSurvey(tx, id);
        demandDraft(of);
        await tx.delete(survey).where(eq(survey.id, of.id));
      });
    },
  };
}

function demandDraft({ state }: SurveyRow): void {
  if (state !== 'draft')
    throw new Problem(409, 'not_a_draft', 'It is open already, or over: it cannot be changed any more.');
}
