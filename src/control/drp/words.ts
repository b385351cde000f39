/**
 * The words of the Data Rights Protocol (1.0, which is 0.9.4 without a change) and what they are with us. Numbers of
 * sections are those of `data-rights-protocol.md`.
 */
import type { AskedRight } from '../requests/index.ts';

export const VERSIONS: readonly string[] = ['1.0', '0.9.4'];

/** 3.01. The example of 2.01 writes `opt-out`, the table `opt_out`. */
export const EXERCISES = {
  access: 'access',
  'access:categories': 'access',
  'access:specific': 'access',
  deletion: 'delete',
  'sale:opt_out': 'opt_out_sale',
  'sale:opt-out': 'opt_out_sale',
} as const satisfies Record<string, AskedRight>;
export type Exercise = keyof typeof EXERCISES;
export const EXERCISE_WORDS = Object.keys(EXERCISES) as [Exercise, ...Exercise[]];

/** 3.02. */
export const STATUSES = ['open', 'in_progress', 'fulfilled', 'revoked', 'denied', 'expired'] as const;
export type Status = (typeof STATUSES)[number];
export const REASONS = [
  'need_user_verification',
  'suspected_fraud',
  'insuf_verification',
  'no_match',
  'claim_not_covered',
  'outside_jurisdiction',
  'too_many_requests',
  'other',
] as const;
export type Reason = (typeof REASONS)[number];

/** Nothing more is to come of it. */
export const FINAL: ReadonlySet<Status> = new Set<Status>(['fulfilled', 'revoked', 'denied', 'expired']);

/** 3.03. Times are ISO 8601. */
export interface ExerciseStatus {
  readonly request_id: string;
  readonly status: Status;
  readonly reason?: Reason;
  readonly received_at: string;
  readonly expected_by?: string;
  readonly agent_request_id?: string;
  readonly processing_details?: string;
  readonly user_verification_url?: string;
  readonly results_url?: string;
  readonly expires_at?: string;
}

/** An id as the protocol writes it. */
export const uuidOf = (id: string): string =>
  id.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
