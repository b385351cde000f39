/**
 * A signed message (section 3.07.1): base64 of an Ed25519 signature and, behind it, the JSON that was signed, as
 * libsodium's combined mode has them. Pure.
 */
import { createHash, type KeyObject, verify } from 'node:crypto';
import { DrpRefused } from './refused.ts';

const SIGNATURE_BYTES = 64;
/** Of the base64 text. */
export const MESSAGE_BYTES_MAX = 32 * 1024;
const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;

export interface SignedMessage {
  readonly signature: Buffer;
  /** What was signed. */
  readonly message: Buffer;
}

/** Throws `DrpRefused` 400. */
export function readSigned(body: string): SignedMessage {
  const text = body.trim();
  const bytes = Buffer.from(text, 'base64');
  if (!BASE64.test(text) || bytes.toString('base64') !== text || bytes.length <= SIGNATURE_BYTES)
    throw new DrpRefused(400, 'The body is not base64 of a signature and a message.');
  return { signature: bytes.subarray(0, SIGNATURE_BYTES), message: bytes.subarray(SIGNATURE_BYTES) };
}

export const isSignedBy = ({ signature, message }: SignedMessage, key: KeyObject): boolean =>
  verify(null, message, key, signature);

/** Throws `DrpRefused` 400. */
export function jsonOf({ message }: SignedMessage): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(message));
  } catch {
    throw new DrpRefused(400, 'The signed message is not JSON.');
  }
}

/**
 * What a message is known again by. Of what was signed, not of the signature: whoever holds the key can make many
 * signatures of one message.
 */
export const hashOf = (agent: string, { message }: SignedMessage): string =>
  createHash('sha256').update(`kept drp message v1\n${agent}\n`).update(message).digest('hex');
