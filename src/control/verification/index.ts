/**
 * What control knows of verification, which stands on the floor above: what it hands over, and what pages, commands and
 * figures get back. `src/verify` is the other side.
 */
import type { Db } from '../../store/database.ts';
import type { Finding } from '../../store/walls/findings.ts';
import type { LawTable } from '../law/index.ts';
import type { OpenStore } from '../open-store.ts';
import type { Clause, PolicyDocuments } from '../policy/index.ts';
import type { Probes } from '../probes/index.ts';
import type { Egress, Recipient } from '../processors/index.ts';
import type { Services } from '../services.ts';
import type { ControlSettings } from '../settings.ts';
import type { Attestation } from './attestations.ts';

export type { Attestation } from './attestations.ts';
export { type Observation, observationsSince, remember } from './observations.ts';

/**
 * `kept`: looked at, and so. `broken`: looked at, and not so, or could not be looked at. `attested`: no program can see it, and a
 * role answers for it with a document until a day. `off`: built, and never
 * switched on or said by this operator. `not-built`: no program looks yet.
 */
export const VERDICTS = ['kept', 'broken', 'attested', 'off', 'not-built'] as const;
export type Verdict = (typeof VERDICTS)[number];

export interface CheckStanding {
  readonly id: string;
  /** How it looks, in words. */
  readonly probe: string;
  readonly verdict: Exclude<Verdict, 'not-built'>;
  /** What was seen, in words. */
  readonly observed: string;
  /** ISO. */
  readonly at: string;
  readonly ms: number;
}

export interface ClauseStanding {
  readonly id: string;
  /** Null: nothing has been looked at since the start. */
  readonly verdict: Verdict | null;
  /** In words; for `kept` what was seen. */
  readonly reason: string;
  readonly checks: readonly CheckStanding[];
  /** The worst that was seen on each of the last days (UTC), the oldest first; null: nobody looked. */
  readonly days: readonly (CheckStanding['verdict'] | null)[];
}

export interface Standing {
  /** ISO; the oldest of what counts, null before the first look at everything. */
  readonly oldest: string | null;
  readonly clauses: readonly ClauseStanding[];
}

export interface VerifyParts {
  readonly settings: ControlSettings;
  readonly services: Services;
  readonly store: OpenStore;
  /** As the sweep sees rows. */
  readonly sweeping: Db;
  /** Whom the erasure ledger names, in order. */
  readonly erased: () => readonly { readonly kind: 'person' | 'account'; readonly id: string }[];
  readonly held: (subject: { readonly kind: 'person' | 'account'; readonly id: string }) => boolean;
  readonly clauses: readonly Clause[];
  readonly documents: PolicyDocuments;
  readonly law: LawTable;
  readonly recipients: readonly Recipient[];
  readonly egress: Egress;
  /** Connected gateways, by the pids of their processes. */
  readonly gateways: () => readonly { readonly pid: number }[];
  /** What of the database's walls differs from the data map. */
  readonly fallen: () => Promise<readonly Finding[]>;
  readonly probes: Probes;
  /** Every statement that no program can see, with who answers for it. */
  readonly attestations: () => Promise<readonly Attestation[]>;
  /** Tells staff who answer for privacy. */
  readonly tellStaff: (clauses: readonly string[]) => Promise<void>;
}

export interface Verification {
  standing(): Standing;
  /** Looks at these clauses, or at all; tells of each check as it ends. A second one waits for the first. */
  look(clauses: readonly string[] | null, onSeen: (seen: CheckStanding) => void): Promise<Standing>;
  /** Of the newest entry of the record that holds how everything stood and is published (C2SP tlog-proof); null: none yet. */
  receipt(): Promise<string | null>;
  /** In Prometheus' text format. */
  metrics(): string;
  start(): void;
  stop(): Promise<void>;
}

/** Control's process hands it in. */
export type OpenVerification = (parts: VerifyParts) => Verification;
