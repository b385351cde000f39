/**
 * Witnesses (https://c2sp.org/tlog-witness): what to ask one and how to read its answer. A witness signs that it has
 * seen the record grow (https://c2sp.org/tlog-cosignature, cosignature/v1 with Ed25519). Whoever calls does the HTTP;
 * no answer is believed before its signature is verified.
 */
import { verify } from 'node:crypto';
import { type Checkpoint, openCheckpoint, readDecimal } from './checkpoint.ts';
import { RecordError } from './errors.ts';
import {
  COSIGNATURE_V1,
  type NoteSignature,
  type NoteVerifier,
  parseNote,
  parseSignatureLine,
  readVerifierKey,
} from './note.ts';

const PROOF_HASHES_MAX = 63;
const ANSWER_BYTES_MAX = 16_384;
const ANSWER_LINES_MAX = 16;
const TIMESTAMP_BYTES = 8;
const SIGNATURE_BYTES = 64;
/** How far ahead of ours a witness' clock may be. */
const AHEAD_MS_MAX = 300_000;

/** What a witness answered. */
export type WitnessAnswer =
  /** Its lines, verified; to be put under the checkpoint by `attach`. */
  | { readonly status: 'cosigned'; readonly lines: readonly string[] }
  /** It knows another size of the record: ask again with a proof from there. */
  | { readonly status: 'conflict'; readonly size: number }
  | { readonly status: 'refused'; readonly reason: string };

/** A verifier of a witness' cosignatures, from its key text (`name+id+base64`, type 0x04). */
export function witnessVerifier(verifierKey: string): NoteVerifier {
  const { name, keyId, publicKey } = readVerifierKey(verifierKey, COSIGNATURE_V1);
  return {
    name,
    keyId,
    verify: (text, signature) => {
      if (signature.length !== TIMESTAMP_BYTES + SIGNATURE_BYTES) return false;
      const message = cosignedMessage(text, signature.readBigUInt64BE(0));
      return verify(null, Buffer.from(message), publicKey, signature.subarray(TIMESTAMP_BYTES));
    },
  };
}

/** What a witness signs: at this time (seconds since 1970) it has seen this checkpoint's text. */
export function cosignedMessage(text: string, seconds: bigint): string {
  return `cosignature/v1\ntime ${seconds}\n${text}`;
}

/** The body of the request: the size that the witness knows (0: none), the proof from there, the checkpoint. */
export function addCheckpointRequest(oldSize: number, proof: readonly Buffer[], checkpoint: string): string {
  if (proof.length > PROOF_HASHES_MAX || !Number.isSafeInteger(oldSize) || oldSize < 0) {
    throw new RecordError('argument', 'A witness is asked with an old size and 63 hashes at most.');
  }
  return [`old ${oldSize}`, ...proof.map((hash) => hash.toString('base64')), '', checkpoint].join('\n');
}

/**
 * Reads an answer about a checkpoint. Lines by unknown keys are left out; a known witness' line that does not verify,
 * or is of a time more than five minutes ahead of `now` (ms since 1970), makes the whole answer `refused`.
 */
export function readWitnessAnswer(
  answer: { readonly status: number; readonly contentType: string | null; readonly body: string },
  checkpoint: string,
  witnesses: readonly NoteVerifier[],
  now: number,
): WitnessAnswer {
  const { status, contentType, body } = answer;
  if (body.length > ANSWER_BYTES_MAX) return { status: 'refused', reason: 'Its answer is too long.' };
  if (status === 409 && contentType === 'text/x.tlog.size') {
    const size = body.endsWith('\n') ? readDecimal(body.slice(0, -1)) : null;
    if (size !== null) return { status: 'conflict', size };
  }
  if (status !== 200) return { status: 'refused', reason: REASONS[status] ?? `It answered ${status}.` };
  try {
    return cosigned(body, parseNote(checkpoint).text, witnesses, now);
  } catch (error) {
    if (error instanceof RecordError) return { status: 'refused', reason: error.message };
    throw error;
  }
}

const REASONS: Readonly<Record<number, string>> = {
  400: 'It could not read the request.',
  403: 'It does not know the key of the record.',
  404: 'It does not know the origin of the record.',
  409: 'It has seen another record of this origin and size.',
  422: 'It does not accept the consistency proof.',
};

function cosigned(
  body: string,
  text: string,
  witnesses: readonly NoteVerifier[],
  now: number,
): WitnessAnswer {
  if (!body.endsWith('\n')) return { status: 'refused', reason: 'Its last line does not end.' };
  const answered = body.slice(0, -1).split('\n');
  if (answered.length > ANSWER_LINES_MAX) return { status: 'refused', reason: 'It sent too many lines.' };
  const lines: string[] = [];
  for (const line of answered) {
    const signature = parseSignatureLine(line);
    const witness = witnesses.find((each) => isBy(signature, each));
    if (witness === undefined) continue;
    if (!witness.verify(text, signature.bytes)) {
      return { status: 'refused', reason: 'Its cosignature does not fit the checkpoint.' };
    }
    if (cosignedAt(signature) > now + AHEAD_MS_MAX) {
      return { status: 'refused', reason: 'Its cosignature is of the future.' };
    }
    lines.push(line);
  }
  if (lines.length === 0) return { status: 'refused', reason: 'No known witness has signed its answer.' };
  return { status: 'cosigned', lines };
}

/** Puts verified lines under a checkpoint: each key's newest line only, the record's own signatures first. */
export function attach(checkpoint: string, lines: readonly string[]): string {
  const { text, signatures } = parseNote(checkpoint);
  const byKey = new Map(signatures.map((each) => [`${each.name} ${each.keyId}`, each.line]));
  for (const line of lines) {
    const { name, keyId } = parseSignatureLine(line);
    byKey.set(`${name} ${keyId}`, line);
  }
  const note = `${text}\n${[...byKey.values()].map((line) => `${line}\n`).join('')}`;
  parseNote(note);
  return note;
}

/** Which witnesses must have signed: any `quorum` of them. */
export interface WitnessPolicy {
  readonly witnesses: readonly NoteVerifier[];
  readonly quorum: number;
}

/**
 * Opens a checkpoint that the record and enough witnesses have signed. Throws `note`, `signature` or `checkpoint`, and
 * `witness` where too few of the known ones have.
 */
export function openWitnessed(
  checkpoint: string,
  verifiers: readonly NoteVerifier[],
  { witnesses, quorum }: WitnessPolicy,
): Checkpoint & { readonly witnessedBy: readonly { readonly name: string; readonly at: number }[] } {
  // Once with the record's keys alone: no witness can stand in for it.
  openCheckpoint(checkpoint, verifiers);
  const opened = openCheckpoint(checkpoint, [...verifiers, ...witnesses]);
  const witnessedBy = opened.signatures
    .filter((signature) => witnesses.some((each) => isBy(signature, each)))
    .map((signature) => ({ name: signature.name, at: cosignedAt(signature) }));
  if (witnessedBy.length < quorum) {
    const counts = `${witnessedBy.length} of ${witnesses.length} known witnesses`;
    throw new RecordError('witness', `${counts} have signed this checkpoint; ${quorum} are needed.`);
  }
  return { ...opened, witnessedBy };
}

const isBy = (signature: NoteSignature, { name, keyId }: NoteVerifier): boolean =>
  name === signature.name && keyId === signature.keyId;

/** When a verified cosignature was made, ms since 1970. */
const cosignedAt = ({ bytes }: NoteSignature): number => Number(bytes.readBigUInt64BE(0)) * 1000;
