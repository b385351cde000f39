/**
 * The end of an erasure: keys are destroyed, the erasure lets go of whom it was about, its entry goes into the record
 * and the processors' tasks into the outbox. What a hold keeps is said, and keeps its keys.
 */
import { randomUUID } from 'node:crypto';
import { and, eq, inArray, or, sql } from 'drizzle-orm';
import type { ActorRole } from '../../record/commitment.ts';
import type { SubjectName } from '../map/rows.ts';
import { heldSubjects } from '../retention/held-rows.ts';
import type { Tx } from '../store.ts';
import type { Erased } from './erase.ts';
import { type ErasureRow, erasure, outbox } from './schema.ts';
import type { ErasureSettings } from './settings.ts';

interface Swept {
  readonly row: ErasureRow;
  /** The subject, then the accounts that end with it. */
  readonly subjects: readonly SubjectName[];
  readonly held: readonly string[];
  readonly rows: number;
}

export async function finish(settings: ErasureSettings, swept: Swept): Promise<Erased> {
  const { row, subjects, held } = swept;
  const answer = { erasureId: row.id, accounts: subjects.length - 1, held, suppressed: row.suppressed };
  if (held.length > 0) {
    await hold(settings, swept);
    return { ...answer, state: 'held', entry: null };
  }
  await settings.store.keys.destroy(subjects);
  const entry = await settings.store.record.act(async (tx, enter) => {
    const closed = await close(tx, swept, settings.store.now());
    if (closed === null)
      return (await tx.select().from(erasure).where(eq(erasure.id, row.id)))[0]?.entry ?? null;
    const processors = settings.processors.map(({ name }) => name);
    await tell(tx, swept, processors, settings.store.now());
    const role = row.role as ActorRole;
    // About nobody: its secret must live when every key of the subject is dead.
    const content = {
      erasure: row.id,
      subject: (subjects[0] as SubjectName).kind,
      accounts: subjects.length - 1,
      rows: closed.rows,
      heldBefore: row.held,
      processors,
      suppressed: row.suppressed,
    };
    const made = await enter({ kind: 'erasure_done', role, about: null, content });
    await tx.update(erasure).set({ entry: made }).where(eq(erasure.id, row.id));
    return made;
  });
  return { ...answer, state: 'done', entry };
}

/** Ends the erasure, and lets every row about erasures of these subjects go of them. Null: it has ended before. */
async function close(tx: Tx, { row, subjects, rows }: Swept, now: number): Promise<{ rows: number } | null> {
  const ids = subjects.map(({ id }) => id);
  const ended = await tx
    .update(erasure)
    .set({
      state: sql`case when ${inArray(erasure.state, ['begun', 'held'])} then 'done' else ${erasure.state} end`,
      doneAt: sql`case when ${inArray(erasure.state, ['begun', 'held'])} then ${new Date(now).toISOString()}::timestamptz else ${erasure.doneAt} end`,
      rows: sql`${erasure.rows} + case when ${erasure.id} = ${row.id} then ${rows}::int else 0 end`,
      person: null,
      account: null,
    })
    .where(or(inArray(erasure.person, ids), inArray(erasure.account, ids)))
    .returning({ id: erasure.id, rows: erasure.rows });
  return ended.find(({ id }) => id === row.id) ?? null;
}

/**
 * They cannot sign in or be found any more, and the rest waits for the end of the hold. It keeps the keys of those whom
 * it names; others of whom it keeps a row or a link lose theirs.
 */
async function hold({ store }: ErasureSettings, { row, subjects, held, rows }: Swept): Promise<void> {
  const named = await store.db.transaction((tx) => heldSubjects(tx, subjects));
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

async function tell(
  tx: Tx,
  { row, subjects }: Swept,
  processors: readonly string[],
  now: number,
): Promise<void> {
  const tasks = subjects.flatMap((subject) =>
    processors.map((processor) => ({
      id: randomUUID().replaceAll('-', ''),
      erasure: row.id,
      processor,
      kind: subject.kind,
      subject: subject.id,
      attempts: 0,
      nextAt: new Date(now),
      doneAt: null,
    })),
  );
  if (tasks.length > 0) await tx.insert(outbox).values(tasks);
}
