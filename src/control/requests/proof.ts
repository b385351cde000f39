/**
 * Proof by a link to the address that is held: whoever asked named it, and whoever reads its mail says whether it was
 * them. Nothing here tells who asked whether the address is known; where it is not, no mail goes anywhere.
 */
import { and, eq, gt } from 'drizzle-orm';
import type { Id } from '../../link/ids.ts';
import type { Tx } from '../../store/store.ts';
import { dropIntakeKey } from '../intake.ts';
import { ENGLISH } from '../notices/index.ts';
import { Problem } from '../problem.ts';
import { hashToken, isToken, newToken } from '../random-token.ts';
import type { Proof } from './asks.ts';
import { linkTokenOf } from './case-link.ts';
import { momentInWords } from './days.ts';
import { grant, needsDecider, sameOpen } from './grant.ts';
import { sendLetter } from './letters.ts';
import { type Actor, type Enter, isAt, lockPerson, move, onRequest, REQUESTER, SYSTEM } from './move.ts';
import type { RequestParts } from './parts.ts';
import { referenceOf } from './reference.ts';
import { readSaid, type Said, sealSaid } from './said.ts';
import { privacyRequest, type RequestRow } from './schema.ts';

const DAY_MS = 86_400_000;
/** How long the link is good for; no longer than the answer may take, but for a letter that is entered late. */
export const PROOF_DAYS = 14;
const PROOF_DAYS_MIN = 3;

export interface NewProof {
  readonly token: string;
  readonly hash: string;
  readonly until: Date;
}

export function newProof({ enteredAt, respondBy }: Pick<RequestRow, 'enteredAt' | 'respondBy'>): NewProof {
  const token = newToken();
  const entered = enteredAt.getTime();
  const until = Math.max(
    Math.min(entered + PROOF_DAYS * DAY_MS, respondBy.getTime()),
    entered + PROOF_DAYS_MIN * DAY_MS,
  );
  return { token, hash: hashToken(token), until: new Date(until) };
}

/** Mails the link where the address is one that is held. `answers`: Message-ID of the mail that asked. */
export async function sendProof(
  parts: RequestParts,
  tx: Tx,
  row: RequestRow,
  { token, until }: NewProof,
  answers: string | null = null,
): Promise<void> {
  const { notices, settings } = parts.signIn;
  const { services } = parts.erasing;
  const owner = ownerOf(services, readSaid(services.vault, row));
  if (owner === null) return;
  const url = `${settings.siteUrl}/privacy/requests/prove?token=${token}`;
  const { language } = row;
  const { words } = notices.letters.of(language);
  const values = { url, asked: words.asked[row.right], until: momentInWords(until, language) };
  const agent = agentOf(parts, row, language);
  const letter =
    agent === null
      ? ({ template: 'request_proof', values } as const)
      : ({ template: 'request_proof_agent', values: { ...values, agent } } as const);
  const thread = { reference: referenceOf(row.id), answers };
  await notices.send(tx, { ...letter, language, thread, person: owner });
}

/** What whoever asks for somebody else is called; null: nobody asks for them. */
export function agentOf(
  { agentName, signIn: { notices } }: RequestParts,
  { agent, door }: RequestRow,
  language = ENGLISH,
): string | null {
  const { agent: words } = notices.letters.of(language).words;
  // What they call themselves goes into no mail.
  if (door === 'agent') return words.unnamed;
  return agent === null ? null : (agentName(agent) ?? words.unknown);
}

/** The same, on pages for whoever asked and for whom it is about. */
export function agentNamed(parts: RequestParts, row: RequestRow): string | null {
  const { by } = row.door === 'agent' ? readSaid(parts.erasing.services.vault, row) : { by: null };
  return by === null ? agentOf(parts, row) : `Somebody who calls themselves “${by}”`;
}

/** Whose address was named; null where nobody is found by it. */
export const ownerOf = (
  { keys }: Pick<RequestParts['erasing']['services'], 'keys'>,
  { address }: Said,
): Id | null => (address === null ? null : keys.lookup('email', address));

/** What the link is about, without using it up; null where it is over. */
export async function lookAtProof(
  { erasing: { services, store } }: RequestParts,
  token: string,
): Promise<RequestRow | null> {
  if (!isToken(token)) return null;
  const [row] = await services.db
    .select()
    .from(privacyRequest)
    .where(
      and(
        eq(privacyRequest.proof, hashToken(token)),
        eq(privacyRequest.state, 'identity'),
        gt(privacyRequest.proofUntil, new Date(store.now())),
      ),
    );
  return row ?? null;
}

/**
 * Whoever reads the mail says that it was them: what they wrote is theirs now, and the request goes on. Answers the
 * token of its page. Throws `Problem` 410.
 */
export async function prove(parts: RequestParts, token: string): Promise<string> {
  const { services } = parts.erasing;
  const { row, owner, said } = await proofOf(parts, token);
  const undecided = await needsDecider(parts, { right: row.right, said }, owner);
  await bind(parts, row.id, { person: owner, said, undecided, provenBy: 'link', by: REQUESTER });
  return linkTokenOf(services.pepper, row.id);
}

/**
 * They say that it was somebody else: the link is used up, and the request runs out as if nobody had answered, since
 * whoever asked would learn from anything else that the address is held. Throws `Problem` 410.
 */
export async function disown(parts: RequestParts, token: string): Promise<void> {
  const { row } = await proofOf(parts, token);
  await onRequest(parts, row.id, async (tx, enter, now) => {
    if (!isAt(now, 'identity')) throw linkOver();
    const set = { proof: null, nextAt: now.proofUntil };
    await move(parts, tx, enter, now, { event: 'disown', by: REQUESTER, set });
  });
}

async function proofOf(parts: RequestParts, token: string) {
  const { services } = parts.erasing;
  const row = await lookAtProof(parts, token);
  const said = row === null ? null : readSaid(services.vault, row);
  // Whom the address belongs to now: it may have become somebody else's.
  const owner = said === null ? null : ownerOf(services, said);
  if (row === null || said === null || owner === null) throw linkOver();
  return { row, owner, said };
}

export interface Binding {
  readonly person: Id;
  readonly said: Said;
  readonly undecided: boolean;
  readonly provenBy: Exclude<Proof, 'none' | 'session'>;
  readonly by: Actor;
}

/** The request is this person's from now on. */
export async function bind(parts: RequestParts, id: Id, binding: Binding): Promise<void> {
  await onRequest(parts, id, (tx, enter, row) => bindIn(parts, tx, enter, row, binding));
  await dropIntakeKey(parts.erasing.store.keys, id);
  parts.signIn.notices.wake();
}

/** The same in the caller's transaction, who then drops the key of what was written. */
export async function bindIn(
  parts: RequestParts,
  tx: Tx,
  enter: Enter,
  row: RequestRow,
  { person, said, undecided, provenBy, by }: Binding,
): Promise<void> {
  const { services, store } = parts.erasing;
  const objected = by === SYSTEM && row.proof === null;
  if (!isAt(row, 'identity') || objected) throw linkOver();
  await lockPerson(tx, store, person);
  const theirs = { ...row, person };
  const set = {
    person,
    provenBy,
    proof: null,
    nextAt: null,
    intake: null,
    ...sealSaid(services.vault, theirs, said),
  };
  const proven = await move(parts, tx, enter, theirs, {
    event: 'prove',
    by,
    set,
    content: { proof: provenBy },
  });
  const same = await sameOpen(tx, proven);
  if (same !== null) {
    await move(parts, tx, enter, proven, { event: 'join', by: SYSTEM, set: { joinedTo: same } });
    return;
  }
  await sendLetter(parts, tx, proven, 'request_received');
  if (!undecided) await grant(parts, tx, enter, proven);
}

const linkOver = (): Problem =>
  new Problem(
    410,
    'link_not_valid',
    'This link was used already, has ended, or was never one of ours. Ask again, and another is sent.',
  );
