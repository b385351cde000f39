/**
 * What goes on by itself: a day before an event whoever comes is reminded, once; and what somebody leaves who is erased, or a
 * raised capacity, goes to whoever waits.
 */
import { and, eq, gt, isNull, lte } from 'drizzle-orm';
import { isRestricted } from '../../store/rights/restrict.ts';
import { sendEventLetter } from './letters.ts';
import type { EventParts } from './parts.ts';
import { lockedEvent, moveUp } from './places.ts';
import { event, registration } from './schema.ts';

const DAY_MS = 86_400_000;
const EVENTS_MAX = 100;

export async function remind(parts: EventParts, signal: AbortSignal): Promise<void> {
  const { services, store } = parts.erasing;
  const now = store.now();
  const soon = await services.db
    .select({ id: event.id })
    .from(event)
    .where(
      and(
        eq(event.state, 'open'),
        isNull(event.remindedAt),
        gt(event.startsAt, new Date(now)),
        lte(event.startsAt, new Date(now + DAY_MS)),
      ),
    )
    .limit(EVENTS_MAX);
  for (const { id } of soon) {
    if (signal.aborted) return;
    await services.db.transaction(async (tx) => {
      const of = await lockedEvent(tx, id);
      if (of === null || of.remindedAt !== null || of.state !== 'open') return;
      const coming = await tx
        .select()
        .from(registration)
        .where(and(eq(registration.event, id), eq(registration.state, 'in')));
      for (const row of coming)
        if (!(await isRestricted(tx, { kind: 'person', id: row.person })))
          await sendEventLetter(parts, tx, of, row, 'event_reminder', { once: true });
      await tx
        .update(event)
        .set({ remindedAt: new Date(now) })
        .where(eq(event.id, id));
    });
  }
  parts.signIn.notices.wake();
}

export async function fillPlaces(parts: EventParts, signal: AbortSignal): Promise<void> {
  const { services, store } = parts.erasing;
  const coming = await services.db
    .selectDistinct({ id: event.id })
    .from(event)
    .innerJoin(registration, and(eq(registration.event, event.id), eq(registration.state, 'waiting')))
    .where(and(eq(event.state, 'open'), gt(event.startsAt, new Date(store.now()))))
    .limit(EVENTS_MAX);
  for (const { id } of coming) {
    if (signal.aborted) return;
    await services.db.transaction(async (tx) => {
      const of = await lockedEvent(tx, id);
      if (of !== null) await moveUp(parts, tx, of);
    });
  }
  parts.signIn.notices.wake();
}
