/** What a survey asks, and what a form answers. Questions are fixed once the survey is open. */
import { z } from 'zod';
import { Problem } from '../problem.ts';

/** `one` or `some` of its options, a number of a scale, or one's own words. */
export const QUESTION_KINDS = ['one', 'some', 'scale', 'text'] as const;
export type QuestionKind = (typeof QUESTION_KINDS)[number];

export const QUESTIONS_MAX = 20;
const OPTIONS_MAX = 12;
const OPTION_CHARACTERS_MAX = 120;
const QUESTION_CHARACTERS_MAX = 300;
/** Of one's own words, each. */
export const SAID_CHARACTERS_MAX = 2_000;
/** So that all of it fits into one message. */
const TEXTS_MAX = 4;
const SCALE = ['1', '2', '3', '4', '5'];

const questionShape = z.strictObject({
  kind: z.enum(QUESTION_KINDS),
  text: z.string(),
  options: z.array(z.string()),
});
export type Question = z.output<typeof questionShape>;

export const readQuestions = (stored: string): Question[] => z.array(questionShape).parse(JSON.parse(stored));

const line = (max: number, missing: string) =>
  z
    .string()
    .trim()
    .min(1, missing)
    .max(max, `at most ${max} characters`)
    .regex(/^\P{Cc}+$/u, 'must be one line');

const optionsInput = z
  .string()
  .default('')
  .transform((text) =>
    text
      .split(/\r?\n/)
      .map((each) => each.trim())
      .filter((each) => each !== ''),
  );
export const questionInput = z
  .strictObject({
    kind: z.enum(QUESTION_KINDS, 'choose one'),
    text: line(QUESTION_CHARACTERS_MAX, 'ask something'),
    options: optionsInput.pipe(
      z.array(line(OPTION_CHARACTERS_MAX, 'is empty')).max(OPTIONS_MAX, `at most ${OPTIONS_MAX}`),
    ),
  })
  .transform(({ kind, text, options }) => ({
    kind,
    text,
    options: kind === 'scale' ? SCALE : kind === 'text' ? [] : options,
  }))
  .refine(
    ({ kind, options }) => kind === 'text' || options.length >= 2,
    'Answers: at least two, each on a line of its own',
  )
  .refine(({ options }) => new Set(options).size === options.length, 'Answers: one is there twice');
export const QUESTION_LABELS = { kind: 'Kind', text: 'Question', options: 'Answers' };

/** Throws `Problem` 409 where there are enough. */
export function demandRoom(asked: readonly Question[], more: Question): void {
  const texts = asked.filter(({ kind }) => kind === 'text').length;
  if (asked.length >= QUESTIONS_MAX || (more.kind === 'text' && texts >= TEXTS_MAX))
    throw new Problem(
      409,
      'too_many',
      `A survey has at most ${QUESTIONS_MAX} questions, ${TEXTS_MAX} of them in one’s own words.`,
    );
  if (asked.some(({ text }) => text === more.text))
    throw new Problem(409, 'asked_twice', 'This question is there already.');
}

/** One answered question, as it is kept: in the words that were chosen. */
export interface Answer {
  readonly question: string;
  readonly answer: readonly string[];
}

export const readAnswers = (kept: string): Answer[] =>
  z.array(z.object({ question: z.string(), answer: z.array(z.string()) })).parse(JSON.parse(kept));

export interface Given {
  readonly answers: readonly Answer[];
  /** In their own words, with the questions; empty: nothing. */
  readonly said: string;
}

type Form = Readonly<Record<string, string | undefined>>;

/**
 * Fields: `q0` for the first question; of one with several answers `q0_0` for its first. What is left out is not answered.
 * Throws `Problem` 400.
 */
export function givenIn(questions: readonly Question[], form: Form): Given {
  const answers: Answer[] = [];
  const said: string[] = [];
  for (const [at, { kind, text, options }] of questions.entries()) {
    if (kind === 'text') {
      const words = wordsIn(form[`q${at}`] ?? '', text);
      if (words !== '') said.push(`${text}\n${words}`);
      continue;
    }
    const chosen =
      kind === 'some'
        ? options.filter((_option, n) => (form[`q${at}_${n}`] ?? '') !== '')
        : chosenOf(options, form[`q${at}`] ?? '', text);
    if (chosen.length > 0) answers.push({ question: text, answer: chosen });
  }
  return { answers, said: said.join('\n\n') };
}

function chosenOf(options: readonly string[], sent: string, question: string): string[] {
  if (sent === '') return [];
  if (!options.includes(sent))
    throw new Problem(400, 'invalid_input', `${question}: choose one of the answers.`);
  return [sent];
}

function wordsIn(sent: string, question: string): string {
  const words = sent.replaceAll('\r\n', '\n').trim();
  if (words.length > SAID_CHARACTERS_MAX)
    throw new Problem(400, 'invalid_input', `${question}: at most ${SAID_CHARACTERS_MAX} characters.`);
  return words;
}
