/**
 * A salt for each account, random per start and opaque to the engine: prefixes are reused within an account only, so
 * that nobody can tell from timing what others have asked (CVE-2025-46570).
 */
import { hash, randomBytes } from 'node:crypto';
import type { Id } from '../link/ids.ts';

const SALT_DIGITS = 32;

export class CacheSalts {
  readonly #secret = randomBytes(32).toString('hex');
  /** By account, since every request needs one; as small as the snapshot's entry for it. */
  readonly #salts = new Map<Id, string>();

  of(account: Id): string {
    let salt = this.#salts.get(account);
    if (salt === undefined) {
      salt = hash('sha256', this.#secret + account, 'hex').slice(0, SALT_DIGITS);
      this.#salts.set(account, salt);
    }
    return salt;
  }
}
