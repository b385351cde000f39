/** Answers that staff wrote once, to be sent to many. Whoever writes one is told to name nobody. */
import { asc, eq } from 'drizzle-orm';
import { z } from 'zod';
import { type Id, isId } from '../../link/ids.ts';
import type { Db } from '../../store/database.ts';
import { checkInput } from '../input.ts';
import { Problem } from '../problem.ts';
import { ANSWER_CHARACTERS_MAX } from './kinds.ts';
import { answerTemplate } from './schema.ts';

const TEMPLATES_MAX = 200;

const templateInput = z.strictObject({
  name: z.string().trim().min(1, 'give it one').max(100, 'at most 100 characters'),
  words: z
    .string()
    .transform((text) => text.replaceAll('\r\n', '\n').trim())
    .pipe(
      z
        .string()
        .min(1, 'write what is answered')
        .max(ANSWER_CHARACTERS_MAX, `at most ${ANSWER_CHARACTERS_MAX} characters`),
    ),
});
const LABELS = { name: 'Name', words: 'Answer' };

export interface Template {
  readonly id: Id;
  readonly name: string;
  readonly words: string;
}

export const templatesOf = (db: Db): Promise<Template[]> =>
  db
    .select({ id: answerTemplate.id, name: answerTemplate.name, words: answerTemplate.words })
    .from(answerTemplate)
    .orderBy(asc(answerTemplate.name), asc(answerTemplate.id))
    .limit(TEMPLATES_MAX);

/** Throws `Problem` 404. */
export async function templateOf(db: Db, id: string): Promise<Template> {
  const [row] = isId(id) ? await db.select().from(answerTemplate).where(eq(answerTemplate.id, id)) : [];
  if (row === undefined)
    throw new Problem(404, 'no_such_template', 'There is no such answer, or it is gone.');
  return { id: row.id, name: row.name, words: row.words };
}

/** Throws `Problem` 400 and 404. */
export async function changeTemplate(db: Db, now: number, form: unknown, id: string): Promise<void> {
  const values = { ...checkInput(form, templateInput, LABELS), changedAt: new Date(now) };
  const { id: known } = await templateOf(db, id);
  await db.update(answerTemplate).set(values).where(eq(answerTemplate.id, known));
}

/** Twice under one number is once. Throws `Problem` 400 and 409. */
export async function writeTemplate(db: Db, now: number, form: unknown, id: Id): Promise<void> {
  const values = { ...checkInput(form, templateInput, LABELS), changedAt: new Date(now) };
  if ((await templatesOf(db)).length >= TEMPLATES_MAX)
    throw new Problem(409, 'too_many', `There are ${TEMPLATES_MAX} answers already: delete one first.`);
  await db
    .insert(answerTemplate)
    .values({ id, ...values })
    .onConflictDoNothing();
}

/** Throws `Problem` 404. */
export async function dropTemplate(db: Db, id: string): Promise<void> {
  const { id: known } = await templateOf(db, id);
  await db.delete(answerTemplate).where(eq(answerTemplate.id, known));
}
