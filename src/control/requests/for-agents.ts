/**
 * Requests by agents of a directory, who sign what they ask (CPPA-3). What they say of a person is their claim, never
 * proof: what needs proof waits for the link that goes to the address we hold, or for somebody here who has seen it.
 */
import type { Id } from '../../link/ids.ts';
import type { Tx } from '../../store/store.ts';
import type { Place } from '../law/index.ts';
import type { AskedRight } from './asks.ts';
import { linkTokenOf, pageOf } from './case-link.ts';
import { requestById } from './decide.ts';
import { REQUESTER } from './move.ts';
import type { RequestParts } from './parts.ts';
import { receive } from './receive.ts';
import { NOTHING_SAID } from './said.ts';
import type { RequestRow } from './schema.ts';
import { withdraw } from './withdraw.ts';

export interface AgentsWish {
  readonly agent: string;
  readonly right: AskedRight;
  readonly place: Place;
  /** Normalised, as the agent claims it; null: it names none. */
  readonly address: string | null;
  /** What else it claims, for whoever looks; null: nothing. */
  readonly words: string | null;
  /** Written in the same transaction. */
  readonly beside: (tx: Tx, row: RequestRow) => Promise<void>;
}

/** Answers the request's id. Throws what `beside` throws; then nothing was asked. */
export async function receiveFromAgent(
  parts: RequestParts,
  { agent, right, place, address, words, beside }: AgentsWish,
): Promise<Id> {
  const receivedAt = parts.erasing.store.now();
  const came = { door: 'drp', receivedAt, by: REQUESTER, person: null, agent, beside } as const;
  return (await receive(parts, { right, place, said: { ...NOTHING_SAID, address, words } }, came)).id;
}

/** The agent takes it back. Throws `Problem` 404 and 409 (`not_now`, `sign_in_to_keep`). */
export const withdrawForAgent = async (parts: RequestParts, id: Id): Promise<void> =>
  withdraw(parts, await requestById(parts, id), null);

export interface SeenByAgent {
  /** Itself, or the one that it was joined with. */
  readonly row: RequestRow;
  /** It grows with whatever changes how it stands. */
  readonly steps: number;
  /** The address of the page that strangers see of it. */
  readonly page: string;
}

/** How a request of an agent stands. Throws `Problem` 404. */
export async function seenByAgent(parts: RequestParts, id: Id): Promise<SeenByAgent> {
  const { services } = parts.erasing;
  const own = await requestById(parts, id);
  const other = own.joinedTo === null ? null : await requestById(parts, own.joinedTo);
  const row = other ?? own;
  return {
    row,
    steps: own.steps + (other?.steps ?? 0),
    page: pageOf(parts.signIn.settings.siteUrl, linkTokenOf(services.pepper, own.id, 'asked')),
  };
}
