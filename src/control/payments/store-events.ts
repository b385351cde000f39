/** Stores what Stripe told, once, whatever else it tells at the same moment: those that come meanwhile are written together. */
import type { Db } from '../../store/database.ts';
import { stripeEvent } from './schema.ts';

type Row = typeof stripeEvent.$inferInsert;

/** In one statement. */
const TOGETHER_MAX = 64;

interface Waiting {
  readonly row: Row;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

export class EventStore {
  readonly #db: Db;
  readonly #waiting: Waiting[] = [];
  #isWriting = false;

  constructor(db: Db) {
    this.#db = db;
  }

  /** Durable when this resolves. One that is there already stays as it is. */
  put(row: Row): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ row, resolve, reject });
      if (!this.#isWriting) void this.#writeAll();
    });
  }

  async #writeAll(): Promise<void> {
    this.#isWriting = true;
    while (this.#waiting.length > 0) await this.#write(this.#waiting.splice(0, TOGETHER_MAX));
    this.#isWriting = false;
  }

  /** What fails is told to all of them: Stripe tells each again. */
  async #write(some: readonly Waiting[]): Promise<void> {
    try {
      await this.#db
        .insert(stripeEvent)
        .values(some.map(({ row }) => row))
        .onConflictDoNothing();
      for (const { resolve } of some) resolve();
    } catch (error) {
      for (const { reject } of some) reject(error);
    }
  }
}
