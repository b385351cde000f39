/** Whoever was told before may object: then it is approved anew, by somebody who has read what they say. */
import { and, eq, isNotNull } from 'drizzle-orm';
import { z } from 'zod';
import { type Id, isId } from '../../link/ids.ts';
import { entryOf } from '../../store/map/table.ts';
import { lockAlone } from '../../store/rights/subject-lock.ts';
import { readValue, sealValue } from '../../store/sealed-rows.ts';
import { checkInput } from '../input.ts';
import { Problem } from '../problem.ts';
import { change, notNow, onCase, step } from './case.ts';
import type { Decider } from './decide.ts';
import type { DisclosureParts } from './parts.ts';
import { type Disclosure, disclosure } from './schema.ts';
import { CASE_STATES } from './words.ts';

const WORDS_MAX = 4000;
const objectionInput = z.strictObject({
  words: z.string().trim().min(1, 'say why').max(WORDS_MAX, `at most ${WORDS_MAX} characters`),
});

const noSuch = (): Problem => new Problem(404, 'no_such_disclosure', 'There is no such disclosure of yours.');

/** Throws `Problem` 400, 404 and 409. */
export async function objectTo(
  parts: DisclosureParts,
  person: Id,
  form: Readonly<Record<string, string>>,
): Promise<void> {
  const { store } = parts.erasing;
  const { words } = checkInput({ words: form.words ?? '' }, objectionInput, { words: 'Why you object' });
  const wanted = form.disclosure ?? '';
  const theirs = and(eq(disclosure.id, wanted), eq(disclosure.person, person));
  const [found] = isId(wanted) ? await store.db.select().from(disclosure).where(theirs) : [];
  if (found === undefined) throw noSuch();
  await onCase(parts, found.case, CASE_STATES, async (tx, enter, row) => {
    await lockAlone(tx, { kind: 'person', id: person });
    const [now] = await tx.select().from(disclosure).where(theirs);
    if (now === undefined) throw noSuch();
    if (now.state !== 'announced' || row.state === 'closed')
      throw notNow('It is answered already: it is too late to object.');
    if (now.objectedAt !== null)
      throw notNow('You have objected already. Somebody here reads it before anything is done.');
    const objection = sealValue(store.vault, entryOf(disclosure), now, 'objection', words);
    await tx
      .update(disclosure)
      .set({ objection, objectedAt: new Date(store.now()) })
      .where(theirs);
    if (row.state === 'approved')
      await change(tx, row.id, { state: 'prepared', approvedBy: null, approvedAt: null });
    await step(parts, tx, enter, { case: row.id, event: 'object', by: { person: null, role: 'person' } });
  });
}

/** How many objected. */
export const countObjections = ({ erasing: { store } }: DisclosureParts, of: Id): Promise<number> =>
  store.db.$count(disclosure, objected(of));

const objected = (of: Id) => and(eq(disclosure.case, of), isNotNull(disclosure.objection));

/** What they say; each look stands in the record first, and on their page. */
export async function readObjections(parts: DisclosureParts, of: Id, by: Decider): Promise<string[]> {
  const { store } = parts.erasing;
  const rows = await store.record.act(async (tx, enter): Promise<Disclosure[]> => {
    const found = await tx.select().from(disclosure).where(objected(of)).for('key share');
    const alive = found.filter(({ person }) => store.keys.has('person', person));
    for (const { id, person } of alive)
      await enter({
        kind: 'staff_read',
        role: by.role,
        about: { kind: 'person', id: person },
        content: {
          actor: by.person,
          purpose: 'legal',
          reason: 'To read what you object',
          table: 'disclosure',
          row: id,
        },
      });
    return alive;
  });
  return rows.flatMap((row) => readValue(store.vault, disclosure, row, 'objection') ?? []);
}
