/**
 * What an entry of the record is: 32 bytes that commit to an act and look random to who lacks the salts.
 *
 *   entry   = SHA-256("kept record entry v1" ‖ header ‖ content)
 *   header  = SHA-256("kept record header v1" ‖ len(salt1) ‖ salt1 ‖ len(kind) ‖ kind ‖ time ‖ len(role) ‖ role)
 *   content = SHA-256("kept record content v1" ‖ len(salt2) ‖ salt2 ‖ canonical JSON of the content)
 *
 * Lengths are one byte, the time milliseconds since 1970 as 8 bytes, big-endian. Auditors get openings of the header
 * (salt1) with the hash of the content; only the person's receipt has salt2 and the content. Without salt2, which dies
 * with the person, nobody can tell what the content was, not even by trying. No function here keeps a salt.
 */
import { hash, randomBytes } from 'node:crypto';
import { type Canonical, canonicalJson } from './canonical.ts';
import { RecordError } from './errors.ts';
import { HASH_BYTES } from './merkle.ts';

/** Openings on the disk name a kind by its place here: a new one comes last. */
export const ENTRY_KINDS = [
  'consent_given',
  'consent_withdrawn',
  'erasure_scheduled',
  'erasure_cancelled',
  'erasure_begun',
  'erasure_done',
  'correction',
  'restriction',
  'export',
  'disclosure',
  'staff_read',
  'staff_sign_in',
  'role_change',
  'access_change',
  'credit_change',
  'price_change',
  'configuration',
  'key_rotation',
  'backup',
  'restore',
  'migration',
  'release',
  'unconfined_start',
  'hold_placed',
  'hold_ended',
  'retention',
  'publication',
  'suppression',
  'padding',
  'request',
  'outside_system',
  'outside_task',
  'erasure_completed',
  'disclosure_case',
  'disclosure_notice',
  'message',
  'recipients',
  'verification',
  'attestation',
  'agreement',
  'breach',
  'breach_notice',
  'import',
] as const;
export type EntryKind = (typeof ENTRY_KINDS)[number];

/** Openings on the disk name a role by its place here: a new one comes last. */
export const ACTOR_ROLES = [
  'person',
  'member',
  'owner',
  'support',
  'privacy',
  'admin',
  'operator',
  'system',
  'finance',
  'auditor',
  'outsider',
] as const;
export type ActorRole = (typeof ACTOR_ROLES)[number];

const KINDS: ReadonlySet<string> = new Set(ENTRY_KINDS);
const ROLES: ReadonlySet<string> = new Set(ACTOR_ROLES);

export const SALT_BYTES = 32;
const SALT_BYTES_MIN = 16;
const CONTENT_BYTES_MAX = 16_384;
/** The last moment that a Date can tell. */
const TIME_MS_MAX = 8_640_000_000_000_000;

export interface Header {
  readonly kind: EntryKind;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly role: ActorRole;
}

/** What an auditor gets of an entry, beside its index: enough to recompute it, without its content. */
export interface AuditOpening extends Header {
  readonly salt1: Uint8Array;
  readonly contentHash: Uint8Array;
}

/** What the person concerned gets: everything. */
export interface FullOpening extends Header {
  readonly salt1: Uint8Array;
  readonly salt2: Uint8Array;
  readonly content: Canonical;
}

export interface Commitment {
  /** The 32 bytes to append. */
  readonly entry: Buffer;
  readonly salt1: Buffer;
  /** To be kept sealed under the person's key, or not at all. */
  readonly salt2: Buffer;
  readonly contentHash: Buffer;
}

/** Commits to an act, with new salts unless they are given. Throws `argument` for words that are not in the lists. */
export function commit(
  header: Header,
  content: Canonical,
  salts: { readonly salt1?: Buffer; readonly salt2?: Buffer } = {},
): Commitment {
  const salt1 = salts.salt1 ?? randomBytes(SALT_BYTES);
  const salt2 = salts.salt2 ?? randomBytes(SALT_BYTES);
  const contentHash = hashContent(salt2, content);
  return { entry: entryOfAudit({ ...header, salt1, contentHash }), salt1, salt2, contentHash };
}

/** An empty entry at a time, like any other to look at: its content is nothing, and the salt of that is thrown away. */
export function padding(at: number): { readonly entry: Buffer; readonly opening: AuditOpening } {
  const header: Header = { kind: 'padding', at, role: 'system' };
  const { entry, salt1, contentHash } = commit(header, null);
  return { entry, opening: { ...header, salt1, contentHash } };
}

/** The entry that an auditor's opening is of. Throws `opening` where it is not a proper one. */
export function entryOfAudit(opening: AuditOpening): Buffer {
  const { kind, at, role, salt1, contentHash } = opening;
  if (!KINDS.has(kind) || !ROLES.has(role)) refuse('it has an unknown kind or role');
  if (!Number.isSafeInteger(at) || at < 0 || at > TIME_MS_MAX)
    refuse('its time is not milliseconds since 1970');
  if (contentHash.length !== HASH_BYTES) refuse('its content’s hash is not one');
  salted(salt1);
  const header = hash('sha256', headerBytes(kind, at, role, salt1), 'buffer');
  header.copy(entryScratch, ENTRY_LABEL.length);
  entryScratch.set(contentHash, ENTRY_LABEL.length + HASH_BYTES);
  return hash('sha256', entryScratch, 'buffer');
}

const HEADER_LABEL = Buffer.from('kept record header v1');
const ENTRY_LABEL = Buffer.from('kept record entry v1');
// Written over at each call: an auditor recomputes millions.
const headerScratch = Buffer.concat([HEADER_LABEL, Buffer.alloc(128)]);
const entryScratch = Buffer.concat([ENTRY_LABEL, Buffer.alloc(2 * HASH_BYTES)]);

/** What the header's hash is over. Valid until the next call. */
function headerBytes(kind: string, at: number, role: string, salt: Uint8Array): Buffer {
  let end = HEADER_LABEL.length;
  headerScratch[end] = salt.length;
  headerScratch.set(salt, end + 1);
  end += 1 + salt.length;
  headerScratch[end] = kind.length;
  end += 1 + headerScratch.write(kind, end + 1, 'latin1');
  end = headerScratch.writeUInt32BE(Math.floor(at / 2 ** 32), end);
  end = headerScratch.writeUInt32BE(at % 2 ** 32, end);
  headerScratch[end] = role.length;
  end += 1 + headerScratch.write(role, end + 1, 'latin1');
  return headerScratch.subarray(0, end);
}

/** The entry that a full opening is of. Throws `opening` or `argument`. */
export function entryOfFull(opening: FullOpening): Buffer {
  return entryOfAudit({ ...opening, contentHash: hashContent(opening.salt2, opening.content) });
}

function hashContent(salt2: Uint8Array, content: Canonical): Buffer {
  const bytes = Buffer.from(canonicalJson(content));
  if (bytes.length > CONTENT_BYTES_MAX) refuse(`its content is more than ${CONTENT_BYTES_MAX} bytes`);
  return sha256('kept record content v1', salted(salt2), bytes);
}

function salted(salt: Uint8Array): Buffer {
  if (salt.length < SALT_BYTES_MIN || salt.length > SALT_BYTES) refuse('a salt is 16 to 32 bytes');
  return Buffer.concat([Buffer.of(salt.length), salt]);
}

const sha256 = (label: string, ...parts: Uint8Array[]): Buffer =>
  hash('sha256', Buffer.concat([Buffer.from(label), ...parts]), 'buffer');

const refuse = (why: string): never => {
  throw new RecordError('opening', `This cannot be an opening of an entry: ${why}.`);
};
