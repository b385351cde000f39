/**
 * The ladder as pages and programs call it: always by the page of whoever asked, and on the same step of half a second
 * whatever is behind it.
 */
import { eq } from 'drizzle-orm';
import { z } from 'zod';
import { checkInput } from '../input.ts';
import {
  type CarriedKey,
  challenged,
  countProof,
  factsHold,
  keyShows,
  newChallenge,
  plainName,
} from '../ladder/index.ts';
import { proofLadder, type ShownKind } from '../ladder/schema.ts';
import { Problem } from '../problem.ts';
import { hashToken } from '../random-token.ts';
import { type Caller, countTry, onSteps, tryOnce, useRecoveryCode } from '../sign-in/index.ts';
import { LADDER_PROOFS } from './asks.ts';
import { linkTokenOf } from './case-link.ts';
import { type Climbed, climb, demandClimbable, newLadderOf, notShown } from './ladder.ts';
import { plainCode } from './ladder-code.ts';
import { isAt, noSuchRequest } from './move.ts';
import type { RequestParts } from './parts.ts';
import { proportionOf, waitEnd } from './proportion.ts';
import { requestByLink } from './read.ts';
import { readSaid } from './said.ts';
import type { RequestRow } from './schema.ts';

const MICRO = 1_000_000;
const line = z.string().trim().max(200, 'at most 200 characters').default('');
const factsInput = z.strictObject({
  made: line.refine((text) => text === '' || /^\d{4}-\d\d$/.test(text), 'write it like 2026-03'),
  key_name: line,
  credit_on: line.refine((text) => text === '' || /^\d{4}-\d\d-\d\d$/.test(text), 'write it like 2026-03-17'),
  credit: line.refine((text) => text === '' || /^\d{1,9}([.,]\d{1,2})?$/.test(text), 'write it like 20.00'),
});
const LABELS = {
  made: 'Month in which the account was made',
  key_name: 'Name of an API key',
  credit_on: 'Day on which credit was added',
  credit: 'Amount',
  code: 'Code',
};
const codeInput = z.strictObject({ code: z.string().trim().min(1, 'type it in').max(100) });

export interface ShownLadder {
  /** How many different proofs it takes. */
  readonly proofs: 1 | 2;
  readonly shown: readonly ShownKind[];
  readonly waitsUntil: string | null;
  readonly isStopped: boolean;
  /** The answer is due too soon for this way. */
  readonly isTooLate: boolean;
  /** Until when what was made is fetched by the code; null: nothing is. */
  readonly fetchedUntil: string | null;
}

/** Null where there is none to climb. `climbed`: whoever has this page has shown enough. */
export async function ladderOf(
  { erasing: { services, store } }: RequestParts,
  row: RequestRow,
): Promise<{ readonly ladder: ShownLadder | null; readonly climbed: boolean }> {
  const proportion = proportionOf(row);
  const climbed = LADDER_PROOFS.includes(row.provenBy);
  if (proportion === null) return { ladder: null, climbed };
  const [found] = await services.db.select().from(proofLadder).where(eq(proofLadder.request, row.id));
  const now = store.now();
  const isFetched =
    found !== undefined && found.code !== null && found.codeUntil !== null && found.codeUntil.getTime() > now;
  return {
    ladder: {
      proofs: proportion.proofs,
      shown: [found?.first, found?.second].filter((kind) => kind != null),
      waitsUntil: found?.waitsUntil?.toISOString() ?? null,
      // Before enough was shown, nobody learns whether anybody reads the mail.
      isStopped: found?.completedAt != null && isObjected(row, found.stoppedAt),
      isTooLate: proportion.proofs === 2 && waitEnd(row, now) === null,
      fetchedUntil: isFetched && isMade(row) ? (found.codeUntil?.toISOString() ?? null) : null,
    },
    climbed: climbed || found?.completedAt != null,
  };
}

const isObjected = (row: RequestRow, stoppedAt: Date | null): boolean =>
  stoppedAt !== null || (isAt(row, 'identity') && row.proof === null);
const isMade = (row: RequestRow): boolean =>
  row.person !== null && row.decision === 'whole' && isAt(row, 'delivered', 'closed');

/** Of a page's address; only whoever asked has it. Throws `Problem` 404. */
async function askedBy(parts: RequestParts, token: string): Promise<RequestRow> {
  const { row, isOwn } = await requestByLink(parts, token);
  if (isOwn) throw noSuchRequest();
  return row;
}

/** The page of whoever asked, as a form of a stranger; bounded as a sign-in is. */
async function tried(parts: RequestParts, caller: Caller, token: string): Promise<RequestRow> {
  const row = await askedBy(parts, token);
  const { address } = readSaid(parts.erasing.services.vault, row);
  tryOnce(parts.signIn, caller, address ?? row.id);
  return row;
}

export function forLadder(parts: RequestParts) {
  const { services, store } = parts.erasing;
  const { siteUrl } = parts.signIn.settings;
  return {
    /** Throws `Problem` 400, 404, 409 (`not_shown`) and 429. */
    showRecoveryCode: (caller: Caller, token: string, form: unknown): Promise<Climbed> =>
      onSteps(async () => {
        const { code } = checkInput(form, codeInput, LABELS);
        const row = await tried(parts, caller, token);
        return climb(parts, row.id, {
          kind: 'recovery_code',
          check: (tx, owner) => useRecoveryCode(parts.signIn, tx, owner, code),
        });
      }),
    showFacts: (caller: Caller, token: string, form: unknown): Promise<Climbed> =>
      onSteps(async () => {
        const said = saidFacts(checkInput(form, factsInput, LABELS));
        const row = await tried(parts, caller, token);
        return climb(parts, row.id, {
          kind: 'facts',
          check: (tx, owner) => factsHold(services, tx, owner, said),
        });
      }),
    /** The command that shows an API key. Throws `Problem` 404, 409 and 429. */
    challenge: (caller: Caller, token: string) =>
      onSteps(async () => {
        const row = await askedBy(parts, token);
        countTry(parts.signIn, 'question', caller.network);
        demandClimbable(parts, row);
        const { challenge, until } = await newChallenge({ services, store }, newLadderOf(parts, row.id));
        return { challenge, until: until.toISOString(), url: `${siteUrl}/api/privacy/requests/proof` };
      }),
    /** By a program, with the key as every call of the API carries it. Throws `Problem` 409 and 429. */
    showKey: (caller: Caller, challenge: string, key: CarriedKey) =>
      onSteps(async () => {
        const found = await challenged({ services, store }, challenge);
        tryOnce(parts.signIn, caller, found?.request ?? 'no challenge');
        if (found === null) throw notShown();
        const climbed = await climb(parts, found.request, {
          kind: 'api_key',
          challenge: found.hash,
          check: (tx, owner) => keyShows(services, tx, owner, key),
        });
        const page = `${siteUrl}/privacy/requests/${linkTokenOf(services.pepper, found.request, 'asked')}`;
        return { ...climbed, page };
      }),
    /** What was made, for whoever has the code. Throws `Problem` 404, 409 (`not_shown`, `archive_being_made`) and 429. */
    fetch: (caller: Caller, token: string, form: unknown) =>
      onSteps(() => fetchByCode(parts, caller, token, form)),
  };
}

function saidFacts({ made, key_name, credit_on, credit }: z.output<typeof factsInput>) {
  const isCredit = credit_on !== '' && credit !== '';
  return {
    made: made === '' ? null : made,
    key: key_name === '' ? null : plainName(key_name),
    credit: isCredit ? `${credit_on} ${Math.round(Number(credit.replace(',', '.')) * MICRO)}` : null,
  };
}

async function fetchByCode(parts: RequestParts, caller: Caller, token: string, form: unknown) {
  const { services, store } = parts.erasing;
  const { code } = checkInput(form, codeInput, LABELS);
  const row = await askedBy(parts, token);
  countTry(parts.signIn, 'question', caller.network);
  const [ladder] = await services.db.select().from(proofLadder).where(eq(proofLadder.request, row.id));
  const isRight =
    ladder?.code === hashToken(plainCode(code)) && (ladder.codeUntil?.getTime() ?? 0) > store.now();
  if (!isRight) {
    await countProof({ services, store }, newLadderOf(parts, row.id), null);
    throw notShown();
  }
  if (!isMade(row) || row.person === null)
    throw new Problem(409, 'archive_not_ready', 'There is nothing to fetch yet, or not any more.');
  const standing = await parts.exports.of(row.person);
  if (standing?.state === 'ready') return parts.exports.download(row.person, standing.id);
  await parts.exports.ask(row.person);
  throw new Problem(
    409,
    'archive_being_made',
    'The archive is being made anew. Wait a minute, then send the code again.',
  );
}

export type LadderPages = ReturnType<typeof forLadder>;
