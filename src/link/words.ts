/**
 * The complete vocabulary between gateway and control. Numbers, ids and enumerations only: what a client wrote
 * or a model answered has no word here (INFER-1), but one: `captured` carries bytes that the gateway sealed because an owner
 * asked for it (INFER-4). A message with anything else ends the connection.
 *
 * gateway → control: `hello`, `want`, `give`, `records`, `voids`, `captured`
 * control → gateway: `welcome`, `catalogue`, `account`, `key`, `gone`, `synced`, `granted`, `later`, `recorded`
 *
 * The order on one connection is the order of sending; both sides may resend after a reconnect, and every
 * message is idempotent.
 */
import { CAPTURED_BYTES_MAX } from './captured.ts';
import { HPKE_KEY_BYTES, HPKE_OVERHEAD_BYTES } from './hpke.ts';
import {
  flag,
  hex,
  id,
  list,
  name,
  network,
  type Of,
  oneOf,
  orNull,
  record,
  type Shape,
  sealedBytes,
  signed,
  whole,
} from './shapes.ts';

/** Raised when a message changes meaning; both sides must speak the same. */
export const LINK_PROTOCOL = 7;
/** A line on the link is at most this long, in bytes. */
export const LINK_LINE_BYTES_MAX = 8 * 1024 * 1024;
/** Records and voids in one message, at most. */
export const RECORDS_PER_MESSAGE_MAX = 1024;
/**
 * A gateway may use what it was granted for this long after it lost control, in milliseconds; control waits as
 * long before it grants the same again. Shorter on the gateway's side, so that clocks need not agree.
 */
export const LEASE_AFTER_LOSS_MS = 50_000;
export const LEASE_HELD_AFTER_LOSS_MS = 60_000;

/** What an account may object to, at most, of engines and of regions. */
export const OBJECTIONS_MAX = 100;

const TOKENS_MAX = 2 ** 31;
const count = (): Shape<number> => whole(TOKENS_MAX);
/** Milliseconds since 1970, UTC. */
const time = (): Shape<number> => whole();
const microUsd = (): Shape<number> => whole();

export const ENDPOINTS = ['chat', 'completions', 'embeddings'] as const;
export type Endpoint = (typeof ENDPOINTS)[number];

/** How a request that reached an engine ended; docs/metering.md says what each costs. */
export const ENDINGS = [
  'complete', // the engine finished, the client was told everything
  'length', // ended at the output limit
  'client_left', // the client went away; what was passed on is charged
  'engine_lost', // the engine broke off after the first byte
  'timeout', // a time limit of ours ended it after the first byte
] as const;
export type Ending = (typeof ENDINGS)[number];

/**
 * How use is paid for. `prepaid`: from credit, and refused when there is none. `budget_only`: it is priced and booked, and
 * held by budgets alone. `off`: it has no price, and is held by budgets in tokens.
 */
export const BILLING_MODES = ['prepaid', 'budget_only', 'off'] as const;
export type BillingMode = (typeof BILLING_MODES)[number];

/**
 * What a limit counts. Windows: `requests`, `tokens` a minute; all others UTC: `day`, `month` in micro-dollars,
 * `day_tokens`, `month_tokens` in tokens.
 */
export const METERS = [
  'balance',
  'concurrency',
  'requests',
  'tokens',
  'day',
  'month',
  'day_tokens',
  'month_tokens',
] as const;
export type MeterKind = (typeof METERS)[number];

/** One limit of one account or key. */
export const meter = record({ kind: oneOf(METERS), of: id() });
export type Meter = Of<typeof meter>;

/** What one request used. Written once, by request id; control keeps it, nobody else. */
export const usageRecord = record({
  /** The request's id, the record's key. */
  id: id(),
  account: id(),
  key: id(),
  /** The model's number in the catalogue. */
  model: whole(1_000_000),
  /** The engine's number in the configuration. */
  engine: whole(10_000),
  endpoint: oneOf(ENDPOINTS),
  startedAt: time(),
  durationMs: whole(),
  /** Until the first byte of the engine's answer, in milliseconds. */
  firstByteMs: whole(),
  promptTokens: count(),
  cachedTokens: count(),
  completionTokens: count(),
  reasoningTokens: count(),
  images: count(),
  audioSeconds: count(),
  price: microUsd(),
  ending: oneOf(ENDINGS),
  /** Counted by us from content chunks, in the customer's favour, because the engine reported nothing. */
  estimated: flag(),
  stream: flag(),
});
export type UsageRecord = Of<typeof usageRecord>;

/** Limits of an account or key; null is unlimited. Money in micro-dollars. */
export const limits = record({
  requestsPerMinute: orNull(whole()),
  tokensPerMinute: orNull(whole()),
  concurrency: orNull(whole(1_000_000)),
  budgetDay: orNull(microUsd()),
  budgetMonth: orNull(microUsd()),
  budgetDayTokens: orNull(whole()),
  budgetMonthTokens: orNull(whole()),
});
export type Limits = Of<typeof limits>;

/** Which data terms an account accepts; a request may tighten them, never loosen (INFER-2, INFER-3). */
export const accountTerms = record({
  /** Only engines that keep nothing. */
  zeroRetention: flag(),
  /** Engines that may train on content: only with the account's explicit consent. */
  allowTraining: flag(),
  /** Only engines in this region; null is any. */
  region: orNull(name()),
  /** Engines whose prefix cache is shared between accounts (CVE-2025-46570). */
  allowSharedCache: flag(),
  /** Engines and regions that an owner objected to; nothing of the account goes there. */
  withoutEngines: list(name(), OBJECTIONS_MAX),
  withoutRegions: list(name(), OBJECTIONS_MAX),
});
export type AccountTerms = Of<typeof accountTerms>;

/** Requests of an account that an owner asked to be kept for a while, sealed for this key (INFER-4). */
export const capture = record({
  id: id(),
  /** The public half of the capture's key (X25519). */
  key: hex(HPKE_KEY_BYTES),
  /** From then on nothing more is kept. */
  until: time(),
});
export type Capture = Of<typeof capture>;

export const accountState = record({
  id: id(),
  active: flag(),
  limits: limits,
  terms: accountTerms,
  /** Null: nothing of its requests is kept, as always. */
  capture: orNull(capture),
});
export type AccountState = Of<typeof accountState>;

export const keyState = record({
  id: id(),
  account: id(),
  /** HMAC-SHA-256 of the whole key under the instance's pepper. */
  hash: hex(32),
  active: flag(),
  /** Null never expires. */
  expiresAt: orNull(time()),
  /** Catalogue numbers of the allowed models; null is all. */
  models: orNull(list(whole(1_000_000), 1000)),
  /** Allowed client networks; null is all. */
  networks: orNull(list(network(), 100)),
  limits: limits,
});
export type KeyState = Of<typeof keyState>;

export const MODEL_KINDS = ['chat', 'embedding'] as const;

export const catalogueModel = record({
  number: whole(1_000_000),
  name: name(),
  kind: oneOf(MODEL_KINDS),
  /** Context window in tokens. */
  context: whole(100_000_000),
  /** Largest output in tokens. */
  maxOutput: whole(100_000_000),
  /** Micro-dollars for a million tokens. */
  prices: record({
    prompt: whole(2 ** 21 * 1000),
    cached: whole(2 ** 21 * 1000),
    completion: whole(2 ** 21 * 1000),
    reasoning: whole(2 ** 21 * 1000),
  }),
  /** Unix seconds, for `GET /v1/models`. */
  created: whole(),
  /** Which engines serve it, and under which name they know it. */
  engines: list(record({ engine: whole(10_000), upstream: name() }), 100),
});
export type CatalogueModel = Of<typeof catalogueModel>;

/** A gateway's walls (`src/gateway/walls.ts`); which of them it found missing at its start goes up. */
export const WALLS = ['permission', 'limits', 'landlock', 'user'] as const;
export type Wall = (typeof WALLS)[number];

/** gateway → control */
export const UP = {
  /** First message. `held` re-announces every lease that the gateway holds from an earlier connection. */
  hello: record({
    protocol: whole(),
    session: id(),
    pid: whole(),
    missing: list(oneOf(WALLS), WALLS.length),
    held: list(record({ meter, units: whole(), windowEndsAt: time() }), 1_000_000),
  }),
  /** Asks for at least `need` units of a meter. Answered by `granted` or `later` with the same `seq`. */
  want: record({ seq: whole(), meter, need: whole() }),
  /**
   * Gives back units that were granted and not used; of `requests` and `tokens` only such of the window that ends at
   * `windowEndsAt` (0 for meters without window).
   */
  give: record({ meter, units: whole(), windowEndsAt: time() }),
  /** Usage to make durable. Answered by `recorded` with the same `seq` once it is. */
  records: record({ seq: whole(), records: list(usageRecord, RECORDS_PER_MESSAGE_MAX) }),
  /** Requests whose clients were told that nothing was recorded: such a record, come or yet to come, is not charged. */
  voids: record({ seq: whole(), ids: list(id(), RECORDS_PER_MESSAGE_MAX) }),
  /** A request and its answer, sealed; kept by control unless nobody asks for it any more. Nothing answers it. */
  captured: record({
    request: id(),
    account: id(),
    capture: id(),
    endpoint: oneOf(ENDPOINTS),
    at: time(),
    /** HTTP status; 0: the client left before it was told one. */
    status: whole(599),
    sealed: sealedBytes(HPKE_OVERHEAD_BYTES, CAPTURED_BYTES_MAX + HPKE_OVERHEAD_BYTES),
  }),
} as const;

/** control → gateway */
export const DOWN = {
  welcome: record({ protocol: whole(), pepper: hex(32), billing: oneOf(BILLING_MODES) }),
  catalogue: record({ models: list(catalogueModel, 10_000) }),
  account: accountState,
  key: keyState,
  /** A key or an account is no more. */
  gone: record({ what: oneOf(['key', 'account']), id: id() }),
  /** The snapshot is whole: the gateway may serve. */
  synced: record({}),
  /**
   * Answers `want`: `units` (0: refused) to be used until `windowEndsAt` (0: no window), of a limit of `limit` with
   * `left` remaining for everybody, others' leases taken off (money may be negative).
   */
  granted: record({
    seq: whole(),
    units: whole(),
    limit: whole(),
    left: signed(),
    windowEndsAt: time(),
  }),
  /** Answers `want` when nobody can say yet what is left: neither granted nor refused, to be asked again. */
  later: record({ seq: whole() }),
  recorded: record({ seq: whole() }),
} as const;

type Vocabulary = Readonly<Record<string, Shape<unknown>>>;
/** A message: its word and its body. */
export type Message<V extends Vocabulary> = {
  readonly [W in keyof V]: { readonly word: W; readonly body: Of<V[W]> };
}[keyof V];
export type UpMessage = Message<typeof UP>;
export type DownMessage = Message<typeof DOWN>;
