/**
 * Group commit: what has arrived from all gateways while one write was under way goes into the next. Under load many
 * requests share one flush of the database's log; alone, a record waits for nobody.
 */
import type { Id } from '../../link/ids.ts';
import type { UsageRecord } from '../../link/words.ts';
import type { Log } from '../../log/log.ts';
import { faultFields } from '../../log/log.ts';
import type { Writer } from '../../store/writer.ts';
import { type Refund, recordUsage, voidUsage } from './record-usage.ts';

/** Records, or voids, in one statement at most (a message is never split, so a few more). */
const BATCH_MAX = 4_096;
/** Above this many records and voids waiting the link is not read; below the half it is again. */
const WAITING_MAX = 65_536;

/** One message of a gateway. */
interface Entry<Item, Outcome> {
  readonly items: readonly Item[];
  /** Called once, after the commit and before the next statement; `at` counts through `items`. */
  readonly done: (outcome: Outcome) => void;
  /** PostgreSQL will never take it. */
  readonly refused: () => void;
}

/** Says of the item at a place whether it is new: not durable before, and not of an account that is erased. */
export type IsFresh = (place: number) => boolean;

export interface RecorderEvents {
  /** True: too much waits, stop reading; false: go on. */
  readonly onFull: (full: boolean) => void;
  /** What voids gave back, after their commit. */
  readonly onRefunds: (refunds: readonly Refund[]) => void;
}

export class Recorder {
  readonly #writer: Writer;
  readonly #log: Log;
  readonly #events: RecorderEvents;
  #records: Entry<UsageRecord, IsFresh>[] = [];
  #voids: Entry<Id, void>[] = [];
  #waiting = 0;
  #full = false;
  #running = false;
  #idle: (() => void)[] = [];

  constructor(writer: Writer, log: Log, events: RecorderEvents) {
    this.#writer = writer;
    this.#log = log;
    this.#events = events;
  }

  /** Records and voids that are not durable yet. */
  get waiting(): number {
    return this.#waiting;
  }

  /** Makes records durable, sooner or later; `done` says which of them are new. */
  record(items: readonly UsageRecord[], done: (isFresh: IsFresh) => void, refused: () => void): void {
    this.#records.push({ items, done, refused });
    this.#arrived(items.length);
  }

  /** Voids requests, sooner or later. */
  void(items: readonly Id[], done: () => void, refused: () => void): void {
    this.#voids.push({ items, done, refused });
    this.#arrived(items.length);
  }

  /** Resolves when nothing waits. */
  drained(): Promise<void> {
    if (!this.#running) return Promise.resolve();
    return new Promise((resolve) => this.#idle.push(resolve));
  }

  #arrived(count: number): void {
    this.#waiting += count;
    if (!this.#full && this.#waiting > WAITING_MAX) {
      this.#full = true;
      this.#events.onFull(true);
    }
    if (this.#running) return;
    this.#running = true;
    // What other sockets have brought in the same turn of the event loop joins the first batch.
    setImmediate(() => void this.#run());
  }

  async #run(): Promise<void> {
    while (this.#records.length + this.#voids.length > 0) {
      await this.#write(takeBatch(this.#records), (entries) => this.#writeRecords(entries));
      await this.#write(takeBatch(this.#voids), (entries) => this.#writeVoids(entries));
    }
    this.#running = false;
    for (const resolve of this.#idle.splice(0)) resolve();
  }

  /** Writes a batch in one go; when that is refused, entry by entry, so that one bad message stops no other. */
  async #write<E extends Entry<unknown, never>>(
    batch: readonly E[],
    write: (entries: readonly E[]) => Promise<void>,
  ): Promise<void> {
    if (batch.length === 0) return;
    try {
      await write(batch);
    } catch (error) {
      if (batch.length > 1) {
        for (const entry of batch) await this.#write([entry], write);
        return;
      }
      this.#log('error', 'fault', { code: 'records_refused', ...faultFields(error) });
      batch[0]?.refused();
    }
    this.#left(batch.reduce((sum, entry) => sum + entry.items.length, 0));
  }

  #left(count: number): void {
    this.#waiting -= count;
    if (!this.#full || this.#waiting > WAITING_MAX / 2) return;
    this.#full = false;
    this.#events.onFull(false);
  }

  #writeRecords(entries: readonly Entry<UsageRecord, IsFresh>[]): Promise<void> {
    const { records, places } = withoutRepeats(entries);
    return this.#writer.repeat(async (client) => {
      const { known, dropped } = await recordUsage(client, records);
      let at = 0;
      for (const entry of entries) {
        const first = at;
        entry.done((place) => {
          const row = places[first + place] ?? -1;
          return row >= 0 && !known.has(row) && !dropped.has(row);
        });
        at += entry.items.length;
      }
      this.#log('debug', 'records_written', { count: records.length - known.size - dropped.size });
      if (dropped.size > 0) this.#log('info', 'records_dropped', { count: dropped.size });
    });
  }

  #writeVoids(entries: readonly Entry<Id, void>[]): Promise<void> {
    return this.#writer.repeat(async (client) => {
      const refunds = await voidUsage(
        client,
        entries.flatMap((entry) => entry.items),
      );
      this.#events.onRefunds(refunds);
      for (const entry of entries) entry.done();
      this.#log('info', 'record_voided', { count: refunds.length });
    });
  }
}

function takeBatch<E extends Entry<unknown, never>>(queue: E[]): E[] {
  let items = 0;
  let end = 0;
  for (; end < queue.length && items < BATCH_MAX; end++) items += queue[end]?.items.length ?? 0;
  return queue.splice(0, end);
}

/** All records of a batch, each id once; `places` has each item's row, −1 for a repeat. */
function withoutRepeats(entries: readonly Entry<UsageRecord, IsFresh>[]): {
  records: UsageRecord[];
  places: number[];
} {
  const seen = new Set<Id>();
  const records: UsageRecord[] = [];
  const places: number[] = [];
  for (const { items } of entries) {
    for (const record of items) {
      if (seen.has(record.id)) {
        places.push(-1);
      } else {
        seen.add(record.id);
        places.push(records.length);
        records.push(record);
      }
    }
  }
  return { records, places };
}
