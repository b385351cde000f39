/**
 * Takes a request up, by whichever door it came: its row, its first steps and the acknowledgement are one act. What is
 * decided by rule alone is decided there and then; who asks the same twice has asked once.
 */
import { type Id, newId } from '../../link/ids.ts';
import type { Tx } from '../../store/store.ts';
import type { Place } from '../law/index.ts';
import { ENGLISH } from '../notices/index.ts';
import { ASKS, type Door, isRight, type RequestKind } from './asks.ts';
import { linkHashOf, linkTokenOf } from './case-link.ts';
import { grant, needsDecider, sameOpen } from './grant.ts';
import { lawOf } from './law-of-request.ts';
import { sendLetter } from './letters.ts';
import { type Actor, type Enter, lockPerson, move, SYSTEM, writeStep } from './move.ts';
import type { RequestParts } from './parts.ts';
import { type NewProof, newProof, PROOF_DAYS, sendProof } from './proof.ts';
import { endIntake, type Said, sealIntake, sealSaid } from './said.ts';
import { privacyRequest, type RequestRow } from './schema.ts';

const DAY_MS = 86_400_000;

export interface Wish {
  readonly right: RequestKind;
  readonly place: Place;
  readonly said: Said;
  /** Of its letters, BCP 47; left out: English. */
  readonly language?: string;
}

export interface Came {
  readonly door: Door;
  /** Milliseconds since 1970. */
  readonly receivedAt: number;
  /** Who entered it. */
  readonly by: Actor;
  /** Somebody who showed just now that it is them; null: nobody knows who it is. */
  readonly person: Id | null;
  /** Who asks for them, by its id in the directory of agents; left out: they themselves. */
  readonly agent?: string;
  /** The ground that it is refused for at once; left out: it is not. */
  readonly refusedFor?: string;
  /** Whether a link goes to the address that is held, where a proof is needed; left out: yes. */
  readonly mailsLink?: boolean;
  /** Message-ID of the mail that it came by; left out: it came otherwise. */
  readonly answers?: string | null;
  /** What else is written in the same transaction. */
  readonly beside?: (tx: Tx, row: RequestRow) => Promise<void>;
}

export interface Received {
  readonly id: Id;
  /** The token of its page. */
  readonly link: string;
}

/** Throws `Problem` 409 (`erased`). */
export async function receive(parts: RequestParts, wish: Wish, came: Came): Promise<Received> {
  const { services, store } = parts.erasing;
  const id = newId();
  const row = await newRow(parts, id, wish, came);
  const waits = came.person === null && came.refusedFor === undefined && ASKS[wish.right].proof;
  const proof = waits ? newProof(row) : null;
  const undecided = await isUndecided(parts, wish, came.person);
  await store.record.act(async (tx, enter) => {
    if (came.person !== null) await lockPerson(tx, store, came.person);
    const made = { ...row, ...(proof && { proof: proof.hash }) };
    await tx.insert(privacyRequest).values(made);
    await came.beside?.(tx, made);
    await writeStep(parts, tx, enter, made, { event: null, by: came.by, content: contentOf(came) });
    await begin(parts, tx, enter, made, { proof, undecided, came });
  });
  if (came.refusedFor !== undefined) await endIntake(services.keys, id, store.now());
  parts.signIn.notices.wake();
  return { id, link: linkTokenOf(services.pepper, id, came.person === null ? 'asked' : 'own') };
}

async function newRow(
  { law, erasing: { services, store } }: RequestParts,
  id: Id,
  { right, place, said, language = ENGLISH }: Wish,
  { door, receivedAt, person, agent }: Came,
): Promise<RequestRow> {
  const { respondBy, extendableTo } = lawOf(law, { right, place, receivedAt: new Date(receivedAt) });
  const empty = {
    extendedAt: null,
    extension: null,
    warnedAt: null,
    nextAt: null,
    proof: null,
    proofUntil: null,
    decision: null,
    ground: null,
    decidedBy: null,
    decidedAt: null,
    appealUntil: null,
    appealedAt: null,
    appealDecision: null,
    appealDecidedBy: null,
    appealOutsider: null,
    effect: null,
    joinedTo: null,
    ownPartAt: null,
    deliveredAt: null,
    closedAt: null,
  } as const;
  // A letter may be entered late.
  const endsAt = Math.max((extendableTo ?? respondBy).getTime(), store.now() + PROOF_DAYS * DAY_MS);
  const sealed =
    person === null
      ? {
          item: null,
          value: null,
          words: null,
          by: null,
          intake: await sealIntake(services, id, said, endsAt),
        }
      : { ...sealSaid(services.vault, { id, person }, said), intake: null };
  return {
    ...empty,
    ...sealed,
    id,
    person,
    right,
    agent: agent ?? null,
    door,
    place,
    language,
    state: 'received',
    provenBy: provenAtOnce(right, person),
    link: linkHashOf(services.pepper, id),
    askedLink: person === null ? linkHashOf(services.pepper, id, 'asked') : null,
    receivedAt: new Date(receivedAt),
    enteredAt: new Date(store.now()),
    respondBy,
    extendableTo,
    dueAt: respondBy,
    steps: 0,
  };
}

/** Whether somebody of the staff decides, as far as that is known yet. */
async function isUndecided(parts: RequestParts, { right, said }: Wish, person: Id | null): Promise<boolean> {
  if (!isRight(right)) return true;
  return person !== null && needsDecider(parts, { right, said }, person);
}

/** Whoever is signed in has just shown it, where it is needed. */
function provenAtOnce(right: RequestKind, person: Id | null): RequestRow['provenBy'] {
  if (!ASKS[right].proof) return 'none';
  return person === null ? null : 'session';
}

const contentOf = ({ door, agent }: Came) => ({ door, ...(agent !== undefined && { agent }) });

interface Beginning {
  readonly proof: NewProof | null;
  readonly undecided: boolean;
  readonly came: Pick<Came, 'refusedFor' | 'mailsLink' | 'answers'>;
}

async function begin(
  parts: RequestParts,
  tx: Tx,
  enter: Enter,
  row: RequestRow,
  { proof, undecided, came: { refusedFor, mailsLink = true, answers = null } }: Beginning,
): Promise<void> {
  const same = await sameOpen(tx, row);
  if (same !== null) {
    await move(parts, tx, enter, row, { event: 'join', by: SYSTEM, set: { joinedTo: same } });
    return;
  }
  const known = await move(parts, tx, enter, row, { event: 'acknowledge', by: SYSTEM });
  if (refusedFor !== undefined) {
    await refuseAtOnce(parts, tx, enter, known, refusedFor);
    return;
  }
  if (proof !== null) {
    const waits = { proofUntil: proof.until, nextAt: proof.until };
    const waiting = await move(parts, tx, enter, known, { event: 'ask_proof', by: SYSTEM, set: waits });
    if (mailsLink) await sendProof(parts, tx, waiting, proof, answers);
    return;
  }
  await sendLetter(parts, tx, known, 'request_received');
  const provenBy = row.provenBy ?? 'none';
  const taken = await move(parts, tx, enter, known, { event: 'take_up', by: SYSTEM, set: { provenBy } });
  if (!undecided) await grant(parts, tx, enter, taken);
}

/** By rule, and told on its page; nobody is known whom a letter could go to. */
async function refuseAtOnce(
  parts: RequestParts,
  tx: Tx,
  enter: Enter,
  row: RequestRow,
  ground: string,
): Promise<void> {
  const taken = await move(parts, tx, enter, row, { event: 'take_up', by: SYSTEM });
  const set = { decision: 'refused', ground, decidedAt: new Date(parts.erasing.store.now()) } as const;
  const decided = await move(parts, tx, enter, taken, {
    event: 'decide',
    by: SYSTEM,
    set,
    content: { decision: 'refused', ground },
  });
  await move(parts, tx, enter, decided, { event: 'close', by: SYSTEM });
}
