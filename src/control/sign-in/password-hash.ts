/**
 * Passwords as Argon2id (RFC 9106), computed off the event loop by Node's own crypto. Stored in the PHC string format,
 * so that every hash says which parameters made it; a sign-in with an older one makes it anew (SECURE-6).
 */
import { argon2, randomBytes, timingSafeEqual } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { promisify } from 'node:util';

/** OWASP Password Storage Cheat Sheet: 19 MiB, two passes, one lane. */
export const MEMORY_KIB = 19_456;
export const PASSES = 2;
export const LANES = 1;
const SALT_BYTES = 16;
const HASH_BYTES = 32;
/** Argon2's version 1.3, the only one that Node computes. */
const VERSION = 19;
/** Longer passwords are refused before they are hashed (`password-strength.ts`). */
const PASSWORD_BYTES_MAX = 1024;
/** At once: each takes 19 MiB and a thread of Node's pool, which other work needs too. */
const AT_ONCE_MAX = Math.max(1, Math.min(2, availableParallelism() - 1));
/** Waiting besides; whoever comes later is told to come back. */
const WAITING_MAX = 200;

const compute = promisify(argon2);

/** Too many sign-ins at once. */
export class PasswordsBusy extends Error {
  override readonly name = 'PasswordsBusy';
}

interface Parameters {
  readonly memory: number;
  readonly passes: number;
  readonly parallelism: number;
}
const NOW: Parameters = { memory: MEMORY_KIB, passes: PASSES, parallelism: LANES };

let running = 0;
const waiting: (() => void)[] = [];

/** Throws `PasswordsBusy`. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(SALT_BYTES);
  const tag = await derive(password, salt, NOW, HASH_BYTES);
  return `$argon2id$v=${VERSION}$m=${MEMORY_KIB},t=${PASSES},p=${LANES}$${base64(salt)}$${base64(tag)}`;
}

/** Throws `PasswordsBusy`. A hash that cannot be read matches nothing. */
export async function verifyPassword(stored: string, password: string): Promise<boolean> {
  const read = readHash(stored);
  if (read === null) return false;
  const tag = await derive(password, read.salt, read, read.tag.length);
  return timingSafeEqual(tag, read.tag);
}

/** The same work as checking a password that is there, for whoever has none. Throws `PasswordsBusy`. */
export async function verifyNothing(password: string): Promise<false> {
  await derive(password, Buffer.alloc(SALT_BYTES), NOW, HASH_BYTES);
  return false;
}

/** Whether it was made with other parameters than those of today. */
export function isOutdated(stored: string): boolean {
  const read = readHash(stored);
  return (
    read === null || read.memory !== NOW.memory || read.passes !== NOW.passes || read.parallelism !== LANES
  );
}

async function derive(password: string, nonce: Buffer, parameters: Parameters, tagLength: number) {
  const message = Buffer.from(password.normalize('NFKC'), 'utf8').subarray(0, PASSWORD_BYTES_MAX);
  await turn();
  try {
    return await compute('argon2id', { message, nonce, tagLength, ...parameters });
  } finally {
    message.fill(0);
    running--;
    waiting.shift()?.();
  }
}

async function turn(): Promise<void> {
  if (running >= AT_ONCE_MAX) {
    if (waiting.length >= WAITING_MAX) throw new PasswordsBusy();
    await new Promise<void>((resolve) => waiting.push(resolve));
  }
  running++;
}

const PHC =
  /^\$argon2id\$v=19\$m=(\d{1,7}),t=(\d{1,2}),p=(\d{1,2})\$([A-Za-z0-9+/]{11,64})\$([A-Za-z0-9+/]{22,86})$/;

function readHash(stored: string): (Parameters & { salt: Buffer; tag: Buffer }) | null {
  const [, memory, passes, parallelism, salt, tag] = PHC.exec(stored) ?? [];
  if (salt === undefined || tag === undefined) return null;
  return {
    memory: Number(memory),
    passes: Number(passes),
    parallelism: Number(parallelism),
    salt: Buffer.from(salt, 'base64'),
    tag: Buffer.from(tag, 'base64'),
  };
}

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64').replace(/=+$/, '');
