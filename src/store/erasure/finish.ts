/**
 * The end of an erasure: keys are destroyed, the erasure lets go of whom it was about, its entry goes into the record
 * and the processors' tasks into the outbox. What a hold keeps is said, and keeps its keys.
 */
import { randomUUID } from 'node:crypto';
import { and, eq, inArray, or, sql } from 'drizzle-orm';
import type { ActorRole } from '../../record/commitment.ts';
import type { SubjectName } from '../map/rows.ts';
import { prepare, run } from '../prepared.ts';
import { heldSubjects } from '../retention/held-rows.ts';
import type { Act, Tx } from '../store.ts';
import { together } from '../together.ts';
import { beside } from './beside.ts';
import type { ProcessorStanding } from './complete.ts';
import type { Erased } from './erase.ts';
import { type ErasureRow, erasure, outbox } from './schema.ts';
import type { ErasureSettings, Processor } from './settings.ts';

interface Swept {
  readonly row: ErasureRow;
  /** The subject, then the accounts that end with it. */
  readonly subjects: readonly SubjectName[];
  readonly held: readonly string[];
  readonly rows: number;
}

/** `place`: of the entry that the erasure began with; its tile is written together with the last one's. */
export async function finish(
  settings: ErasureSettings,
  swept: Swept,
  place: () => Promise<void>,
): Promise<Erased> {
  const { row, subjects, held } = swept;
  const answer = { erasureId: row.id, accounts: subjects.length - 1, held, suppressed: row.suppressed };
  if (held.length > 0) {
    await hold(settings, swept);
    await place();
    return { ...answer, state: 'held', entry: null };
  }
  await settings.ledger.released(subjects, settings.store.now());
  const destroyed = settings.store.keys.destroy(subjects);
  // Heard below, also where no transaction begins.
  destroyed.catch(() => {});
  const end = await settings.store.record
    .begin((tx, enter) => beside(lastEntry(tx, enter, settings, swept), destroyed))
    .finally(() => destroyed);
  await Promise.all([place(), end.place()]);
  return { ...answer, state: 'done', entry: end.result };
}

/** Closes the erasure and enters it; answers the entry, the one that it had where it was closed before. */
async function lastEntry(
  tx: Tx,
  enter: Parameters<Act<string>>[1],
  { store, processors, outside }: ErasureSettings,
  swept: Swept,
): Promise<string | null> {
  const { row, subjects } = swept;
  const id = randomUUID().replaceAll('-', '');
  const closed = await close(tx, swept, id, store.now());
  if (closed === null)
    return (await tx.select().from(erasure).where(eq(erasure.id, row.id)))[0]?.entry ?? null;
  const [told, standing] = await together(
    tell(tx, swept, processors, store.now()),
    outside?.standing(tx, row.id) ?? Promise.resolve([]),
  );
  // About nobody: its secret must live when every key of the subject is dead.
  const content = {
    erasure: row.id,
    subject: (subjects[0] as SubjectName).kind,
    accounts: subjects.length - 1,
    rows: closed.rows,
    heldBefore: row.held,
    processors: told,
    suppressed: row.suppressed,
    ...(standing.length > 0 && { outside: standing }),
  };
  return enter({ id, kind: 'erasure_done', role: row.role as ActorRole, about: null, content });
}

/** Ends the erasure, and lets every row about erasures of these subjects go of them. Null: it has ended before. */
async function close(
  tx: Tx,
  { row, subjects, rows }: Swept,
  entry: string,
  now: number,
): Promise<{ readonly rows: number } | null> {
  const ended = await run<{ mine: boolean; rows: number }>(tx, CLOSE, {
    row: row.id,
    subjects: subjects.map(({ id }) => id),
    rows,
    entry,
    now: new Date(now).toISOString(),
  });
  return ended.find(({ mine }) => mine) ?? null;
}

const CLOSE = prepare(sql`
  with own as (select ${sql.placeholder('row')}::uuid as id, ${sql.placeholder('subjects')}::uuid[] as subjects)
  update erasure set
    state = case when state in ('begun', 'held') then 'done' else state end,
    done_at = case when state in ('begun', 'held') then ${sql.placeholder('now')}::timestamptz else done_at end,
    rows = rows + case when erasure.id = own.id then ${sql.placeholder('rows')}::int else 0 end,
    entry = case when erasure.id = own.id then ${sql.placeholder('entry')}::uuid else entry end,
    person_id = null,
    account_id = null
  from own where person_id = any(own.subjects) or account_id = any(own.subjects)
  returning erasure.id = own.id as mine, rows`);

/**
 * They cannot sign in or be found any more, and the rest waits for the end of the hold. It keeps the keys of those whom
 * it names, also in backups; others of whom it keeps a row or a link lose theirs.
 */
async function hold({ store }: ErasureSettings, { row, subjects, held, rows }: Swept): Promise<void> {
  const named = await store.db.transaction((tx) => heldSubjects(tx, subjects));
  // What a hold keeps has to be readable after a restore as well: copies of keys leave out who is in the grace.
  const inGrace = [...named].filter((id) => store.keys.inGrace(id));
  if (inGrace.length > 0) await store.keys.setGrace(inGrace, false);
  await store.keys.destroy(subjects.filter(({ id }) => !named.has(id)));
  for (const { id } of subjects) {
    for (const kind of store.keys.lookupsOf(id)) await store.keys.removeLookup(kind, id);
  }
  await store.db
    .update(erasure)
    .set({ state: 'held', held: [...held], rows: sql`${erasure.rows} + ${rows}` })
    .where(
      and(or(eq(erasure.id, row.id), eq(erasure.cause, row.id)), inArray(erasure.state, ['begun', 'held'])),
    );
}

/** A task for each that holds something of them; answers how each stands. */
async function tell(
  tx: Tx,
  { row, subjects }: Swept,
  processors: readonly Processor[],
  now: number,
): Promise<ProcessorStanding[]> {
  const asked = processors.flatMap((processor) => subjects.map((subject) => ({ processor, subject })));
  const held = await Promise.all(asked.map(({ processor, subject }) => processor.holds(tx, subject)));
  const holding = asked.filter((_, at) => held[at]);
  const tasks = holding.map(({ processor, subject }) => ({
    id: randomUUID().replaceAll('-', ''),
    erasure: row.id,
    processor: processor.name,
    kind: subject.kind,
    subject: subject.id,
    attempts: 0,
    nextAt: new Date(now),
    doneAt: null,
  }));
  if (tasks.length > 0) await tx.insert(outbox).values(tasks);
  return processors.map(({ name }) => ({
    processor: name,
    state: tasks.some((task) => task.processor === name) ? 'open' : 'nothing',
  }));
}
