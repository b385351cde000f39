/**
 * Reads accounts and keys anew after the database broke off under a command: what was asked may have been committed
 * without our knowing, and gateways must not be told otherwise for long.
 */
import type { AccountState, KeyState } from '../link/words.ts';
import type { Directory } from './directory.ts';

const RETRY_MS = 500;

export interface States {
  readonly accounts: readonly AccountState[];
  readonly keys: readonly KeyState[];
}

export class Rereader {
  readonly #directory: Directory;
  readonly #read: () => Promise<States>;
  #timer: NodeJS.Timeout | null = null;

  constructor(directory: Directory, read: () => Promise<States>) {
    this.#directory = directory;
    this.#read = read;
  }

  /** Reads as soon as the database answers; asking again meanwhile changes nothing. */
  ask(): void {
    this.#timer ??= setTimeout(() => void this.#reread(), RETRY_MS);
  }

  stop(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
  }

  async #reread(): Promise<void> {
    this.#timer = null;
    try {
      await this.#directory.exclusively(async () => {
        const { accounts, keys } = await this.#read();
        this.#directory.refresh(accounts, keys);
      });
    } catch {
      this.ask();
    }
  }
}
