/** Events at the desk: written, announced, changed, cancelled; and who comes, by a look that stands in the record first. */
import { and, asc, desc, eq, inArray, sql } from 'drizzle-orm';
import { z } from 'zod';
import { type Id, isId, newId } from '../../link/ids.ts';
import { readValue } from '../../store/sealed-rows.ts';
import { person } from '../accounts/schema.ts';
import { demandStaff } from '../desk/index.ts';
import { idOnce } from '../form-once.ts';
import { checkInput } from '../input.ts';
import { Problem } from '../problem.ts';
import type { Caller } from '../sign-in/index.ts';
import { sendEventLetter } from './letters.ts';
import type { EventParts } from './parts.ts';
import { lockedEvent, moveUp } from './places.ts';
import { noSuchEvent } from './register.ts';
import { type EventRow, event, registration } from './schema.ts';

const LISTED_MAX = 200;
const CAPACITY_MAX = 1_000;
const YEAR_MS = 366 * 86_400_000;

/** As `<input type="datetime-local">` sends it; UTC. */
const minute = z
  .string()
  .regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}$/, 'must be a day and a time')
  .transform((text) => new Date(`${text}:00Z`))
  .refine((at) => !Number.isNaN(at.getTime()), 'must be a day and a time');
const line = (max: number, missing: string) =>
  z
    .string()
    .trim()
    .min(1, missing)
    .max(max, `at most ${max} characters`)
    .regex(/^\P{Cc}+$/u, 'must be one line');
const eventInput = z
  .strictObject({
    title: line(120, 'give it one'),
    words: z
      .string()
      .transform((text) => text.replaceAll('\r\n', '\n').trim())
      .pipe(z.string().min(1, 'say what it is about').max(5_000, 'at most 5,000 characters')),
    place: line(200, 'say where it is'),
    startsAt: minute,
    endsAt: minute,
    capacity: z.coerce
      .number('must be a number')
      .int('must be a whole number')
      .min(1, 'at least 1')
      .max(CAPACITY_MAX, `at most ${CAPACITY_MAX}`),
  })
  .refine(({ startsAt, endsAt }) => endsAt > startsAt, 'It ends after it begins');
const LABELS = {
  title: 'Title',
  words: 'Description',
  place: 'Where',
  startsAt: 'Begins',
  endsAt: 'Ends',
  capacity: 'Places',
};
const reasonInput = z.strictObject({
  reason: z.string().trim().min(1, 'say why you look').max(500, 'at most 500 characters'),
});

export type EventDesk = ReturnType<typeof forEventDesk>;

export function forEventDesk(parts: EventParts) {
  const { signIn, erasing } = parts;
  const { services, store } = erasing;
  const { db, vault } = services;
  const demand = (caller: Caller, fresh = false) =>
    demandStaff(signIn, caller, 'events', fresh ? { fresh } : undefined);
  const read = (form: unknown) => {
    const wish = checkInput(form, eventInput, LABELS);
    const now = store.now();
    if (wish.startsAt.getTime() <= now || wish.startsAt.getTime() > now + 2 * YEAR_MS)
      throw new Problem(400, 'invalid_input', 'Begins: must lie in the next two years.');
    return { ...wish, changedAt: new Date(now) };
  };
  /** Under the event's lock. */
  const change = async (
    id: string,
    work: (of: EventRow, tx: Parameters<typeof lockedEvent>[0]) => Promise<void>,
  ) => {
    await db.transaction(async (tx) => {
      const of = isId(id) ? await lockedEvent(tx, id) : null;
      if (of === null) throw noSuchEvent();
      await work(of, tx);
    });
    signIn.notices.wake();
  };
  const countsOf = async (ids: readonly Id[]) => {
    const rows =
      ids.length === 0
        ? []
        : await db
            .select({
              event: registration.event,
              state: registration.state,
              count: sql<number>`count(*)::int`,
            })
            .from(registration)
            .where(inArray(registration.event, [...ids]))
            .groupBy(registration.event, registration.state);
    return (id: Id, state: 'in' | 'waiting'): number =>
      rows.find((row) => row.event === id && row.state === state)?.count ?? 0;
  };
  const shown = (row: EventRow, counts: Awaited<ReturnType<typeof countsOf>>) => ({
    id: row.id,
    title: row.title,
    words: row.words,
    place: row.place,
    startsAt: row.startsAt.toISOString(),
    endsAt: row.endsAt.toISOString(),
    capacity: row.capacity,
    state: row.state,
    isOver: row.startsAt.getTime() <= store.now(),
    coming: counts(row.id, 'in'),
    waiting: counts(row.id, 'waiting'),
  });
  return {
    list: async (caller: Caller) => {
      await demand(caller);
      const rows = await db
        .select()
        .from(event)
        .orderBy(desc(event.startsAt), asc(event.id))
        .limit(LISTED_MAX);
      const counts = await countsOf(rows.map(({ id }) => id));
      return rows.map((row) => shown(row, counts));
    },
    /** Throws `Problem` 404. */
    event: async (caller: Caller, id: string) => {
      await demand(caller);
      const [row] = isId(id) ? await db.select().from(event).where(eq(event.id, id)) : [];
      if (row === undefined) throw noSuchEvent();
      return shown(row, await countsOf([row.id]));
    },
    /** A draft; `once` tells the same form sent twice. Throws `Problem` 400. */
    write: async (caller: Caller, form: unknown, once?: string): Promise<Id> => {
      const { actor } = await demand(caller);
      const id = idOnce('event', actor.person, once);
      await db
        .insert(event)
        .values({ id, ...read(form), state: 'draft' })
        .onConflictDoNothing();
      return id;
    },
    /** More places go to whoever waits; nobody loses theirs. Throws `Problem` 400, 404 and 409. */
    change: async (caller: Caller, id: string, form: unknown): Promise<void> => {
      await demand(caller);
      const wish = read(form);
      await change(id, async (of, tx) => {
        if (of.state === 'cancelled') throw cancelled();
        await tx.update(event).set(wish).where(eq(event.id, of.id));
        if (of.state === 'open') await moveUp(parts, tx, { ...of, ...wish });
      });
    },
    /** Everybody can see it, and register. Throws `Problem` 404 and 409. */
    announce: async (caller: Caller, id: string): Promise<void> => {
      await demand(caller);
      await change(id, async (of, tx) => {
        if (of.state !== 'draft')
          throw new Problem(409, 'announced', 'It is announced already, or cancelled.');
        await tx
          .update(event)
          .set({ state: 'open', changedAt: new Date(store.now()) })
          .where(eq(event.id, of.id));
      });
    },
    /** Whoever comes or waits hears of it. A draft goes. Throws `Problem` 404 and 409. */
    cancel: async (caller: Caller, id: string): Promise<void> => {
      await demand(caller);
      await change(id, async (of, tx) => {
        if (of.state === 'cancelled') throw cancelled();
        if (of.state === 'draft') {
          await tx.delete(event).where(eq(event.id, of.id));
          return;
        }
        await tx
          .update(event)
          .set({ state: 'cancelled', changedAt: new Date(store.now()) })
          .where(eq(event.id, of.id));
        const rows = await tx
          .select()
          .from(registration)
          .where(and(eq(registration.event, of.id), inArray(registration.state, ['in', 'waiting'])));
        for (const row of rows) await sendEventLetter(parts, tx, of, row, 'event_cancelled', { once: true });
      });
    },
    /** Who comes and who waits, by name and address. Wants a fresh sign-in. Throws `Problem` 400 and 404. */
    people: async (caller: Caller, id: string, form: unknown) => {
      const { actor } = await demand(caller, true);
      const { reason } = checkInput(form, reasonInput, { reason: 'Why you look' });
      const rows = await db
        .select({ state: registration.state, id: person.id, email: person.email, name: person.name })
        .from(registration)
        .innerJoin(person, eq(person.id, registration.person))
        .where(
          and(
            eq(registration.event, isId(id) ? id : newId()),
            inArray(registration.state, ['in', 'waiting']),
          ),
        )
        .orderBy(asc(registration.state), asc(registration.confirmedAt));
      await store.record.act(async (_tx, enter) => {
        for (const row of rows)
          await enter({
            kind: 'staff_read',
            role: actor.role,
            about: { kind: 'person', id: row.id },
            content: {
              actor: actor.person,
              purpose: 'support',
              reason,
              table: 'event_registration',
              row: id,
            },
          });
      });
      return rows.map((row) => ({
        state: row.state,
        name: readValue(vault, person, row, 'name') ?? '',
        email: readValue(vault, person, row, 'email') ?? '',
      }));
    },
  };
}

const cancelled = (): Problem => new Problem(409, 'cancelled', 'This event is cancelled.');
