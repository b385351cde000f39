/** A request as its page shows it, to whoever has its address; and somebody's own, for their console. */
import { asc, desc, eq, or } from 'drizzle-orm';
import type { Id } from '../../link/ids.ts';
import { type ProcessorStanding, processorsOf } from '../../store/erasure/complete.ts';
import { erasure } from '../../store/erasure/schema.ts';
import { readValue } from '../../store/sealed-rows.ts';
import { placeName, UNSAID } from '../law/index.ts';
import { type StandingOutside, standingOutside } from '../outside/index.ts';
import { Problem } from '../problem.ts';
import { isAppealable } from './appeal.ts';
import { type AppealDecision, type Decision, isRight, type RequestKind } from './asks.ts';
import { hashOfLink, linkTokenOf } from './case-link.ts';
import { type ErasureReceipt, receiptsOf } from './erasure-receipts.ts';
import { basisInWords, groundOf, lawOf, type ShownGround } from './law-of-request.ts';
import { wordsFor } from './letters.ts';
import { noSuchRequest } from './move.ts';
import type { RequestParts } from './parts.ts';
import { agentNamed } from './proof.ts';
import { privacyRequest, privacyRequestStep, type RequestRow } from './schema.ts';
import { type Cause, isOpen, nextState, type RequestEvent, type RequestState } from './states.ts';

/** Listed on the console, the newest first. */
const OWN_MAX = 50;

export interface ShownStep {
  /** Null: it came. */
  readonly event: RequestEvent | null;
  readonly cause: Cause;
  readonly state: RequestState;
  /** ISO 8601. */
  readonly at: string;
}

export interface ListedRequest {
  /** The token of its page. */
  readonly link: string;
  readonly right: RequestKind;
  readonly state: RequestState;
  readonly decision: Decision | null;
  readonly receivedAt: string;
  readonly dueAt: string;
  readonly isOpen: boolean;
}

export interface ShownRequest extends ListedRequest {
  /** Goes on after "You asked us". */
  readonly asked: string;
  /** Who asked for them; null: they themselves. */
  readonly agent: string | null;
  /** Somebody asks for the person. */
  readonly byAgent: boolean;
  /** In words. */
  readonly place: string;
  /** The page that says what its law gives. */
  readonly lawPage: string;
  readonly basis: string;
  readonly regulator: string;
  readonly isProven: boolean;
  /** Until when the mailed link is good; null where none waits. */
  readonly proofUntil: string | null;
  /** When the first period ends. */
  readonly respondBy: string;
  /** Why it was put off; null: it was not. */
  readonly extension: string | null;
  readonly ground: ShownGround | null;
  /** In the words of who decided. */
  readonly answers: readonly { readonly event: RequestEvent; readonly words: string }[];
  readonly done: string | null;
  /** What is done here, while others outside are still to. */
  readonly doneHere: string | null;
  /** Systems outside that it concerns, and how it stands there. */
  readonly outside: readonly StandingOutside[];
  /** Of a deletion: companies that work for us and have to forget as well. */
  readonly processors: readonly ProcessorStanding[];
  /** Of a deletion that is done: which there are. */
  readonly receipts: readonly ErasureReceipt[];
  /** Of a deletion that waits: when it begins. */
  readonly erasesAt: string | null;
  readonly decidedAt: string | null;
  readonly closedAt: string | null;
  readonly appeal: {
    readonly until: string | null;
    readonly isPossible: boolean;
    readonly appealedAt: string | null;
    readonly decision: AppealDecision | null;
  };
  readonly mayWithdraw: boolean;
  /** The page of the one that asks the same. */
  readonly joinedTo: string | null;
  readonly steps: readonly ShownStep[];
}

export interface Linked {
  readonly row: RequestRow;
  /** The page of whom it is about; else it is that of a stranger who asked. */
  readonly isOwn: boolean;
}

/** Throws `Problem` 404. */
export async function requestByLink({ erasing: { services } }: RequestParts, token: string): Promise<Linked> {
  const hash = hashOfLink(token);
  if (hash === null) throw noSuchRequest();
  const its = or(eq(privacyRequest.link, hash), eq(privacyRequest.askedLink, hash));
  const [row] = await services.db.select().from(privacyRequest).where(its);
  // A report has no page: whoever tells us of a child learns nothing of what came of it.
  if (row === undefined || !isRight(row.right)) throw noSuchRequest();
  return { row, isOwn: row.link === hash };
}

/** For what only they may do. Throws `Problem` 404 and 409. */
export async function ownRequest(parts: RequestParts, token: string): Promise<RequestRow> {
  const { row, isOwn } = await requestByLink(parts, token);
  if (isOwn) return row;
  throw new Problem(
    409,
    'not_now',
    'Without a proof of who asks, this ends by itself. Nothing else can be done here.',
  );
}

const iso = (at: Date | null): string | null => at?.toISOString() ?? null;

export async function shownRequest(parts: RequestParts, row: RequestRow): Promise<ShownRequest> {
  const { services, store } = parts.erasing;
  const law = lawOf(parts.law, row);
  const words = wordsFor(parts);
  const { steps, answers } = await stepsOf(parts, row);
  const refusedSome = row.decision === 'part' || row.decision === 'refused';
  return {
    ...listed(services.pepper, row),
    asked: words.asked[row.right],
    agent: agentNamed(parts, row),
    byAgent: row.door === 'agent' || row.door === 'drp',
    place: placeName(row.place),
    lawPage: lawPageOf(row),
    basis: basisInWords(words, law.basis),
    regulator: law.regulator ?? words.regulator.unknown,
    isProven: row.provenBy !== null,
    respondBy: row.respondBy.toISOString(),
    proofUntil: row.state === 'identity' ? iso(row.proofUntil) : null,
    extension: row.extension === null ? null : words.extension[row.extension],
    ground: refusedSome ? groundOf(parts.law, row) : null,
    answers,
    done: row.deliveredAt === null ? null : words.done[row.right],
    doneHere: row.ownPartAt === null || row.deliveredAt !== null ? null : words.done[row.right],
    outside: await standingOutside(store, parts.law, row),
    processors: row.right === 'delete' && row.effect !== null ? await processorsOf(store.db, row.effect) : [],
    receipts: await receiptsOf(parts, row),
    erasesAt: await erasesAt(parts, row),
    decidedAt: iso(row.decidedAt),
    closedAt: iso(row.closedAt),
    appeal: {
      until: iso(row.appealUntil),
      isPossible: isAppealable(row, store.now()),
      appealedAt: iso(row.appealedAt),
      decision: row.appealDecision,
    },
    mayWithdraw: nextState(row.state, 'withdraw', 'requester') !== null && !isErased(row),
    joinedTo: row.joinedTo === null ? null : linkTokenOf(services.pepper, row.joinedTo),
    steps,
  };
}

/** What is deleted does not come back. */
const isErased = ({ right, ownPartAt }: RequestRow): boolean => right === 'delete' && ownPartAt !== null;

const lawPageOf = ({ place, receivedAt }: RequestRow): string =>
  place === UNSAID
    ? '/privacy/rights'
    : `/privacy/rights/${place}?on=${receivedAt.toISOString().slice(0, 10)}`;

async function erasesAt({ erasing: { services } }: RequestParts, row: RequestRow): Promise<string | null> {
  if (row.right !== 'delete' || row.effect === null || row.state !== 'carrying_out') return null;
  const [begun] = await services.db
    .select({ dueAt: erasure.dueAt })
    .from(erasure)
    .where(eq(erasure.id, row.effect));
  return iso(begun?.dueAt ?? null);
}

const ANSWERS: ReadonlySet<string> = new Set<RequestEvent>(['decide', 'decide_appeal']);

/** Its history; what was said to whoever asked is read with it. */
export async function stepsOf({ erasing: { services } }: RequestParts, row: RequestRow) {
  const found = await services.db
    .select()
    .from(privacyRequestStep)
    .where(eq(privacyRequestStep.request, row.id))
    .orderBy(asc(privacyRequestStep.number));
  const steps = found.map(({ event, cause, state, at }) => ({ event, cause, state, at: at.toISOString() }));
  const answers = found.flatMap((step) => {
    const words = readValue(services.vault, privacyRequestStep, step, 'words');
    return step.event !== null && ANSWERS.has(step.event) && words !== null
      ? [{ event: step.event, words }]
      : [];
  });
  return { steps: steps satisfies readonly ShownStep[], answers };
}

/** What was said with each step, for who decides. */
export async function wordsOf({ erasing: { services } }: RequestParts, row: RequestRow) {
  const found = await services.db
    .select()
    .from(privacyRequestStep)
    .where(eq(privacyRequestStep.request, row.id))
    .orderBy(asc(privacyRequestStep.number));
  return found.flatMap((step) => {
    const words = readValue(services.vault, privacyRequestStep, step, 'words');
    return words === null || step.event === null ? [] : [{ event: step.event, words }];
  });
}

export const listed = (pepper: string, row: RequestRow): ListedRequest => ({
  link: linkTokenOf(pepper, row.id),
  right: row.right,
  state: row.state,
  decision: row.decision,
  receivedAt: row.receivedAt.toISOString(),
  dueAt: row.dueAt.toISOString(),
  isOpen: isOpen(row.state),
});

export async function requestsOf(
  { erasing: { services } }: RequestParts,
  person: Id,
): Promise<ListedRequest[]> {
  const rows = await services.db
    .select()
    .from(privacyRequest)
    .where(eq(privacyRequest.person, person))
    .orderBy(desc(privacyRequest.enteredAt))
    .limit(OWN_MAX);
  return rows.map((row) => listed(services.pepper, row));
}
