/**
 * Signed notes (https://c2sp.org/signed-note) with Ed25519: keys, signing, strict reading, verification. What is not
 * exactly a note is refused; signatures by unknown keys are passed over; one by a known key that fails refuses all.
 */
import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  hash,
  type KeyObject,
  sign,
  verify,
} from 'node:crypto';
import { RecordError } from './errors.ts';

/** Type identifiers of signature keys (signed-note, "Signature types"). */
export const ED25519 = 0x01;
export const COSIGNATURE_V1 = 0x04;

export const NOTE_BYTES_MAX = 65_536;
const SIGNATURES_MAX = 64;
const KEY_ID_BYTES = 4;
const KEY_BYTES = 32;
const NAME_LENGTH_MAX = 255;
const SIGNATURE_START = '— ';
/** What stands before the 32 bytes of a raw key in DER (RFC 8410). */
const PUBLIC_DER = Buffer.from('302a300506032b6570032100', 'hex');
const PRIVATE_DER = Buffer.from('302e020100300506032b657004220420', 'hex');

export interface NoteSignature {
  readonly name: string;
  readonly keyId: number;
  /** Without the key id. */
  readonly bytes: Buffer;
  /** As it stood in the note, without its newline. */
  readonly line: string;
}

export interface Note {
  /** With its last newline. */
  readonly text: string;
  readonly signatures: readonly NoteSignature[];
}

export interface NoteVerifier {
  readonly name: string;
  readonly keyId: number;
  verify(text: string, signature: Buffer): boolean;
}

export interface NoteSigner {
  readonly name: string;
  readonly keyId: number;
  sign(text: string): Buffer;
}

const refuse = (why: string): never => {
  throw new RecordError('note', `This is not a signed note: ${why}.`);
};

/** The id of a key: the first four bytes of SHA-256(name ‖ newline ‖ type ‖ public key). */
export function keyIdOf(name: string, type: number, publicKey: Uint8Array): number {
  const bytes = Buffer.concat([Buffer.from(`${name}\n`), Buffer.of(type), publicKey]);
  return hash('sha256', bytes, 'buffer').readUInt32BE(0);
}

/** Makes a new key for a name. Texts in the form that Go's note.NewSigner and note.NewVerifier read. */
export function generateNoteKey(name: string): { signerKey: string; verifierKey: string } {
  checkName(name);
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const seed = privateKey.export({ format: 'der', type: 'pkcs8' }).subarray(PRIVATE_DER.length);
  const verifierKey = verifierKeyText(name, ED25519, rawPublicKey(publicKey));
  const id = hexId(keyIdOf(name, ED25519, rawPublicKey(publicKey)));
  const signerKey = `PRIVATE+KEY+${name}+${id}+${Buffer.concat([Buffer.of(ED25519), seed]).toString('base64')}`;
  return { signerKey, verifierKey };
}

/** A signer from its key text (`PRIVATE+KEY+name+id+base64`). The key never appears in an error. */
export function noteSigner(signerKey: string): NoteSigner & { readonly verifierKey: string } {
  const [first, second, name = '', id, key = '', ...more] = signerKey.split('+');
  // Base64 itself may hold `+`.
  const bytes = fromBase64([key, ...more].join('+'));
  if (first !== 'PRIVATE' || second !== 'KEY' || bytes?.length !== 1 + KEY_BYTES || bytes[0] !== ED25519) {
    throw new RecordError('argument', 'This is not the key of a signer (PRIVATE+KEY+name+id+base64).');
  }
  checkName(name);
  const der = Buffer.concat([PRIVATE_DER, bytes.subarray(1)]);
  const privateKey = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
  const publicKey = rawPublicKey(createPublicKey(privateKey));
  const keyId = keyIdOf(name, ED25519, publicKey);
  if (hexId(keyId) !== id)
    throw new RecordError('argument', 'The id in the key of a signer does not fit it.');
  return {
    name,
    keyId,
    verifierKey: verifierKeyText(name, ED25519, publicKey),
    sign: (text) => sign(null, Buffer.from(text), privateKey),
  };
}

/** A verifier from its key text (`name+id+base64`), for notes signed by `noteSigner`. */
export function noteVerifier(verifierKey: string): NoteVerifier {
  const { name, keyId, publicKey } = readVerifierKey(verifierKey, ED25519);
  return {
    name,
    keyId,
    verify: (text, signature) => verify(null, Buffer.from(text), publicKey, signature),
  };
}

/** Reads the text of a verifier key of one type. Throws where it is not one or its id does not fit. */
export function readVerifierKey(
  verifierKey: string,
  type: number,
): { name: string; keyId: number; publicKey: KeyObject } {
  const [name = '', id, key = '', ...more] = verifierKey.split('+');
  const bytes = fromBase64([key, ...more].join('+'));
  if (bytes?.length !== 1 + KEY_BYTES || bytes[0] !== type) {
    throw new RecordError('argument', `This is not a verifier key of type ${type} (name+id+base64).`);
  }
  checkName(name);
  const keyId = keyIdOf(name, type, bytes.subarray(1));
  if (hexId(keyId) !== id) throw new RecordError('argument', 'The id in a verifier key does not fit it.');
  const der = Buffer.concat([PUBLIC_DER, bytes.subarray(1)]);
  return { name, keyId, publicKey: createPublicKey({ key: der, format: 'der', type: 'spki' }) };
}

/** The text of a verifier key: `name+id+base64(type ‖ public key)`. */
export function verifierKeyText(name: string, type: number, publicKey: Uint8Array): string {
  const id = hexId(keyIdOf(name, type, publicKey));
  return `${name}+${id}+${Buffer.concat([Buffer.of(type), publicKey]).toString('base64')}`;
}

/** One line of a note's signatures, with its newline. */
export function signatureLine(name: string, keyId: number, signature: Uint8Array): string {
  const id = Buffer.alloc(KEY_ID_BYTES);
  id.writeUInt32BE(keyId);
  return `${SIGNATURE_START}${name} ${Buffer.concat([id, signature]).toString('base64')}\n`;
}

/** Signs a text, which ends with a newline. */
export function signNote(text: string, signers: readonly NoteSigner[]): string {
  if (!text.endsWith('\n') || signers.length === 0) {
    throw new RecordError(
      'argument',
      'A note is a text that ends with a newline, and is signed by somebody.',
    );
  }
  const lines = signers.map((each) => signatureLine(each.name, each.keyId, each.sign(text)));
  const note = `${text}\n${lines.join('')}`;
  parseNote(note);
  return note;
}

/** Takes a note apart without believing any of it. Throws `note` for everything that is not exactly one. */
export function parseNote(note: string | Uint8Array): Note {
  const whole = noteText(note);
  const at = whole.lastIndexOf('\n\n');
  if (at < 0) refuse('no empty line stands before its signatures');
  const text = whole.slice(0, at + 1);
  const lines = whole.slice(at + 2);
  if (lines === '' || !lines.endsWith('\n')) refuse('its last line is not a whole signature');
  const signatures = lines.slice(0, -1).split('\n').map(parseSignatureLine);
  if (signatures.length > SIGNATURES_MAX) refuse(`it has more than ${SIGNATURES_MAX} signatures`);
  return { text, signatures };
}

/** Reads one signature line, without its newline. */
export function parseSignatureLine(line: string): NoteSignature {
  if (!line.startsWith(SIGNATURE_START)) refuse('a signature does not begin with a dash');
  const rest = line.slice(SIGNATURE_START.length);
  const space = rest.indexOf(' ');
  const name = rest.slice(0, Math.max(0, space));
  const bytes = fromBase64(rest.slice(space + 1));
  if (!isName(name)) refuse('a signature has no proper name');
  if (bytes === null || bytes.length <= KEY_ID_BYTES) return refuse('a signature is not base64');
  return { name, keyId: bytes.readUInt32BE(0), bytes: bytes.subarray(KEY_ID_BYTES), line };
}

/**
 * Opens a note: its text and whose signatures were found good, each key once. Throws `signature` where none of the
 * known keys signed it or one of theirs is wrong.
 */
export function openNote(
  note: string | Uint8Array,
  verifiers: readonly NoteVerifier[],
): { text: string; signatures: readonly NoteSignature[] } {
  const { text, signatures } = parseNote(note);
  const good = new Map<NoteVerifier, NoteSignature>();
  for (const signature of signatures) {
    const verifier = verifiers.find((each) => each.name === signature.name && each.keyId === signature.keyId);
    if (verifier === undefined || good.has(verifier)) continue;
    if (!verifier.verify(text, signature.bytes)) {
      throw new RecordError('signature', 'The signature of a known key does not fit this note.');
    }
    good.set(verifier, signature);
  }
  if (good.size === 0) throw new RecordError('signature', 'No known key has signed this note.');
  return { text, signatures: [...good.values()] };
}

/** Standard base64 in its one canonical form; null for anything else. */
export function fromBase64(text: string): Buffer | null {
  const bytes = Buffer.from(text, 'base64');
  return bytes.toString('base64') === text ? bytes : null;
}

function noteText(note: string | Uint8Array): string {
  if (note.length > NOTE_BYTES_MAX) refuse('it is too long');
  let text = '';
  if (typeof note === 'string') {
    if (!note.isWellFormed()) refuse('it is not UTF-8');
    text = note;
  } else {
    try {
      text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(note);
    } catch {
      refuse('it is not UTF-8');
    }
  }
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code < 0x20 && code !== 0x0a) refuse('it has a control character');
  }
  return text;
}

const isName = (name: string): boolean =>
  name !== '' &&
  name.length <= NAME_LENGTH_MAX &&
  name.isWellFormed() &&
  !/[\p{White_Space}\p{Cc}+]/u.test(name);

function checkName(name: string): void {
  if (!isName(name)) throw new RecordError('argument', 'The name of a key has no spaces and no plus signs.');
}

const hexId = (keyId: number): string => keyId.toString(16).padStart(8, '0');

const rawPublicKey = (key: KeyObject): Buffer =>
  key.export({ format: 'der', type: 'spki' }).subarray(PUBLIC_DER.length);
