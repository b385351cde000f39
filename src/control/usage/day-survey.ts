/**
 * Looks at each day (UTC) that has ended, once: whether its sums are those of its records, account by account, a bounded
 * piece at a time. Sums that are not were changed by somebody else, and are counted anew.
 */
import type { Id } from '../../link/ids.ts';
import type { Database } from '../../store/database.ts';
import type { Writer } from '../../store/writer.ts';
import { accountsAfter, countAnew, findDiffering } from './count-anew.ts';

const DAY_MS = 86_400_000;
/** Accounts of one statement. */
const PAGE = 50;

interface DayLook {
  /** Like `2026-11-24`; null before the first look. */
  readonly day: string | null;
  readonly accounts: number;
  /** Accounts whose sums were wrong. */
  readonly mended: number;
  /** Whether all accounts were looked at. */
  readonly whole: boolean;
}

interface Parts {
  readonly database: Pick<Database, 'lend'>;
  readonly writer: Pick<Writer, 'once'>;
  readonly now: () => number;
}

export class DaySurvey {
  readonly #parts: Parts;
  #last: DayLook = { day: null, accounts: 0, mended: 0, whole: false };
  #after: Id | null = null;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  get last(): DayLook {
    return this.#last;
  }

  /** Goes on where the last look ended; answers how many accounts it mended. */
  async look({ ms, signal }: { readonly ms: number; readonly signal?: AbortSignal }): Promise<number> {
    const until = performance.now() + ms;
    const day = new Date(Math.floor(this.#parts.now() / DAY_MS) * DAY_MS - DAY_MS);
    const name = day.toISOString().slice(0, 10);
    if (this.#last.day !== name) {
      this.#last = { day: name, accounts: 0, mended: 0, whole: false };
      this.#after = null;
    }
    const before = this.#last.mended;
    while (!this.#last.whole && performance.now() < until && signal?.aborted !== true) await this.#page(day);
    return this.#last.mended - before;
  }

  async #page(day: Date): Promise<void> {
    const { database, writer } = this.#parts;
    const accounts = await database.lend((client) => accountsAfter(client, this.#after, PAGE));
    const wrong = await database.lend((client) => findDiffering(client, accounts, day));
    for (const account of wrong) await mend(writer, account, day);
    this.#after = accounts.at(-1) ?? this.#after;
    this.#last = {
      ...this.#last,
      accounts: this.#last.accounts + accounts.length,
      mended: this.#last.mended + wrong.length,
      whole: accounts.length < PAGE,
    };
  }
}

/** In the writer's turn, whose role alone may change sums. */
const mend = (writer: Pick<Writer, 'once'>, account: Id, day: Date): Promise<void> =>
  writer.once(async (client) => {
    await client.query('begin');
    try {
      await countAnew(client, account, day);
      await client.query('commit');
    } catch (error) {
      await client.query('rollback').catch(() => {});
      throw error;
    }
  });
