/**
 * The ladder of proof: somebody who has lost the mailbox shows who asks by what they hold. Every try is counted first,
 * then looked at in one transaction with the step that it is; whatever was wrong with it, the answer is the same, also
 * for an address that nobody has.
 */
import { eq } from 'drizzle-orm';
import type { Id } from '../../link/ids.ts';
import type { Tx } from '../../store/store.ts';
import { dropIntakeKey } from '../intake.ts';
import { countProof, type NewLadder } from '../ladder/index.ts';
import { type LadderRow, proofLadder, type ShownKind } from '../ladder/schema.ts';
import { Problem } from '../problem.ts';
import { hashToken } from '../random-token.ts';
import { linkHashOf } from './case-link.ts';
import { requestById } from './decide.ts';
import { needsDecider } from './grant.ts';
import { newCode } from './ladder-code.ts';
import { tellOfShown } from './ladder-letter.ts';
import { type Enter, isAt, lockPerson, move, onRequest, REQUESTER } from './move.ts';
import type { RequestParts } from './parts.ts';
import { bindIn, ownerOf } from './proof.ts';
import { CODE_DAYS, proportionOf, waitEnd } from './proportion.ts';
import { readSaid, type Said } from './said.ts';
import type { RequestRow } from './schema.ts';

const DAY_MS = 86_400_000;
/** A row goes with its request; at the latest so long after the time for a proof. */
const ROW_DAYS_MAX = 120;

export interface Climbed {
  /** How many different proofs are still needed. */
  readonly needed: number;
  /** Until when the address that is held can object; null: nothing waits. */
  readonly waitsUntil: string | null;
  /** What is made is fetched with it; shown this once. */
  readonly code: string | null;
}

/** Whether `owner` is shown by it; uses up in `tx` what works once. */
export type Check = (tx: Tx, owner: Id) => Promise<boolean>;

export const newLadderOf = ({ erasing: { services, store } }: RequestParts, request: Id): NewLadder => ({
  request,
  stop: linkHashOf(services.pepper, request, 'stop'),
  until: new Date(store.now() + ROW_DAYS_MAX * DAY_MS),
});

/** Throws `Problem` 404 and 409 (`too_late`, `not_now`) where no proof would help; alike for every address. */
export function demandClimbable(parts: RequestParts, row: RequestRow): void {
  const proportion = proportionOf(row);
  const now = parts.erasing.store.now();
  if (proportion === null || row.proofUntil === null || row.proofUntil.getTime() <= now) throw notNow();
  if (proportion.proofs === 2 && waitEnd(row, now) === null)
    throw new Problem(
      409,
      'too_late',
      'The answer is due so soon that the address could not be asked first. Ask anew, or write to us.',
    );
}

interface Try {
  readonly kind: ShownKind;
  readonly check: Check;
  /** The hash of a challenge that is used up by it. */
  readonly challenge?: string;
}

/** Throws `Problem` 409 (`not_shown`), 429 (`too_many_tries`), and as `demandClimbable`. */
export async function climb(parts: RequestParts, id: Id, { kind, check, challenge }: Try): Promise<Climbed> {
  const { services, store } = parts.erasing;
  const row = await requestById(parts, id);
  demandClimbable(parts, row);
  const said = readSaid(services.vault, row);
  await countProof({ services, store }, newLadderOf(parts, id), said.address, challenge ?? null);
  const owner = row.person === null ? ownerOf(services, said) : null;
  if (owner === null) throw notShown();
  const undecided = await needsDecider(parts, { right: row.right, said }, owner);
  const climbed = await onRequest(parts, id, async (tx, enter, now) => {
    const ladder = await standingLadder(parts, tx, now, { owner, kind });
    await lockPerson(tx, store, owner);
    if (!(await check(tx, owner))) throw notShown();
    return oneStep(parts, tx, enter, now, { kind, owner, said, undecided, ladder });
  }).catch(sameAnswer);
  if (climbed.isProven) await dropIntakeKey(store.keys, id);
  parts.signIn.notices.wake();
  return climbed.told;
}

/** Whatever it was: who asks learns that it did not show them. */
function sameAnswer(error: unknown): never {
  throw error instanceof Problem ? notShown() : error;
}

/** The row, locked, where this can still be shown. Throws `Problem` (`not_shown`). */
async function standingLadder(
  { erasing: { store } }: RequestParts,
  tx: Tx,
  row: RequestRow,
  { owner, kind }: { readonly owner: Id; readonly kind: ShownKind },
): Promise<LadderRow> {
  const its = eq(proofLadder.request, row.id);
  const [ladder] = await tx.select().from(proofLadder).where(its).for('update');
  const isLive =
    isAt(row, 'identity') &&
    // Used up: whoever has the mailbox said that it was them, or that it was not.
    row.proof !== null &&
    row.proofUntil !== null &&
    row.proofUntil.getTime() > store.now();
  const isFree =
    ladder !== undefined &&
    ladder.completedAt === null &&
    ladder.first !== kind &&
    (ladder.person === null || ladder.person === owner);
  if (!isLive || !isFree) throw notShown();
  return ladder;
}

interface Shown {
  readonly kind: ShownKind;
  readonly owner: Id;
  readonly said: Said;
  readonly undecided: boolean;
  readonly ladder: LadderRow;
}

async function oneStep(
  parts: RequestParts,
  tx: Tx,
  enter: Enter,
  row: RequestRow,
  { kind, owner, said, undecided, ladder }: Shown,
): Promise<{ readonly told: Climbed; readonly isProven: boolean }> {
  const now = new Date(parts.erasing.store.now());
  const { proofs = 2, isFetched = false } = proportionOf(row) ?? {};
  const needed = proofs - (ladder.first === null ? 1 : 2);
  const isComplete = needed <= 0;
  const waitsUntil = isComplete && proofs === 2 ? waitEnd(row, now.getTime()) : null;
  const code = isComplete && isFetched ? newCode() : null;
  const shown = await move(parts, tx, enter, row, {
    event: 'show',
    by: REQUESTER,
    about: owner,
    content: { proof: kind },
    set: waitsUntil === null ? {} : waiting(row, waitsUntil),
  });
  await tx
    .update(proofLadder)
    .set({
      person: owner,
      [ladder.first === null ? 'first' : 'second']: kind,
      ...(isComplete && { completedAt: now, waitsUntil }),
      ...(code !== null && { code: hashToken(code), codeUntil: codeEnd(waitsUntil ?? now) }),
    })
    .where(eq(proofLadder.request, row.id));
  await tellOfShown(parts, tx, shown, { owner, kind, needed, waitsUntil });
  const isProven = isComplete && waitsUntil === null;
  if (isProven) {
    const binding = { person: owner, said, undecided, provenBy: kind, by: REQUESTER } as const;
    await bindIn(parts, tx, enter, shown, binding);
  }
  return {
    told: { needed: Math.max(0, needed), waitsUntil: waitsUntil?.toISOString() ?? null, code },
    isProven,
  };
}

const waiting = ({ proofUntil }: RequestRow, until: Date) => ({
  nextAt: until,
  proofUntil: new Date(Math.max(until.getTime(), proofUntil?.getTime() ?? 0)),
});

const codeEnd = (from: Date): Date => new Date(from.getTime() + CODE_DAYS * DAY_MS);

export const notShown = (): Problem =>
  new Problem(
    409,
    'not_shown',
    'That does not show who asks. Which of it was wrong, or whether we know the address at all, is told to nobody.',
  );

const notNow = (): Problem =>
  new Problem(409, 'not_now', 'This request is not at a point where that can be done. Look at it again.');
