/**
 * Reads that follow each other within a millisecond are put together, as network cards do with interrupts: an engine
 * that sends faster than that costs a read and a write for each millisecond rather than for each token. Slower engines,
 * which all that compute are, are not touched by it.
 */

/** Something that reads on when told to. */
export interface Paced {
  resume(): void;
}

const TURN_MS = 1;
let waiting: Paced[] = [];

function turn(): void {
  const ready = waiting;
  waiting = [];
  for (const one of ready) one.resume();
}

/** Lets `paced` read on at the next turn. */
export function resumeSoon(paced: Paced): void {
  if (waiting.length === 0) setTimeout(turn, TURN_MS);
  waiting.push(paced);
}
