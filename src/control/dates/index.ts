/**
 * Dates: what of somebody's ends or changes and when, told before by service mail, listed on their pages, and read by their
 * calendar (PROVIDE-2, CHANGE-1). Nothing here decides anything, and no unsubscribing stops it.
 */
import { Rounds } from '../rounds.ts';
import { type Caller, countTry, demandSignedIn } from '../sign-in/index.ts';
import { tellEverybody } from './announce.ts';
import { comingDates } from './coming.ts';
import { endFeed, feedSince, makeFeed, readFeed } from './feed.ts';
import type { DateParts } from './parts.ts';
import { remind } from './remind.ts';

const LOOK_MS = 10 * 60_000;

export function openDates(parts: DateParts) {
  const rounds = new Rounds({
    everyMs: LOOK_MS,
    work: async (signal) => {
      await tellEverybody(parts, signal);
      await remind(parts, signal);
    },
    log: parts.log,
  });
  const personOf = async (caller: Caller): Promise<string> =>
    (await demandSignedIn(parts.signIn, caller)).who.person;
  return {
    start: () => rounds.start(),
    stop: () => rounds.stop(),
    /** Goes on at once with what everybody is told. */
    wake: () => rounds.wake(),
    pages: {
      mine: async (caller: Caller) => {
        const whom = await personOf(caller);
        return { coming: await comingDates(parts, whom), feedSince: await feedSince(parts, whom) };
      },
      /** The address, told this once; an earlier one is over. Wants a fresh sign-in. */
      makeFeed: async (caller: Caller): Promise<string> =>
        makeFeed(parts, (await demandSignedIn(parts.signIn, caller, { fresh: true })).who.person),
      endFeed: async (caller: Caller): Promise<void> => endFeed(parts, await personOf(caller)),
      /** Throws `SignInRefused` (`too_many_tries`). */
      read: async (caller: Caller, file: string): Promise<string | null> => {
        countTry(parts.signIn, 'question', caller.network);
        return readFeed(parts, file);
      },
    },
  };
}

export type DatePages = ReturnType<typeof openDates>['pages'];
