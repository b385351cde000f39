/**
 * `Idempotency-Key`: of repeats one is charged. Kept in memory for ten minutes as a hash under a secret of this process,
 * with numbers about the request and nothing of its content; answers are not kept, so a repeat is computed anew and the
 * charge of the one before is taken back.
 *
 * While a request runs its repeat gets 409. A repeat that differs (endpoint, model, size), or a fourth one, gets 409
 * too: otherwise one key would buy many different answers for the price of one.
 */
import { hash, randomBytes } from 'node:crypto';
import type { Id } from '../link/ids.ts';
import { ApiError } from './api/errors.ts';

const REMEMBERED_MS = 600_000;
const REPEATS_MAX = 3;
const KEYS_MAX = 100_000;

interface Entry {
  readonly about: string;
  running: boolean;
  /** The request whose charge stands; null when none was charged. */
  charged: Id | null;
  repeats: number;
  until: number;
}

/** A running request that carries an idempotency key. */
export class Repeat {
  readonly #entry: Entry;

  constructor(entry: Entry) {
    this.#entry = entry;
  }

  /** The request was recorded as `id`. Returns the earlier request whose charge is now to be taken back. */
  charged(id: Id): Id | null {
    const before = this.#entry.charged;
    this.#entry.charged = id;
    return before;
  }

  ended(): void {
    this.#entry.running = false;
    this.#entry.until = Date.now() + REMEMBERED_MS;
  }
}

export class Idempotency {
  readonly #secret = randomBytes(32).toString('hex');
  readonly #entries = new Map<string, Entry>();

  /** Starts a request of `account` under the client's `key`. `about`: numbers that its repeats must share. */
  begin(account: Id, key: string, about: string): Repeat | null {
    if (key === '') return null;
    const name = hash('sha256', `${this.#secret}${account}${key}`, 'base64');
    const known = this.#entries.get(name);
    if (known === undefined || (!known.running && known.until < Date.now())) {
      if (this.#entries.size >= KEYS_MAX) this.sweep();
      if (this.#entries.size >= KEYS_MAX) return null;
      const entry: Entry = { about, running: true, charged: null, repeats: 0, until: 0 };
      this.#entries.set(name, entry);
      return new Repeat(entry);
    }
    if (known.running || known.about !== about || known.repeats >= REPEATS_MAX) {
      throw new ApiError('idempotency_conflict', { retryAfter: 1 });
    }
    known.running = true;
    known.repeats++;
    return new Repeat(known);
  }

  /** Forgets what is older than ten minutes. */
  sweep(): void {
    const now = Date.now();
    for (const [name, entry] of this.#entries) {
      if (!entry.running && entry.until < now) this.#entries.delete(name);
    }
  }
}
