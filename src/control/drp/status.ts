/**
 * How a request stands, in the protocol's words (3.02, 3.03). Nothing of the person's data is in it; why something was
 * refused is told to the person, and to the agent only as one of the protocol's reasons.
 */
import { type SeenByAgent, seenByAgent } from '../requests/index.ts';
import type { RequestRow } from '../requests/schema.ts';
import { agentContent } from './content.ts';
import type { DrpParts } from './parts.ts';
import { type DrpRequest, TOLD_DAYS } from './schema.ts';
import { type ExerciseStatus, FINAL, type Reason, type Status, uuidOf } from './words.ts';

const DAY_MS = 86_400_000;

/** Of the law's list of grounds; all others are `other`. */
const REASONS_OF_GROUNDS: Readonly<Record<string, Reason>> = {
  identity_not_proven: 'insuf_verification',
  agent_without_proof: 'insuf_verification',
  unfounded_or_excessive: 'too_many_requests',
  opt_out_is_fraud: 'suspected_fraud',
  no_ground_to_erase: 'claim_not_covered',
  not_by_consent_or_contract: 'claim_not_covered',
  no_longer_linked: 'no_match',
};

interface Standing {
  readonly status: Status;
  readonly reason?: Reason;
}

/** Pure. An appeal has no word there: until it is carried out, the first decision is told. */
export function standingOf(row: RequestRow): Standing {
  switch (row.state) {
    case 'received':
      return { status: 'open' };
    case 'acknowledged':
    case 'deciding':
    case 'decided':
    case 'carrying_out':
      return { status: 'in_progress' };
    case 'identity':
      return UNVERIFIED;
    case 'withdrawn':
      return { status: 'revoked' };
    default:
      return endOf(row);
  }
}

const UNVERIFIED = { status: 'in_progress', reason: 'need_user_verification' } as const;
/** Also where nobody here has the address: never `no_match`, which would tell. */
const NOT_VERIFIED = { status: 'denied', reason: 'insuf_verification' } as const;

function endOf({ deliveredAt, decision, ground }: RequestRow): Standing {
  if (deliveredAt !== null) return { status: 'fulfilled' };
  if (decision === 'not_proven') return NOT_VERIFIED;
  if (decision === 'refused')
    return { status: 'denied', reason: REASONS_OF_GROUNDS[ground ?? ''] ?? 'other' };
  return { status: 'expired' };
}

export interface StatusSeen {
  readonly shown: ExerciseStatus;
  readonly steps: number;
  /** What of it an agent is told anew when it changes. */
  readonly told: string;
  readonly isFinal: boolean;
}

/** Throws `Problem` 404 where the request is gone. */
export async function statusOf(
  { requesting }: Pick<DrpParts, 'requesting'>,
  drp: Pick<DrpRequest, 'id' | 'request' | 'content' | 'endedAt'>,
): Promise<StatusSeen> {
  const seen = await seenByAgent(requesting, drp.request);
  const { services, store } = requesting.erasing;
  const number = agentContent.open(services.vault, drp.id, drp.content)?.number ?? null;
  const standing = standingOf(seen.row);
  const { siteUrl } = requesting.signIn.settings;
  const isFinal = FINAL.has(standing.status);
  const endedAt = drp.endedAt?.getTime() ?? store.now();
  const shown: ExerciseStatus = {
    request_id: uuidOf(drp.request),
    ...(number !== null && { agent_request_id: number }),
    received_at: seen.row.receivedAt.toISOString(),
    ...standing,
    ...more(seen, standing, siteUrl),
    ...(isFinal && { expires_at: new Date(endedAt + TOLD_DAYS * DAY_MS).toISOString() }),
  };
  const told = [standing.status, standing.reason ?? '', isFinal ? '' : (shown.expected_by ?? '')].join(' ');
  return { shown, steps: seen.steps, told, isFinal };
}

function more(
  { row, page }: SeenByAgent,
  { status, reason }: Standing,
  siteUrl: string,
): Partial<ExerciseStatus> {
  if (status === 'fulfilled') return fulfilled(row, siteUrl);
  if (FINAL.has(status)) return status === 'denied' ? { processing_details: DENIED } : {};
  const waitsUntil = reason === 'need_user_verification' ? row.proofUntil : null;
  return {
    expected_by: row.dueAt.toISOString(),
    ...(row.extendedAt !== null && { processing_details: EXTENDED }),
    ...(waitsUntil !== null && { user_verification_url: page, expires_at: waitsUntil.toISOString() }),
    ...(waitsUntil !== null && row.extendedAt === null && { processing_details: VERIFY }),
  };
}

const fulfilled = (
  { right, decision, appealDecision }: RequestRow,
  siteUrl: string,
): Partial<ExerciseStatus> => ({
  ...((right === 'access' || right === 'portability') && { results_url: `${siteUrl}/console/export` }),
  ...((decision === 'part' || appealDecision === 'part') && { processing_details: IN_PART }),
});

const VERIFY =
  'If the e-mail address is one that we hold, a letter with a link went there. The person opens it and says that they let you ask.';
const EXTENDED = 'The answer is put off once, for a reason that was told to the person.';
const DENIED = 'The reason, and how to appeal, is told to the person where we know who it is.';
const IN_PART = 'A part of it is done. Which part, and why not the rest, is told to the person.';
