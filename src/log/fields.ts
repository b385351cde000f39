/**
 * The closed list of what a log line may hold: ids, numbers and members of closed lists. No field takes free text, so
 * that nothing a person wrote, no foreign error's message and no path of a client can reach a log (INFER-1, COLLECT-5).
 */

export const LEVELS = ['debug', 'info', 'warn', 'error'] as const;
export type Level = (typeof LEVELS)[number];

export const ROLES = ['supervisor', 'gateway', 'engine', 'control', 'postgres'] as const;
export type Role = (typeof ROLES)[number];

/** What happened. One word for one thing; add a word here before you log it. */
export const EVENTS = [
  'started',
  'ready',
  'stopping',
  'stopped',
  'died',
  'restarted',
  'listening',
  'request',
  'fault',
  'link_up',
  'link_down',
  'link_refused',
  'records_written',
  'records_dropped',
  'captures_dropped',
  'record_voided',
  'usage_days_mended',
  'engine_up',
  'engine_down',
  'engine_error_unmapped',
  'models_found',
  'circuit_open',
  'circuit_closed',
  'tls_reloaded',
  'tls_reload_failed',
  'unconfined',
  'lines_withheld',
  'egress_refused',
  'promise_broken',
  'migrated',
  'walled',
  'key_created',
  'key_revoked',
  'account_created',
  'credit_added',
  'payment_booked',
  'payment_odd',
  'billing_differs',
  'webhook_refused',
  'stripe_away',
  'model_loaded',
  'sequence_failed',
  'database_lost',
  'database_back',
  'sealed',
  'erased',
  'swept',
  'values_damaged',
  'hold_placed',
  'hold_ended',
  'consent_given',
  'consent_withdrawn',
  'choices_replayed',
  'published',
  'epoch_rolled',
  'witnessed',
  'witness_failed',
  'backup_made',
  'backup_failed',
  'backups_pruned',
  'restored',
  'export_made',
  'export_failed',
  'mail_sent',
  'mail_failed',
  'mail_taken',
  'mail_ignored',
  'mail_reported',
  'signed_in',
  'sign_in_refused',
  'sign_in_paused',
  'provider_failed',
  'agent_refused',
  'callback_sent',
  'callback_failed',
] as const;
export type Event = (typeof EVENTS)[number];

/** Classes of errors that may be named; all others are `Error`. */
export const ERROR_CLASSES = [
  'Error',
  'TypeError',
  'RangeError',
  'SyntaxError',
  'ReferenceError',
  'AggregateError',
  'AssertionError',
  'NotAWord',
  'DatabaseError',
] as const;
export type ErrorClass = (typeof ERROR_CLASSES)[number];

/** Why something was refused or stopped. */
export const CODES = [
  'unconfined',
  'protocol',
  'hello_missing',
  'unknown_key',
  'records_refused',
  'database_away',
  'database_newer',
  'backup_before_failed',
  'migration_failed',
  'database_not_owned',
  'database_roles_missing',
  'database_login_refused',
  'keys_unusable',
  'pepper_missing',
  'pepper_damaged',
  'master_key_wrong',
  'master_key_missing',
  'master_key_unusable',
  'key_store_damaged',
  'key_store_missing',
  'ledger_unusable',
  'ledger_behind',
  'texts_damaged',
  'record_older',
  'witness_unreachable',
  'witness_refused',
  'clock_disagrees',
  'clock_jumped',
  'processor_failed',
  'provider_unreachable',
  'provider_answer_wrong',
  'auto_submitted',
  'bulk',
  'bounce',
  'own_mail',
  'bounced',
  'complained',
  'disk_full',
  'address_in_use',
] as const;

/** The kinds of inference requests, and how they end (`src/link/words.ts`, which is above this floor). */
const ENDPOINTS = ['chat', 'completions', 'embeddings'] as const;
const ENDINGS = ['complete', 'length', 'client_left', 'engine_lost', 'timeout'] as const;

type Check = (value: unknown) => boolean;
const whole: Check = (v) => Number.isSafeInteger(v);
const id: Check = (v) => typeof v === 'string' && /^[0-9a-f]{32}$/.test(v);
const fingerprint: Check = (v) => typeof v === 'string' && /^[0-9a-f]{8}$/.test(v);
/** A place in our own source: file and line. */
const place: Check = (v) => typeof v === 'string' && /^src\/[a-z0-9/-]{1,80}\.tsx?:\d{1,5}$/.test(v);
const oneOf = (words: readonly string[]): Check => {
  const known = new Set<unknown>(words);
  return (v) => known.has(v);
};

/** Every field that a line may have besides `at`, `level`, `from` and `event`, and what it may hold. */
export const FIELDS = {
  role: oneOf(ROLES),
  request: id,
  account: id,
  key: id,
  session: id,
  model: whole,
  engine: whole,
  /** Its place in the configuration. */
  witness: whole,
  /** Its place in the configuration. */
  provider: whole,
  status: whole,
  /** Duration in milliseconds. */
  ms: whole,
  bytes: whole,
  count: whole,
  tokens: whole,
  port: whole,
  pid: whole,
  attempt: whole,
  exit: whole,
  endpoint: oneOf(ENDPOINTS),
  ending: oneOf(ENDINGS),
  code: oneOf(CODES),
  signal: oneOf([
    'SIGTERM',
    'SIGINT',
    'SIGKILL',
    'SIGSEGV',
    'SIGABRT',
    'SIGHUP',
    'SIGBUS',
    'SIGILL',
    'other',
  ]),
  class: oneOf(ERROR_CLASSES),
  /** The first frame of our own source in a fault's stack. */
  place: place,
  /** Fingerprints of master keys: the one that the key store wants, the one that was given. */
  wanted: fingerprint,
  given: fingerprint,
  /** A clause of the policy. */
  clause: (v) => typeof v === 'string' && /^[A-Z]{2,12}-\d{1,2}$/.test(v),
  wall: oneOf(['permission', 'limits', 'landlock', 'user', 'modules']),
} as const satisfies Record<string, Check>;

export type FieldName = keyof typeof FIELDS;
