/**
 * A request that came by mail (ACCESS-2). The sender is claimed, never believed: what needs proof waits for the link
 * that goes to the address we hold.
 */
import type { Place } from '../law/index.ts';
import { ASKS, type AskedRight, WORDS_CHARACTERS_MAX } from './asks.ts';
import { pageOf } from './case-link.ts';
import { type Actor, REQUESTER } from './move.ts';
import type { RequestParts } from './parts.ts';
import { ownerOf } from './proof.ts';
import { receive } from './receive.ts';
import { referenceOf } from './reference.ts';
import { NOTHING_SAID } from './said.ts';

export interface MailedWish {
  readonly right: AskedRight;
  readonly place: Place;
  /** Normalised, as the mail claims it; null: none that can be answered. */
  readonly address: string | null;
  /** What is longer than a request holds is cut off. */
  readonly words: string;
  /** Milliseconds since 1970. */
  readonly receivedAt: number;
  /** Message-ID, for the thread of its answer. */
  readonly messageId: string | null;
  /** Of its letters, BCP 47. */
  readonly language: string;
  /** Left out: it came by mail. */
  readonly door?: 'mail' | 'web';
  /** Who understood it; left out: a rule. */
  readonly by?: Actor;
}

export interface ReceivedByMail {
  /** The address of its page. */
  readonly url: string;
  readonly reference: string;
  /** Goes on after "You asked us". */
  readonly asked: string;
  /** `proof`: a letter with a link is on its way. `stopped`: it holds already. `unknown`: nobody has this address here. */
  readonly next: 'proof' | 'stopped' | 'unknown';
}

/** Throws `Problem` 409 (`erased`). */
export async function receiveByMail(
  parts: RequestParts,
  {
    right,
    place,
    address,
    words,
    receivedAt,
    messageId,
    language,
    door = 'mail',
    by = REQUESTER,
  }: MailedWish,
): Promise<ReceivedByMail> {
  const said = { ...NOTHING_SAID, address, words: words.slice(0, WORDS_CHARACTERS_MAX) };
  const { id, link } = await receive(
    parts,
    { right, place, said, language },
    { door, receivedAt, by, person: null, answers: messageId },
  );
  const { proof } = ASKS[right];
  const { asked } = parts.signIn.notices.letters.of(language).words;
  const isHeld = ownerOf(parts.erasing.services, said) !== null;
  return {
    url: pageOf(parts.signIn.settings.siteUrl, link),
    reference: referenceOf(id),
    asked: asked[right],
    next: !proof ? 'stopped' : isHeld ? 'proof' : 'unknown',
  };
}
