/**
 * Checkpoints (https://c2sp.org/tlog-checkpoint): a record's origin, size and root as the text of a signed note. A
 * checkpoint that was not opened with a key proves nothing.
 */
import { RecordError } from './errors.ts';
import { HASH_BYTES } from './merkle.ts';
import {
  fromBase64,
  type NoteSignature,
  type NoteSigner,
  type NoteVerifier,
  openNote,
  signNote,
} from './note.ts';

export interface Checkpoint {
  readonly origin: string;
  /** Entries. */
  readonly size: number;
  readonly root: Buffer;
  /** Lines after the third, each without its newline. */
  readonly extensions: readonly string[];
}

const DECIMAL = /^(0|[1-9]\d{0,15})$/;

/** The text of a checkpoint, with its last newline. */
export function checkpointText(checkpoint: Checkpoint): string {
  const { origin, size, root, extensions } = checkpoint;
  const lines = [origin, String(size), root.toString('base64'), ...extensions];
  const text = lines.map((line) => `${line}\n`).join('');
  parseCheckpoint(text);
  return text;
}

/** Reads the text of a checkpoint. Throws `checkpoint` for anything that is not exactly one. */
export function parseCheckpoint(text: string): Checkpoint {
  if (!text.endsWith('\n')) refuse('its last line does not end');
  const [origin = '', sizeText = '', rootText = '', ...extensions] = text.slice(0, -1).split('\n');
  if (origin === '' || extensions.includes('')) refuse('it has an empty line');
  const size = readDecimal(sizeText);
  if (size === null) return refuse('its size is not a number');
  const root = fromBase64(rootText);
  if (root?.length !== HASH_BYTES) return refuse('its root is not a hash');
  return { origin, size, root, extensions };
}

/** A number as checkpoints and proofs write it: no leading zeroes, a safe integer; null otherwise. */
export function readDecimal(text: string): number | null {
  const value = DECIMAL.test(text) ? Number(text) : Number.NaN;
  return Number.isSafeInteger(value) ? value : null;
}

export function signCheckpoint(checkpoint: Checkpoint, signers: readonly NoteSigner[]): string {
  return signNote(checkpointText(checkpoint), signers);
}

/**
 * Opens a checkpoint with the keys of the record (several after a rotation): its origin is the name of the key that
 * signed it. Throws `note`, `signature` or `checkpoint`.
 */
export function openCheckpoint(
  note: string | Uint8Array,
  verifiers: readonly NoteVerifier[],
): Checkpoint & { readonly signatures: readonly NoteSignature[] } {
  const { text, signatures } = openNote(note, verifiers);
  const checkpoint = parseCheckpoint(text);
  if (!signatures.some((signature) => signature.name === checkpoint.origin)) {
    refuse('it is signed by a key of another origin');
  }
  return { ...checkpoint, signatures };
}

const refuse = (why: string): never => {
  throw new RecordError('checkpoint', `This is not a checkpoint: ${why}.`);
};
