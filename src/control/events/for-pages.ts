/** Events as the site's pages call them: for everybody, and for whoever registers. */
import { and, asc, eq, gt, ne } from 'drizzle-orm';
import { z } from 'zod';
import { isId } from '../../link/ids.ts';
import { emailInput, nameInput, writerOf } from '../accounts/index.ts';
import { checkInput } from '../input.ts';
import {
  type Caller,
  countMail,
  countTry,
  demandSignedIn,
  onSteps,
  type SignedIn,
  whoIs,
} from '../sign-in/index.ts';
import { calendarOf } from './calendar.ts';
import { registrationToken } from './letters.ts';
import type { EventParts } from './parts.ts';
import { confirm, leave, noSuchEvent, register, registrationOf } from './register.ts';
import { type EventRow, event, REGISTRATION_DAYS, registration } from './schema.ts';

const SHOWN_MAX = 100;

const registerInput = z.strictObject({
  email: emailInput,
  name: z.union([z.string().trim().length(0), nameInput]).default(''),
});
const languageInput = z.looseObject({ language: z.string().default('') });
const LABELS = { email: 'Your e-mail address', name: 'Your name' };

export interface ShownEvent {
  readonly id: string;
  readonly title: string;
  readonly words: string;
  readonly place: string;
  /** ISO 8601, like all moments here. */
  readonly startsAt: string;
  readonly endsAt: string;
  readonly capacity: number;
  readonly isCancelled: boolean;
  /** It has begun. */
  readonly isOver: boolean;
}

const shownEvent = (row: EventRow, now: number): ShownEvent => ({
  id: row.id,
  title: row.title,
  words: row.words,
  place: row.place,
  startsAt: row.startsAt.toISOString(),
  endsAt: row.endsAt.toISOString(),
  capacity: row.capacity,
  isCancelled: row.state === 'cancelled',
  isOver: row.startsAt.getTime() <= now,
});

export type EventPages = ReturnType<typeof forEventPages>;

export function forEventPages(parts: EventParts) {
  const { signIn, erasing } = parts;
  const { services, store } = erasing;
  const { db } = services;
  const known = async (caller: Caller): Promise<SignedIn | null> => {
    const { who } = await whoIs(signIn, caller);
    return who !== null && who.steps.length === 0 && who.deletion === null ? who : null;
  };
  /** Throws `Problem` 404. */
  const announced = async (id: string): Promise<EventRow> => {
    const [row] = isId(id)
      ? await db
          .select()
          .from(event)
          .where(and(eq(event.id, id), ne(event.state, 'draft')))
      : [];
    if (row === undefined) throw noSuchEvent();
    return row;
  };
  return {
    /** Those that are to come, the next first. */
    list: async (): Promise<ShownEvent[]> => {
      const now = store.now();
      const rows = await db
        .select()
        .from(event)
        .where(and(ne(event.state, 'draft'), gt(event.endsAt, new Date(now))))
        .orderBy(asc(event.startsAt), asc(event.id))
        .limit(SHOWN_MAX);
      return rows.map((row) => shownEvent(row, now));
    },
    /** Throws `Problem` 404. */
    event: async (caller: Caller, id: string) => ({
      ...shownEvent(await announced(id), store.now()),
      email: (await known(caller))?.email ?? null,
      keptDays: REGISTRATION_DAYS,
      languages: signIn.notices.letters.languages,
    }),
    /** Throws `Problem` 404. */
    calendar: async (id: string): Promise<string> => calendarOf(await announced(id), signIn.settings.siteUrl),
    /** Answers the token of its page to whoever is signed in. Throws `Problem` 400, 404, 409 and 429. */
    register: async (caller: Caller, id: string, form: unknown): Promise<string | null> => {
      const who = await known(caller);
      const { language: said, ...wish } = checkInput(form, languageInput, LABELS);
      const language = signIn.notices.letters.chosen(said);
      if (who !== null) {
        countTry(signIn, 'message', who.person);
        return register(parts, id, who.person, { isShown: true, language });
      }
      const { email, name } = checkInput(wish, registerInput, LABELS);
      await announced(id);
      countMail(signIn, caller, email);
      countTry(signIn, 'stranger_messages', 'everybody');
      await onSteps(async () => {
        const person = await writerOf(services, { email, ...(name !== '' && { name }) });
        await register(parts, id, person, { isShown: false, language });
      });
      return null;
    },
    /** What whoever has its page sees. Throws `Problem` 404. */
    registration: async (token: string) => {
      const { row, of } = await registrationOf(parts, token);
      return { state: row.state, event: shownEvent(of, store.now()), until: row.until.toISOString() };
    },
    /** Each throws `Problem` 404 and 409. */
    confirm: (token: string): Promise<void> => confirm(parts, token),
    leave: (token: string): Promise<void> => leave(parts, token),
    /** One's own. */
    own: async (caller: Caller) => {
      const { who } = await demandSignedIn(signIn, caller);
      const rows = await db
        .select({
          id: registration.id,
          state: registration.state,
          title: event.title,
          startsAt: event.startsAt,
        })
        .from(registration)
        .innerJoin(event, eq(event.id, registration.event))
        .where(and(eq(registration.person, who.person), ne(registration.state, 'left')))
        .orderBy(asc(event.startsAt))
        .limit(SHOWN_MAX);
      return rows.map(({ id, startsAt, ...row }) => ({
        ...row,
        startsAt: startsAt.toISOString(),
        token: registrationToken(services.pepper, id),
      }));
    },
  };
}
