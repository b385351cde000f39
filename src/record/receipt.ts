/**
 * Receipts: C2SP tlog-proof files (https://c2sp.org/tlog-proof) whose extra data are the full opening of one entry.
 * They are checked offline with the record's verifier key. Whoever holds a receipt can read what it is about.
 */
import { type Canonical, type CanonicalObject, canonicalJson, readCanonicalJson } from './canonical.ts';
import { openCheckpoint, readDecimal } from './checkpoint.ts';
import { type ActorRole, type EntryKind, entryOfFull, type FullOpening } from './commitment.ts';
import { RecordError } from './errors.ts';
import { HASH_BYTES, leafHash, verifyInclusion } from './merkle.ts';
import { fromBase64, type NoteVerifier } from './note.ts';

export const RECEIPT_BYTES_MAX = 131_072;
const FIRST_LINE = 'c2sp.org/tlog-proof@v1';
const PROOF_HASHES_MAX = 63;

/** The parts of a tlog-proof, none of them believed. */
export interface TlogProof {
  readonly extra: Buffer | null;
  readonly index: number;
  readonly proof: readonly Buffer[];
  readonly checkpoint: string;
}

export interface VerifiedReceipt {
  readonly kind: EntryKind;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly role: ActorRole;
  readonly content: Canonical;
  /** What an entry of this kind says, in one sentence. */
  readonly meaning: string;
  readonly origin: string;
  readonly index: number;
  /** Entries in the record that the checkpoint speaks of. */
  readonly size: number;
  /** Names of the keys whose signatures were found good: the record's, and witnesses'. */
  readonly signedBy: readonly string[];
  readonly proves: readonly string[];
  readonly doesNotProve: readonly string[];
}

/** Writes a tlog-proof. */
export function formatProof({ extra, index, proof, checkpoint }: TlogProof): string {
  const lines = [FIRST_LINE];
  if (extra !== null) lines.push(`extra ${extra.toString('base64')}`);
  lines.push(`index ${index}`, ...proof.map((hash) => hash.toString('base64')), '', checkpoint);
  return lines.join('\n');
}

/** Takes a tlog-proof apart. Throws `receipt` for anything that is not exactly one. */
export function parseProof(text: string): TlogProof {
  if (text.length > RECEIPT_BYTES_MAX) refuse('it is too long');
  const at = text.indexOf('\n\n');
  const [first, ...lines] = text.slice(0, Math.max(0, at)).split('\n');
  if (first !== FIRST_LINE) refuse('its first line is another');
  let extra: Buffer | null = null;
  if (lines[0]?.startsWith('extra ')) {
    extra =
      fromBase64((lines.shift() as string).slice('extra '.length)) ?? refuse('its extra data are not base64');
  }
  const indexLine = lines.shift() ?? '';
  const index = indexLine.startsWith('index ') ? readDecimal(indexLine.slice('index '.length)) : null;
  if (lines.length > PROOF_HASHES_MAX) refuse('its proof is too long');
  const proof = lines.map((line) => {
    const hash = fromBase64(line);
    return hash?.length === HASH_BYTES ? hash : refuse('a line of its proof is not a hash');
  });
  if (index === null) return refuse('it does not say which entry');
  return { extra, index, proof, checkpoint: text.slice(at + 2) };
}

/** A receipt for the entry `index`, proved in a signed checkpoint with `proof` (RecordLog.inclusionProof). */
export function makeReceipt(
  opening: FullOpening,
  index: number,
  proof: readonly Buffer[],
  checkpoint: string,
): string {
  return formatProof({ extra: Buffer.from(openingText(opening)), index, proof, checkpoint });
}

/**
 * Checks a receipt with the keys of the record (and of witnesses, whose cosignatures then count). Throws `receipt`,
 * `opening`, `note`, `signature` or `checkpoint`; what it returns has been proved.
 */
export function verifyReceipt(
  receipt: string,
  verifiers: readonly NoteVerifier[],
  witnesses: readonly NoteVerifier[] = [],
): VerifiedReceipt {
  const { extra, index, proof, checkpoint: note } = parseProof(receipt);
  if (extra === null) return refuse('it does not say what it is about');
  const opening = readOpening(extra);
  const leaf = leafHash(entryOfFull(opening));
  const checkpoint = openCheckpoint(note, [...verifiers, ...witnesses]);
  if (!openedBy(checkpoint.origin, checkpoint.signatures, verifiers)) {
    throw new RecordError('signature', 'The record itself has not signed the checkpoint of this receipt.');
  }
  if (!verifyInclusion(leaf, index, checkpoint.size, proof, checkpoint.root)) {
    refuse('what it says is not in the record that its checkpoint is of');
  }
  const { kind, at, role, content } = opening;
  const { origin, size } = checkpoint;
  const signedBy = checkpoint.signatures.map((signature) => signature.name);
  const facts = { kind, at, role, content, meaning: MEANINGS[kind], origin, index, size, signedBy };
  return { ...facts, ...sentences(facts, signedBy.length > 1) };
}

/** In plain words, for who holds the receipt. */
const MEANINGS: Readonly<Record<EntryKind, string>> = {
  consent_given: 'Consent was given to what the content names.',
  consent_withdrawn: 'Consent to what the content names was withdrawn.',
  erasure_scheduled: 'It was asked that a person or account be erased, and noted for when.',
  erasure_cancelled: 'An erasure that had been asked for was taken back before it began.',
  erasure_begun: 'The erasure of a person or account was begun; it cannot be taken back from then on.',
  erasure_done: 'A person or account was erased: rows, links and keys, as counted in the content.',
  correction: 'Data about a person was corrected, in the fields that the content names.',
  restriction: 'It was noted that data of a person is kept and used for nothing else, or that this ended.',
  export: 'A person’s data was exported for them.',
  disclosure: 'Data of a person was disclosed to somebody.',
  staff_read: 'Staff were about to read what is sealed, for the purpose that the content names.',
  staff_sign_in: 'Somebody of the staff signed in.',
  role_change: 'Who may do what was changed: a membership in an account, or a role of staff.',
  access_change:
    'Access was changed: a key was made or revoked, or limits, data terms or automatic recharge of an account were set.',
  credit_change: 'Credit was added to an account, or taken back; the amount is in millionths of a US dollar.',
  price_change:
    'The prices of models changed, or were set for the first time, before anybody was charged by them.',
  configuration: 'The instance was started with another configuration than before.',
  key_rotation: 'The keys that data keys are wrapped under were changed.',
  backup: 'A backup was made.',
  restore: 'A backup was restored.',
  migration: 'The database was migrated to another version.',
  release: 'The instance was started from another source than before.',
  unconfined_start: 'A gateway served although some of the walls around it were missing.',
  hold_placed: 'A legal hold was placed: what it names is not erased until it ends.',
  hold_ended: 'A legal hold ended.',
  retention: 'What had reached the end of its retention was taken away.',
  publication: 'A policy or another text was published.',
  suppression: 'It was noted that a value must not be used again for a purpose, or that it may be.',
  padding: 'Nothing: an empty entry, so that counts betray nothing.',
  request: 'A request about somebody’s data was received, or went one step on.',
  outside_task:
    'What is to be done about somebody in a system outside was given to whoever looks after it, or came to its end.',
  message:
    'Staff answered somebody, or decided about a comment; or a conversation with us, or an answer to a survey, was deleted or handed on.',
  import:
    'Somebody was taken over from the list of a partner, or such a list was confirmed or came to its end.',
  erasure_completed:
    'The last task of an erasure in systems outside was over; the content says what came of each.',
  outside_system:
    'A system outside that holds personal data was registered, changed, retired or taken up again.',
  disclosure_case: 'A demand for data about somebody was entered, or went one step on.',
  disclosure_notice: 'It was told to whom it is about that somebody demanded data about them, or got some.',
  breach: 'A breach of personal data was entered in the register, or went one step on.',
  breach_notice: 'Whoever was affected by a breach of personal data was told of it.',
  verification: 'Every check of the policy was run; the content says what came of each clause.',
  attestation:
    'Somebody answered for what no program can see; the content says which role, for what, and until when.',
  agreement: 'An owner of an account accepted a published agreement, in the version that the content names.',
  recipients:
    'The instance was started with other recipients of data than before, or other fields that they get.',
};

const openedBy = (
  origin: string,
  signatures: readonly { readonly name: string; readonly keyId: number }[],
  verifiers: readonly NoteVerifier[],
): boolean =>
  signatures.some(({ name, keyId }) =>
    verifiers.some((each) => each.name === origin && each.name === name && each.keyId === keyId),
  );

function sentences(
  {
    kind,
    at,
    role,
    origin,
    index,
    size,
  }: Pick<VerifiedReceipt, 'kind' | 'at' | 'role' | 'origin' | 'index' | 'size'>,
  witnessed: boolean,
): Pick<VerifiedReceipt, 'proves' | 'doesNotProve'> {
  const when = new Date(at).toISOString();
  return {
    proves: [
      `The record ${origin} holds, as entry ${index} of ${size}, exactly this: ${kind}, ${when}, by ${role}, with the content shown.`,
      'Who keeps the record signed for it, and can neither alter this entry nor take it out without contradicting that signature.',
      witnessed
        ? 'Independent witnesses signed that they saw the same record.'
        : 'No witness whose key was given has signed it: that everybody is shown the same record rests on comparing checkpoints.',
    ],
    doesNotProve: [
      'That the time is right: it is what the operator’s clock said when the entry was written.',
      'That what the entry says was carried out; it proves that the operator said so, and when, and cannot deny it.',
      'That nothing else happened that was never written into the record.',
    ],
  };
}

function openingText({ kind, at, role, salt1, salt2, content }: FullOpening): string {
  const salts = {
    salt1: Buffer.from(salt1).toString('base64'),
    salt2: Buffer.from(salt2).toString('base64'),
  };
  return canonicalJson({ v: 1, kind, at, role, ...salts, content });
}

const FIELDS = 'at,content,kind,role,salt1,salt2,v';

function readOpening(extra: Buffer): FullOpening {
  let value: Canonical = null;
  try {
    value = readCanonicalJson(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(extra));
  } catch {
    refuse('its extra data are not canonical JSON');
  }
  const fields = (typeof value === 'object' && value !== null ? value : {}) as CanonicalObject;
  const salt1 = fromBase64(String(fields.salt1));
  const salt2 = fromBase64(String(fields.salt2));
  const known = Object.keys(fields).sort().join(',') === FIELDS && fields.v === 1;
  if (!known || salt1 === null || salt2 === null) return refuse('its extra data are not an opening');
  const { kind, at, role, content } = fields as CanonicalObject & Pick<FullOpening, 'kind' | 'at' | 'role'>;
  // Words and time are checked where the entry is recomputed.
  return { kind, at, role, salt1, salt2, content: content as Canonical };
}

const refuse = (why: string): never => {
  throw new RecordError('receipt', `This receipt does not hold: ${why}.`);
};
