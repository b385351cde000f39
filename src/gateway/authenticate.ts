/**
 * Step 1: whose request is this? A key is found by its keyed hash, so that neither control nor this process keeps keys
 * that would open anything, and the look-up takes the same time whether it finds one or not.
 */
import { hash } from 'node:crypto';
import { looksLikeApiKey } from '../link/api-key.ts';
import { ApiError } from './api/errors.ts';
import { clientAddress, contains, type Networks } from './network.ts';
import type { Key, Snapshot } from './snapshot.ts';

const BLOCK_BYTES = 64;
const DIGEST_BYTES = 32;
const KEY_BYTES_MAX = 128;

/**
 * HMAC-SHA-256 (RFC 2104) by two one-shot hashes over buffers that are laid out once: a third of the time that
 * `createHmac` takes, on a path that every request goes.
 */
export class KeyHasher {
  readonly #inner = Buffer.alloc(BLOCK_BYTES + KEY_BYTES_MAX);
  readonly #outer = Buffer.alloc(BLOCK_BYTES + DIGEST_BYTES);

  /** `pepper`: 64 hex digits, from control. */
  constructor(pepper: string) {
    const secret = Buffer.from(pepper, 'hex');
    for (let i = 0; i < BLOCK_BYTES; i++) {
      const byte = secret[i] ?? 0;
      this.#inner[i] = byte ^ 0x36;
      this.#outer[i] = byte ^ 0x5c;
    }
  }

  /** The keyed hash of `text` (ASCII, at most 128 characters), as 64 hex digits. */
  hash(text: string): string {
    const length = this.#inner.write(text, BLOCK_BYTES, KEY_BYTES_MAX, 'latin1');
    const inner = hash('sha256', this.#inner.subarray(0, BLOCK_BYTES + length), 'latin1');
    this.#outer.write(inner, BLOCK_BYTES, DIGEST_BYTES, 'latin1');
    this.#inner.fill(0, BLOCK_BYTES, BLOCK_BYTES + length);
    return hash('sha256', this.#outer, 'hex');
  }
}

/** Where a request came from, for keys that are bound to networks. */
export interface Origin {
  /** The socket's peer. */
  readonly peer: string;
  /** The `X-Forwarded-For` chain; believed only behind trusted proxies. */
  readonly forwardedFor: string;
}

/**
 * The key of an `Authorization` header. Throws `ApiError`: 401 for a missing, malformed or unknown key, 403 for one
 * that may not be used now or from here.
 */
export function authenticate(
  authorization: string,
  origin: Origin,
  trusted: Networks,
  snapshot: Snapshot,
  hasher: KeyHasher | null,
): Key {
  if (authorization === '') throw new ApiError('missing_api_key');
  const text = bearer(authorization);
  if (text === '' || !looksLikeApiKey(text)) throw new ApiError('malformed_api_key');
  if (hasher === null || !snapshot.whole) throw new ApiError('control_away', { retryAfter: 1 });
  const key = snapshot.keyByHash(hasher.hash(text));
  if (key === undefined || !key.state.active) throw new ApiError('invalid_api_key');
  if (key.state.expiresAt !== null && key.state.expiresAt <= Date.now()) throw new ApiError('key_expired');
  if (!key.account.state.active) throw new ApiError('account_inactive');
  if (key.networks !== null) {
    const address = clientAddress(origin.peer, origin.forwardedFor, trusted);
    if (!contains(key.networks, address)) throw new ApiError('network_not_allowed');
  }
  return key;
}

/** The token after `Bearer `, in any case of the scheme (RFC 9110, 11.1), or ''. */
function bearer(authorization: string): string {
  if (authorization.length > KEY_BYTES_MAX) return '';
  if (authorization.charCodeAt(6) !== 32 || authorization.slice(0, 6).toLowerCase() !== 'bearer') return '';
  return authorization.slice(7);
}
