/**
 * What a gateway is told at its start: one JSON line on standard input, made by the supervisor from the checked
 * configuration. It cannot read files, and what it may connect to is fixed from here on.
 */
import type { Level } from '../log/fields.ts';

/** What an engine does with what it is sent (INFER-2, INFER-3, INFER-4). */
export interface DataTerms {
  /** Whether it keeps content, and if so for how many days; 0 keeps nothing. */
  readonly retentionDays: number;
  readonly trains: boolean;
  /** Who says so: the operator about an engine of their own, or NAME until DATE. */
  readonly declaredBy: string;
  /** ISO date until which an attestation holds; null for the operator's own. A past date is as undeclared. */
  readonly until: string | null;
}

/** How an engine words its API; decides which parameters it is sent and how its errors are read. */
export const DIALECTS = ['kept', 'vllm', 'sglang', 'llama-server', 'ollama', 'tgi', 'openai'] as const;
export type Dialect = (typeof DIALECTS)[number];

export const PREFIX_CACHES = ['per_account', 'none', 'shared'] as const;

export interface EngineSettings {
  /** Its number in the configuration; what records and log lines say. */
  readonly number: number;
  /** As the operator calls it, and accounts object to it. */
  readonly name: string;
  /** Base URL with `/v1`; its host and port are the only ones ever connected to. */
  readonly url: string;
  /** A local socket instead of the URL's host and port; null for TCP. */
  readonly socket: string | null;
  readonly key: string | null;
  readonly dialect: Dialect;
  readonly region: string;
  readonly terms: DataTerms;
  /** Whether one account's prompts can shorten another's answers (CVE-2025-46570). */
  readonly prefixCache: (typeof PREFIX_CACHES)[number];
}

/** Time limits of an exchange with an engine, in milliseconds. */
export interface Times {
  readonly connectMs: number;
  /** Between two reads of a stream. */
  readonly idleMs: number;
  /** From admission to the last byte. */
  readonly wholeMs: number;
}

/** What the configuration falls back to. */
export const DEFAULT_TIMES: Times = { connectMs: 3_000, idleMs: 120_000, wholeMs: 900_000 };

export interface GatewaySettings {
  /** This process' random id. */
  readonly session: string;
  readonly host: string;
  readonly port: number;
  /** Several gateways on one port. */
  readonly reusePort: boolean;
  /** Other gateways draw on the same limits. */
  readonly shared: boolean;
  /** Certificate and key files, read again when they change; null serves plain HTTP. */
  readonly tls: { readonly cert: string; readonly key: string } | null;
  /** The link's local socket. */
  readonly link: string;
  /** Local socket for `GET /metrics` and `/health`, read by the supervisor. */
  readonly inside: string;
  readonly logLevel: Level;
  /** The site's public address: `Link` header and the one origin that CORS allows. */
  readonly siteUrl: string;
  /** The API's own public address; behind https, browsers are told to stay there. */
  readonly apiUrl: string;
  /** Networks (CIDR) whose `X-Forwarded-For` is believed. */
  readonly trustedProxies: readonly string[];
  readonly engines: readonly EngineSettings[];
  readonly times: Times;
  /** How long a reply waits for its usage record to be durable, in milliseconds. */
  readonly recordWaitMs: number;
  /** Requests admitted while control is away, at most, until it is back. */
  readonly unrecordedMax: number;
  /** Serve although a wall is missing; every health answer says so. */
  readonly allowUnconfined: boolean;
}
