/**
 * Who gets a place: decided under the lock of the event's row, so that two who want the last one do not both get it. Who
 * comes too late waits, and moves up in the order of confirming.
 */
import { and, asc, count, eq } from 'drizzle-orm';
import type { Id } from '../../link/ids.ts';
import type { Tx } from '../../store/store.ts';
import { sendEventLetter } from './letters.ts';
import type { EventParts } from './parts.ts';
import { type EventRow, event, REGISTRATION_DAYS, type RegistrationRow, registration } from './schema.ts';

const DAY_MS = 86_400_000;

/** Held until the end of the transaction; null where there is none. */
export async function lockedEvent(tx: Tx, id: Id): Promise<EventRow | null> {
  const [row] = await tx.select().from(event).where(eq(event.id, id)).for('update');
  return row ?? null;
}

export async function taken(tx: Tx, id: Id): Promise<number> {
  const [counted] = await tx
    .select({ count: count() })
    .from(registration)
    .where(and(eq(registration.event, id), eq(registration.state, 'in')));
  return counted?.count ?? 0;
}

/** The event is locked: a place, or the end of the waiting list; they hear which. */
export async function letIn(parts: EventParts, tx: Tx, of: EventRow, row: RegistrationRow): Promise<void> {
  const now = new Date(parts.erasing.store.now());
  const state = (await taken(tx, of.id)) < of.capacity ? 'in' : 'waiting';
  const until = new Date(of.endsAt.getTime() + REGISTRATION_DAYS * DAY_MS);
  await tx.update(registration).set({ state, confirmedAt: now, until }).where(eq(registration.id, row.id));
  await sendEventLetter(parts, tx, of, row, state === 'in' ? 'event_registered' : 'event_waiting');
}

/** The event is locked: whoever has waited longest gets what is free. Answers how many moved up. */
export async function moveUp(parts: EventParts, tx: Tx, of: EventRow): Promise<number> {
  const free = of.capacity - (await taken(tx, of.id));
  if (free <= 0) return 0;
  const next = await tx
    .select()
    .from(registration)
    .where(and(eq(registration.event, of.id), eq(registration.state, 'waiting')))
    .orderBy(asc(registration.confirmedAt), asc(registration.id))
    .limit(free);
  for (const row of next) {
    await tx.update(registration).set({ state: 'in' }).where(eq(registration.id, row.id));
    await sendEventLetter(parts, tx, of, row, 'event_place');
  }
  return next.length;
}
