/**
 * One step of a request: asked of the table of states, written with its entry in the record and beside whatever else
 * belongs to it, in one transaction. A step that may not happen now changes nothing.
 */
import { eq } from 'drizzle-orm';
import { type Id, newId } from '../../link/ids.ts';
import type { ActorRole } from '../../record/commitment.ts';
import { demandAlive } from '../../store/erasure/demand-alive.ts';
import { Refused } from '../../store/rights/failures.ts';
import { lockAlone } from '../../store/rights/subject-lock.ts';
import { sealRow } from '../../store/sealed-rows.ts';
import type { RecordEntry, Tx } from '../../store/store.ts';
import { endTasksOf } from '../outside/index.ts';
import { Problem } from '../problem.ts';
import type { RequestParts } from './parts.ts';
import { privacyRequest, privacyRequestStep, type RequestRow } from './schema.ts';
import { type Cause, ENDS, nextState, type RequestEvent, type RequestState } from './states.ts';

export type Enter = (entry: RecordEntry) => Promise<string>;

export interface Actor {
  readonly cause: Cause;
  /** As the record names them. */
  readonly role: ActorRole;
  /** Of the staff; stands in the record, sealed. */
  readonly person?: Id;
}

export const SYSTEM: Actor = { cause: 'system', role: 'system' };
export const REQUESTER: Actor = { cause: 'requester', role: 'person' };

export interface Move {
  readonly event: RequestEvent;
  readonly by: Actor;
  /** Sealed with the step, for the person. */
  readonly words?: string;
  /** What changes with it, besides the state. */
  readonly set?: Partial<RequestRow>;
  /** More of what is proved: words of closed lists and times. */
  readonly content?: Readonly<Record<string, unknown>>;
  /** Whom the entry is about, where a request is nobody's. */
  readonly about?: Id;
}

/** The request after the step. Throws `Problem` 409 (`not_now`). */
export async function move(
  parts: RequestParts,
  tx: Tx,
  enter: Enter,
  row: RequestRow,
  { event, by, words, set = {}, content = {}, about }: Move,
): Promise<RequestRow> {
  const state = nextState(row.state, event, by.cause);
  if (state === null)
    throw new Problem(
      409,
      'not_now',
      'This request is not at a point where that can be done. Look at it again.',
    );
  const now = new Date(parts.erasing.store.now());
  const closedAt = ENDS.includes(state) ? now : null;
  const after: RequestRow = { ...row, ...set, state, closedAt, steps: row.steps + 1 };
  await tx
    .update(privacyRequest)
    .set({ ...set, state, closedAt, steps: after.steps })
    .where(eq(privacyRequest.id, row.id));
  if (closedAt !== null) await endTasksOf(parts.erasing.store, tx, enter, row.id);
  await writeStep(parts, tx, enter, after, {
    event,
    by,
    content: { from: row.state, ...content },
    ...(words && { words }),
    ...(about && { about }),
  });
  return after;
}

/** The step that a row is at now, with its entry. */
export async function writeStep(
  { erasing: { store } }: RequestParts,
  tx: Tx,
  enter: Enter,
  row: RequestRow,
  { event, by, words, content, about }: { event: RequestEvent | null } & Omit<Move, 'event' | 'set'>,
): Promise<void> {
  const { id: request, person, state, right, place } = row;
  const whom = person ?? about ?? null;
  const entry = await enter({
    kind: 'request',
    role: by.role,
    about: whom === null ? null : { kind: 'person', id: whom },
    content: {
      request,
      step: row.steps,
      event: event ?? 'receive',
      state,
      right,
      ...content,
      ...(by.person !== undefined && whom !== null && { staff: by.person }),
    },
  });
  const step = {
    id: newId(),
    request,
    number: row.steps,
    person,
    right,
    place,
    event,
    cause: by.cause,
    state,
    words: person === null ? null : (words ?? null),
    entry,
    at: new Date(store.now()),
  };
  await tx.insert(privacyRequestStep).values(sealRow(store.vault, privacyRequestStep, step));
}

export type Work<Done> = (tx: Tx, enter: Enter, row: RequestRow) => Promise<Done>;

/**
 * Runs `work` on a request that nobody else changes meanwhile, together with its entries in the record. Throws `Problem`
 * 404, and 409 (`erased`) while its person is being erased.
 */
export async function onRequest<Done>(
  { erasing: { store } }: RequestParts,
  id: Id,
  work: Work<Done>,
): Promise<Done> {
  return store.record.act(async (tx, enter) => {
    const its = eq(privacyRequest.id, id);
    const [seen] = await tx.select({ person: privacyRequest.person }).from(privacyRequest).where(its);
    const person = seen?.person ?? null;
    if (person !== null) await lockPerson(tx, store, person);
    const [row] = await tx.select().from(privacyRequest).where(its).for('update');
    if (row === undefined) throw noSuchRequest();
    // Proven or erased in between: whoever asks again finds it as it is.
    if (row.person !== person)
      throw new Problem(409, 'not_now', 'This request has just changed. Look at it again.');
    return work(tx, enter, row);
  });
}

/** Nobody erases them until the transaction ends. Throws `Problem` 409 (`erased`). */
export async function lockPerson(tx: Tx, store: RequestParts['erasing']['store'], id: Id): Promise<void> {
  const subject = { kind: 'person', id } as const;
  await lockAlone(tx, subject);
  try {
    await demandAlive(tx, store, subject);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    throw new Problem(409, 'erased', 'This person is erased, or is being erased.');
  }
}

export const noSuchRequest = (): Problem => new Problem(404, 'no_such_request', 'There is no such request.');

/** For what asks before it acts. */
export const isAt = ({ state }: Pick<RequestRow, 'state'>, ...states: readonly RequestState[]): boolean =>
  states.includes(state);
