/**
 * A salt for each account, random per start and opaque to the engine: prefixes are reused within an account only, so
 * that nobody can tell from timing what others have asked (CVE-2025-46570).
 */
import { hash, randomBytes } from 'node:crypto';
import type { Id } from '../link/ids.ts';

export class CacheSalts {
  readonly #secret = randomBytes(32).toString('hex');

  of(account: Id): string {
    return hash('sha256', this.#secret + account, 'hex').slice(0, 32);
  }
}
