/**
 * Somebody registers: signed in, at once; else when they have used the link in a mail. Whoever names an address learns
 * nothing about it, and nobody is registered by somebody else.
 */
import { and, eq, ne } from 'drizzle-orm';
import { type Id, isId, newId } from '../../link/ids.ts';
import type { Tx } from '../../store/store.ts';
import { Problem } from '../problem.ts';
import { hashToken, isToken } from '../random-token.ts';
import { lockPerson } from '../requests/index.ts';
import { registrationToken, sendEventLetter } from './letters.ts';
import type { EventParts } from './parts.ts';
import { letIn, lockedEvent, moveUp } from './places.ts';
import { type EventRow, event, type RegistrationRow, registration } from './schema.ts';

const DAY_MS = 86_400_000;
/** So long the link of whoever is not signed in works. */
export const CONFIRM_DAYS = 3;

/** `isShown`: they have shown that they are this person. `language`: of its letters, where they had not registered before. Throws `Problem` 404 and 409 (`over`, `erased`). */
export async function register(
  parts: EventParts,
  id: string,
  person: Id,
  { isShown, language }: { readonly isShown: boolean; readonly language: string },
): Promise<string> {
  const { services, store } = parts.erasing;
  const token = await services.db.transaction(async (tx) => {
    await lockPerson(tx, store, person);
    const of = isId(id) ? await lockedEvent(tx, id) : null;
    demandOpen(of, store.now());
    const row = await findOrMake(parts, tx, of, { person, language });
    if (row.state === 'in' || row.state === 'waiting') {
      if (!isShown)
        await sendEventLetter(parts, tx, of, row, row.state === 'in' ? 'event_registered' : 'event_waiting');
    } else if (isShown) await letIn(parts, tx, of, row);
    else await sendEventLetter(parts, tx, of, row, 'event_confirm');
    return registrationToken(services.pepper, row.id);
  });
  parts.signIn.notices.wake();
  return token;
}

async function findOrMake(
  { erasing: { services, store } }: EventParts,
  tx: Tx,
  of: EventRow,
  { person, language }: Pick<RegistrationRow, 'person' | 'language'>,
): Promise<RegistrationRow> {
  const theirs = and(eq(registration.event, of.id), eq(registration.person, person));
  const [known] = await tx.select().from(registration).where(theirs);
  if (known !== undefined) return known;
  const id = newId();
  const askedAt = new Date(store.now());
  const row: RegistrationRow = {
    id,
    event: of.id,
    person,
    title: of.title,
    state: 'asked',
    link: hashToken(registrationToken(services.pepper, id)),
    language,
    askedAt,
    confirmedAt: null,
    until: new Date(askedAt.getTime() + CONFIRM_DAYS * DAY_MS),
  };
  await tx.insert(registration).values(row);
  return row;
}

function demandOpen(of: EventRow | null, now: number): asserts of is EventRow {
  if (of === null || of.state === 'draft') throw noSuchEvent();
  if (of.state === 'cancelled' || of.startsAt.getTime() <= now)
    throw new Problem(409, 'over', 'This event is over or was cancelled: nobody can register any more.');
}

export const noSuchEvent = (): Problem =>
  new Problem(404, 'no_such_event', 'There is no such event, or it is gone.');

/** By the token of its page. Throws `Problem` 404. */
export async function registrationOf(
  { erasing: { services } }: EventParts,
  token: string,
): Promise<{ readonly row: RegistrationRow; readonly of: EventRow }> {
  const [found] = isToken(token)
    ? await services.db
        .select({ row: registration, of: event })
        .from(registration)
        .innerJoin(event, eq(event.id, registration.event))
        .where(eq(registration.link, hashToken(token)))
    : [];
  if (found === undefined)
    throw new Problem(404, 'no_such_registration', 'There is no such registration, or it is gone.');
  return found;
}

/** Whoever has its page confirms it. Throws `Problem` 404 and 409. */
export const confirm = (parts: EventParts, token: string): Promise<void> =>
  onRegistration(parts, token, async (tx, of, row) => {
    demandOpen(of, parts.erasing.store.now());
    if (row.state === 'asked' || row.state === 'left') await letIn(parts, tx, of, row);
  });

/** Their place is somebody else's from now on. Throws `Problem` 404. */
export const leave = (parts: EventParts, token: string): Promise<void> =>
  onRegistration(parts, token, async (tx, of, row) => {
    const its = and(eq(registration.id, row.id), ne(registration.state, 'left'));
    await tx.update(registration).set({ state: 'left' }).where(its);
    if (of.state === 'open' && of.startsAt.getTime() > parts.erasing.store.now()) await moveUp(parts, tx, of);
  });

async function onRegistration(
  parts: EventParts,
  token: string,
  work: (tx: Tx, of: EventRow, row: RegistrationRow) => Promise<void>,
): Promise<void> {
  const found = await registrationOf(parts, token);
  const { services, store } = parts.erasing;
  await services.db.transaction(async (tx) => {
    await lockPerson(tx, store, found.row.person);
    const of = await lockedEvent(tx, found.of.id);
    const [row] = await tx.select().from(registration).where(eq(registration.id, found.row.id)).for('update');
    if (of === null || row === undefined) throw noSuchEvent();
    await work(tx, of, row);
  });
  parts.signIn.notices.wake();
}
