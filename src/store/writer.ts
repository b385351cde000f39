/**
 * One connection through which everything that changes or sums up money goes, one task after the other. What a task
 * does to memory after its statement has succeeded is therefore done before the next task reads anything.
 *
 * When the connection breaks it is made again for as long as it takes; a statement may then have been committed
 * without our knowing, so tasks that are repeated must be idempotent, and `onConnect` reads anew what memory holds.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { drizzle } from 'drizzle-orm/node-postgres';
import pg from 'pg';
import { isOutage } from './failures.ts';
import type { Transaction } from './store.ts';
import { type RoleName, roleOptions } from './walls/roles.ts';

const BACKOFF_MS_FIRST = 50;
const BACKOFF_MS_MAX = 2_000;
const CONNECT_MS_MAX = 5_000;
/** A statement without an answer for so long counts as lost. */
const STATEMENT_MS_MAX = 30_000;

export type Task<T> = (client: pg.Client) => Promise<T>;

export interface WriterEvents {
  /** A connection was made, the first or a later one; tasks wait until this is done. */
  readonly onConnect: Task<void>;
  /** The connection broke; called once until it is back. */
  readonly onLost: () => void;
  readonly onBack: () => void;
}

/** The connection broke while a task ran that may not be repeated. */
export class WriterLost extends Error {
  override readonly name = 'DatabaseError';
}

interface Entry {
  readonly task: Task<unknown>;
  readonly repeat: boolean;
  readonly resolve: (value: never) => void;
  readonly reject: (error: unknown) => void;
}

export class Writer {
  readonly #url: string;
  readonly #role: RoleName;
  readonly #events: WriterEvents;
  readonly #queue: Entry[] = [];
  readonly #stopping = new AbortController();
  #client: pg.Client | null = null;
  /** Whether `#run` looks at the queue; set back in the same step in which it finds nothing more. */
  #active = false;
  #running: Promise<void> = Promise.resolve();
  #lost = false;

  /** The connection works in `role`; `url` has to be that of a login which can take it. */
  constructor(url: string, role: RoleName, events: WriterEvents) {
    this.#url = url;
    this.#role = role;
    this.#events = events;
  }

  /** Whether the last statement found its database. */
  get connected(): boolean {
    return this.#client !== null && !this.#lost;
  }

  /** Runs `task` in its turn, again after each loss of the connection. Rejects with any other error of its own. */
  repeat<T>(task: Task<T>): Promise<T> {
    return this.#add(task, true);
  }

  /** Runs `task` in its turn, once. Rejects with `WriterLost` when the connection breaks: it may have happened. */
  once<T>(task: Task<T>): Promise<T> {
    return this.#add(task, false);
  }

  /** Runs `work` in its turn as one transaction, once as `once` does, and `committed` before the next task. */
  readonly transaction: Transaction = (work, committed) =>
    this.once(async (client) => {
      const value = await drizzle(client).transaction(work);
      committed(value);
      return value;
    });

  /** Ends the connection; tasks that wait are rejected. Let what matters finish first. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
    for (const entry of this.#queue.splice(0)) entry.reject(new WriterLost('control is stopping'));
    await this.#client?.end().catch(() => {});
    this.#client = null;
  }

  #add<T>(task: Task<T>, repeat: boolean): Promise<T> {
    if (this.#stopping.signal.aborted) return Promise.reject(new WriterLost('control is stopping'));
    return new Promise<T>((resolve, reject) => {
      this.#queue.push({ task, repeat, resolve: resolve as (value: never) => void, reject });
      if (this.#active) return;
      this.#active = true;
      this.#running = this.#run();
    });
  }

  async #run(): Promise<void> {
    for (let entry = this.#queue[0]; entry !== undefined; entry = this.#queue[0]) {
      const client = await this.#connection();
      if (client === null) break;
      await this.#attempt(entry, client);
    }
    this.#active = false;
  }

  /** Runs the task at the head of the queue; it leaves the queue unless it is to be repeated. */
  async #attempt({ task, repeat, resolve, reject }: Entry, client: pg.Client): Promise<void> {
    try {
      const value = await task(client);
      this.#queue.shift();
      resolve(value as never);
    } catch (error) {
      const broken = this.#client !== client || isOutage(error);
      if (broken) this.#drop(client);
      if (broken && repeat) return;
      this.#queue.shift();
      reject(broken ? new WriterLost('the connection to PostgreSQL broke', { cause: error }) : error);
    }
  }

  /** The connection, made again if need be; null when stopping. */
  async #connection(): Promise<pg.Client | null> {
    let wait = BACKOFF_MS_FIRST;
    while (!this.#stopping.signal.aborted) {
      if (this.#client !== null) return this.#client;
      const client = this.#newClient();
      try {
        await client.connect();
        await this.#events.onConnect(client);
        this.#client = client;
        if (this.#lost) this.#events.onBack();
        this.#lost = false;
        return client;
      } catch {
        this.#drop(client);
        await sleep(wait, undefined, { signal: this.#stopping.signal }).catch(() => {});
        wait = Math.min(wait * 2, BACKOFF_MS_MAX);
      }
    }
    return null;
  }

  #newClient(): pg.Client {
    const client = new pg.Client({
      connectionString: this.#url,
      options: roleOptions(this.#role),
      connectionTimeoutMillis: CONNECT_MS_MAX,
      query_timeout: STATEMENT_MS_MAX,
      application_name: 'kept writer',
      // As the pool's: what a task asks without waiting is sent so.
      pipeline: true,
    } as pg.ClientConfig);
    client.on('error', () => this.#drop(client));
    return client;
  }

  #drop(client: pg.Client): void {
    if (this.#client === client) this.#client = null;
    client.end().catch(() => {});
    if (this.#lost || this.#stopping.signal.aborted) return;
    this.#lost = true;
    this.#events.onLost();
    // Comes back by itself, also when nobody has anything to write.
    this.repeat(async () => {}).catch(() => {});
  }
}
