/**
 * Requests and systems outside Kept: a request that is carried out opens a task in each that may hold whom it is about, and is
 * carried out whole when the last of them is over. What is held here never waits for that.
 */
import type { Id } from '../../link/ids.ts';
import { findOpen } from '../../store/erasure/open-erasures.ts';
import {
  areMissing,
  endForCancelled,
  openForErasures,
  openTasks,
  tidyTasks,
  type Wanted,
  warnOwners,
} from '../outside/index.ts';
import { Problem } from '../problem.ts';
import { mailOfDay, toBeTold } from './deciders.ts';
import { erasureDay } from './erasure-day.ts';
import { personDecided } from './judge-report.ts';
import { isAt, lockPerson, onRequest } from './move.ts';
import type { RequestParts } from './parts.ts';
import { ownerOf } from './proof.ts';
import { readSaid } from './said.ts';
import type { RequestRow } from './schema.ts';

/** Before anything is carried out, and again each time that it is looked at: a system may be new. */
export async function openOutside(parts: RequestParts, row: RequestRow): Promise<void> {
  const { store } = parts.erasing;
  const wanted = await wantedOf(parts, row);
  if (wanted === null || !(await areMissing(store, wanted))) return;
  try {
    await onRequest(parts, row.id, async (tx, enter, now) => {
      if (!isAt(now, 'carrying_out') || now.person !== row.person) return;
      const { person } = wanted;
      if (person !== null && now.person === null) await lockPerson(tx, store, person);
      await openTasks(store, tx, enter, wanted);
    });
  } catch (error) {
    // Their erasure has begun: it opens what is missing itself.
    if (!(error instanceof Problem) || error.code !== 'erased') throw error;
  }
}

/** Whom to look for, as far as it is known; null: nobody can be named. */
async function wantedOf(parts: RequestParts, row: RequestRow): Promise<Wanted | null> {
  const { services, store } = parts.erasing;
  const { id: request, right, ownPartAt } = row;
  const isErasure = right === 'delete' || right === 'child_report';
  const due = right === 'delete' ? erasureDay(row, store.now()) : row.dueAt;
  const same = { right, request, erasure: await erasureOf(parts, row), due };
  if (row.person !== null) return { ...same, person: row.person, change: changeOf(parts, row) };
  if (isErasure) return { ...same, person: ownPartAt === null ? personDecided(parts, row) : null };
  const said = readSaid(services.vault, row);
  if (said.address === null) return null;
  return { ...same, person: ownerOf(services, said), address: said.address };
}

/** That which carries it out, or which they began themselves before they asked. */
async function erasureOf(
  { erasing: { store } }: RequestParts,
  { right, effect, person }: RequestRow,
): Promise<Id | null> {
  if (right !== 'delete') return null;
  if (effect !== null || person === null) return effect;
  const open = await store.db.transaction((tx) => findOpen(tx, { kind: 'person', id: person }));
  return open?.id ?? null;
}

/** What is put right, as whoever does it there reads it. */
function changeOf({ erasing }: RequestParts, row: RequestRow): NonNullable<Wanted['change']> | null {
  if (row.right !== 'correct' || row.person === null) return null;
  const { item, value } = readSaid(erasing.services.vault, row);
  if (item === null || value === null) return null;
  const [table, , column = ''] = item.split('/');
  const facts = erasing.store.map.find(({ name }) => name === table)?.columns[column]?.facts;
  return { what: facts !== undefined && 'label' in facts ? facts.label : column, to: value };
}

/** Each time that requests are looked at: erasures that no request asked for, and those that were taken back. */
export async function followErasures({ erasing: { store } }: RequestParts): Promise<void> {
  await endForCancelled(store);
  await openForErasures(store);
}

/** Once an hour. Throws `ClockDoubted`, where something would end because of a time that is not believed. */
export async function lookAfterTasks(parts: RequestParts): Promise<void> {
  const { services, store } = parts.erasing;
  await warnOwners(
    { services, store, signIn: parts.signIn },
    {
      deciders: () => toBeTold(parts),
      mailOfDay: (to: Id, now: number) => mailOfDay('tasks outside', to, now),
    },
  );
  await tidyTasks(store, await parts.believed());
}
