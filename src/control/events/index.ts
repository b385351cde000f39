/**
 * Events that people register for (COLLECT-2): with an account or without, which a mail confirms. So many get a place as there
 * are, decided one by one; the others wait and move up. Whoever comes is reminded the day before, and goes out of the list a
 * stated time after.
 */
import { Rounds } from '../rounds.ts';
import { forEventDesk } from './for-desk.ts';
import { forEventPages } from './for-pages.ts';
import type { EventParts } from './parts.ts';
import { fillPlaces, remind } from './round.ts';

export type { EventDesk } from './for-desk.ts';
export type { EventPages, ShownEvent } from './for-pages.ts';

const ROUND_MS = 10 * 60_000;

export function openEvents(parts: EventParts) {
  const rounds = new Rounds({
    everyMs: ROUND_MS,
    work: async (signal) => {
      await fillPlaces(parts, signal);
      await remind(parts, signal);
    },
    log: parts.log,
  });
  return {
    pages: forEventPages(parts),
    desk: forEventDesk(parts),
    start: () => rounds.start(),
    stop: () => rounds.stop(),
  };
}
