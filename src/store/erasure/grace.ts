/** Erasure with a grace: asked for now, begun 30 days later, cancelled at any time before. */
import { randomUUID } from 'node:crypto';
import { and, eq, inArray, lte } from 'drizzle-orm';
import type { ActorRole } from '../../record/commitment.ts';
import type { SubjectName } from '../map/rows.ts';
import { lockAlone } from '../rights/subject-lock.ts';
import { suppressionEntry } from '../rights/suppress.ts';
import type { Store } from '../store.ts';
import { followRow, takeBack } from './keep-away.ts';
import { findOpen, refersTo } from './open-erasures.ts';
import { type ErasureRow, erasure } from './schema.ts';
import type { ErasureSettings } from './settings.ts';

const DAY_MS = 86_400_000;
export const GRACE_DAYS = 30;
const DUE_MAX = 20;

export interface Scheduled {
  readonly erasureId: string;
  /** Milliseconds since 1970. */
  readonly dueAt: number;
  /** Their address is kept out from now on, also after the erasure. */
  readonly suppressed: boolean;
}

/**
 * Schedules an erasure and leaves the subject's keys out of new backups. Asked again, the first one stands, but for
 * whether the address stays (`suppressed`). `dueAt`: milliseconds since 1970, where the grace began before. `null`: it
 * has begun already.
 */
export async function scheduleErasure(
  settings: ErasureSettings,
  subject: SubjectName,
  role: ActorRole,
  suppressed = false,
  dueAt?: number,
): Promise<Scheduled | null> {
  const { store } = settings;
  const now = store.now();
  const due = dueAt ?? now + GRACE_DAYS * DAY_MS;
  const { row, accounts } = await store.record.act(async (tx, enter) => {
    await lockAlone(tx, subject);
    const ending = subject.kind === 'person' ? await settings.accountsEndingWith(tx, subject.id) : [];
    const open = await findOpen(tx, subject);
    if (open !== null && (open.state !== 'scheduled' || open.suppressed === suppressed)) {
      return { row: open, accounts: ending };
    }
    if (open !== null || suppressed) {
      await enter(suppressionEntry(store, suppressed ? 'kept' : 'removed', role));
    }
    if (open !== null) {
      await tx.update(erasure).set({ suppressed }).where(eq(erasure.id, open.id));
      return { row: { ...open, suppressed }, accounts: ending };
    }
    const made = { ...newErasure(subject, role, now, due), suppressed };
    const content = { erasure: made.id, dueAt: made.dueAt.toISOString() };
    made.entry = await enter({ kind: 'erasure_scheduled', role, about: subject, content });
    await tx.insert(erasure).values(made);
    if (subject.kind === 'person') await settings.tell?.(tx, 'scheduled', subject.id, made.dueAt.getTime());
    return { row: made, accounts: ending };
  });
  if (row.state !== 'scheduled') return null;
  await store.keys.setGrace([subject.id, ...accounts], true);
  await followRow(settings, subject, row.suppressed);
  return { erasureId: row.id, dueAt: row.dueAt.getTime(), suppressed: row.suppressed };
}

/** Takes a scheduled erasure back; false where none is scheduled or it has begun. */
export async function cancelErasure(
  settings: ErasureSettings,
  subject: SubjectName,
  role: ActorRole,
): Promise<boolean> {
  const { store } = settings;
  const cancelled = await store.record.act(async (tx, enter) => {
    await lockAlone(tx, subject);
    const open = await findOpen(tx, subject);
    if (open?.state !== 'scheduled') return null;
    if (open.suppressed) await enter(suppressionEntry(store, 'removed', role));
    const content = { erasure: open.id };
    const entry = await enter({ kind: 'erasure_cancelled', role, about: subject, content });
    await tx.update(erasure).set({ state: 'cancelled', entry }).where(eq(erasure.id, open.id));
    if (subject.kind === 'person') await settings.tell?.(tx, 'cancelled', subject.id, open.dueAt.getTime());
    const accounts = subject.kind === 'person' ? await settings.accountsEndingWith(tx, subject.id) : [];
    return { open, accounts };
  });
  if (cancelled === null) return false;
  await store.keys.setGrace([subject.id, ...cancelled.accounts], false);
  if (cancelled.open.suppressed) await takeBack(settings, subject, cancelled.open.id);
  return true;
}

const isDue = ({ now }: Pick<Store, 'now'>) =>
  and(eq(erasure.state, 'scheduled'), lte(erasure.dueAt, new Date(now())));

/** How many erasures are due. */
export const countDue = ({ store }: ErasureSettings): Promise<number> =>
  store.db.$count(erasure, isDue(store));

/** Scheduled erasures whose grace has ended, the oldest first, 20 at most. */
export async function dueErasures({ store }: ErasureSettings): Promise<SubjectName[]> {
  const rows = await store.db
    .select()
    .from(erasure)
    .where(isDue(store))
    .orderBy(erasure.dueAt)
    .limit(DUE_MAX);
  return rows.flatMap((row) => refersTo(row) ?? []);
}

/** Makes the key store tell the same as the database, where a kill came between the two. */
export async function repairGrace(settings: ErasureSettings): Promise<void> {
  const { db, keys } = settings.store;
  const rows = await db
    .select()
    .from(erasure)
    .where(inArray(erasure.state, ['scheduled', 'cancelled']));
  const grace = new Set<string>();
  const free = new Set<string>();
  for (const row of rows) {
    const subject = refersTo(row);
    if (subject === null) continue;
    const missing = row.state === 'scheduled' ? !keys.inGrace(subject.id) : keys.inGrace(subject.id);
    if (row.state === 'cancelled' && !missing) continue;
    const accounts =
      subject.kind === 'person'
        ? await db.transaction((tx) => settings.accountsEndingWith(tx, subject.id))
        : [];
    if (!missing && accounts.every((id) => keys.inGrace(id) === (row.state === 'scheduled'))) continue;
    for (const id of [subject.id, ...accounts]) (row.state === 'scheduled' ? grace : free).add(id);
  }
  const freed = [...free].filter((id) => !grace.has(id));
  if (freed.length > 0) await keys.setGrace(freed, false);
  if (grace.size > 0) await keys.setGrace([...grace], true);
}

/** A row for an erasure that begins at `dueAt` (milliseconds since 1970). */
export function newErasure(subject: SubjectName, role: ActorRole, now: number, dueAt: number): ErasureRow {
  return {
    id: randomUUID().replaceAll('-', ''),
    person: subject.kind === 'person' ? subject.id : null,
    account: subject.kind === 'account' ? subject.id : null,
    state: 'scheduled',
    role,
    suppressed: false,
    askedAt: new Date(now),
    dueAt: new Date(dueAt),
    toldAt: null,
    begunAt: null,
    doneAt: null,
    cause: null,
    rows: 0,
    held: [],
    entry: null,
  };
}
