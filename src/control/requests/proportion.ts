/**
 * How much has to be shown for what, by somebody who has lost the mailbox: data, asked by everything that proves. What
 * leaves us or is destroyed takes two different proofs, and then a time in which the address that we hold is asked.
 */
import type { RequestKind } from './asks.ts';
import type { RequestRow } from './schema.ts';

const DAY_MS = 86_400_000;
/** In which whoever reads the mail of the address can object. */
const WAIT_DAYS = 7;
/** With less than so many left, nobody would see the mail in time: this way is closed then. */
const WAIT_DAYS_MIN = 3;
/** What making and telling the answer takes, before the law's day. */
const ANSWER_DAYS = 2;
/** So long after that what was made can be fetched. */
export const CODE_DAYS = 14;

/** `proofs`: how many different ones. `isFetched`: what comes of it is a file, which is given to whoever has the code. */
interface Proportion {
  readonly proofs: 1 | 2;
  readonly isFetched: boolean;
}

export const PROPORTION: Readonly<Partial<Record<RequestKind, Proportion>>> = {
  confirm: { proofs: 1, isFetched: false },
  correct: { proofs: 1, isFetched: false },
  restrict: { proofs: 1, isFetched: false },
  object: { proofs: 1, isFetched: false },
  access: { proofs: 2, isFetched: true },
  portability: { proofs: 2, isFetched: true },
  delete: { proofs: 2, isFetched: false },
};

/**
 * When what waits goes on, if two proofs were there at `now` (ms since 1970): never so late that the law's day would pass;
 * null: too late for this way.
 */
export function waitEnd({ respondBy }: Pick<RequestRow, 'respondBy'>, now: number): Date | null {
  const end = Math.min(now + WAIT_DAYS * DAY_MS, respondBy.getTime() - ANSWER_DAYS * DAY_MS);
  return end - now < WAIT_DAYS_MIN * DAY_MS ? null : new Date(end);
}

/**
 * What a request takes that can be proven so at all, whoever it is about: it came from whoever asks for themselves. Null:
 * it cannot.
 */
export const proportionOf = ({
  right,
  agent,
  door,
  askedLink,
}: Pick<RequestRow, 'right' | 'agent' | 'door' | 'askedLink'>): Proportion | null =>
  askedLink === null || agent !== null || door === 'agent' || door === 'drp'
    ? null
    : (PROPORTION[right] ?? null);
