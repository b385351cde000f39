/**
 * Leases: what each gateway session was granted of each limit. All in memory, all synchronous; gateways say what they
 * hold when control comes back.
 *
 * The invariant, of every meter at every moment: used + granted to all sessions ≤ limit, but for a limit that was
 * lowered while its units were out. What a record spends of budgets moves from granted to used (or off the balance) in one
 * step, so that it is never counted by neither.
 */
import type { Id } from '../../link/ids.ts';
import type { Meter, MeterKind, UsageRecord } from '../../link/words.ts';
import { grantUnits } from './grants.ts';
import {
  BUDGETS,
  type Budget,
  budgetWindow,
  isBudget,
  isMinute,
  MINUTE_MS,
  NO_WINDOW,
  type Window,
} from './windows.ts';

export interface Grant {
  readonly units: number;
  readonly limit: number;
  /** What is left for everybody, others' leases taken off; money may be negative. */
  readonly left: number;
  readonly windowEndsAt: number;
}

export interface Held {
  readonly meter: Meter;
  readonly units: number;
  readonly windowEndsAt: number;
}

/** A record's part that leases look at. */
export type Spent = Pick<
  UsageRecord,
  'account' | 'key' | 'startedAt' | 'price' | 'promptTokens' | 'completionTokens'
>;

/** A limit as it stands now: null is unlimited, undefined belongs to nobody known. */
export type LimitOf = (meter: Meter) => number | null | undefined;

/** The account of one meter. */
interface Book {
  readonly meter: Meter;
  /** 0 for meters without window. */
  windowStartsAt: number;
  windowEndsAt: number;
  /** Units used in the window and held by no session; null: not read from the database yet. */
  used: number | null;
  readonly granted: Map<Id, number>;
  grantedSum: number;
}

const UNLIMITED = Number.MAX_SAFE_INTEGER;

const nameOf = (kind: MeterKind, of: Id): string => `${kind}:${of}`;

export class Leases {
  readonly #limitOf: LimitOf;
  readonly #books = new Map<string, Book>();
  /** Until then a minute's use before our time must be read from the database, ms since 1970. */
  #minutesUnreadUntil = 0;

  constructor(limitOf: LimitOf) {
    this.#limitOf = limitOf;
  }

  /**
   * Gateways have died of which only the database can tell what they used of minutes that still run. Until `until`, a
   * minute from now (ms since 1970), what was used in the minute before now counts as well, and is read first.
   */
  readMinutesFirst(until: number): void {
    this.#minutesUnreadUntil = until;
  }

  /** Grants `need` units or more to a session, or none. Null: what is used must be read first (`useRead`). */
  want(session: Id, meter: Meter, need: number, now: number): Grant | null {
    const limit = this.#limitOf(meter);
    if (limit === undefined) return { units: 0, limit: 0, left: 0, windowEndsAt: 0 };
    if (limit === null) return { units: need, limit: UNLIMITED, left: UNLIMITED, windowEndsAt: 0 };
    const book = this.#book(meter, now);
    if (book.used === null) return null;
    const available = limit - book.used - book.grantedSum;
    const units = grantUnits(meter.kind, limit, available, need);
    if (units > 0) {
      if (isMinute(meter.kind) && book.windowEndsAt === 0) open(book, minuteUntil(now + MINUTE_MS));
      change(book, session, units);
    }
    return { units, limit: Math.max(0, limit), left: available - units, windowEndsAt: book.windowEndsAt };
  }

  /** A session returns units that it did not use; of a window that has ended they are worth nothing. */
  give(session: Id, { meter, units, windowEndsAt }: Held, now: number): void {
    const book = this.#existing(meter.kind, meter.of, now);
    if (book === undefined || book.windowEndsAt !== windowEndsAt) return;
    change(book, session, -units);
  }

  /** Replaces what a session is thought to hold by what it says. */
  hold(session: Id, held: readonly Held[], now: number): void {
    for (const book of this.#books.values()) change(book, session, -UNLIMITED);
    for (const { meter, units, windowEndsAt } of held) {
      const book = this.#book(meter, now);
      if (isMinute(meter.kind)) {
        if (windowEndsAt <= now) continue;
        const endsAt = Math.min(windowEndsAt, now + MINUTE_MS);
        if (endsAt > book.windowEndsAt) open(book, minuteUntil(endsAt));
      } else if (book.windowEndsAt !== windowEndsAt) {
        continue;
      }
      change(book, session, units);
    }
  }

  /** A session is over. Units of a running minute may have been used and stay so until it ends; all others are free. */
  free(session: Id): void {
    for (const book of this.#books.values()) {
      const units = book.granted.get(session) ?? 0;
      change(book, session, -units);
      if (isMinute(book.meter.kind) && book.used !== null) book.used += units;
    }
  }

  /**
   * A record is durable. `session` is whose lease it was paid from, null when what that session holds has been said
   * anew since. `fresh`: it was not there before, so it counts as used.
   */
  spend(session: Id | null, record: Spent, fresh: boolean, now: number): void {
    const balance = this.#existing('balance', record.account, now);
    if (balance !== undefined && session !== null) change(balance, session, -record.price);
    for (const [book, units] of this.#budgets(record, now)) {
      if (session !== null) change(book, session, -units);
      if (fresh && book.used !== null) book.used += units;
    }
  }

  /** A record that had been charged was voided: budgets get back what it took. */
  unspend(record: Spent, now: number): void {
    for (const [book, units] of this.#budgets(record, now)) {
      if (book.used !== null) book.used -= units;
    }
  }

  /** The window of a meter whose use must be read from the database; null when it need not. */
  unread(meter: Meter, now: number): Window | null {
    const book = this.#book(meter, now);
    return book.used === null ? { startsAt: book.windowStartsAt, endsAt: book.windowEndsAt } : null;
  }

  /** What the database says was used of a meter in the window that `unread` told. */
  useRead(meter: Meter, window: Window, used: number, now: number): void {
    const book = this.#book(meter, now);
    if (book.used === null && book.windowStartsAt === window.startsAt) book.used = used;
  }

  /** What is used of budgets must be read anew: the database may hold more than we were told. */
  forgetBudgets(): void {
    for (const book of this.#books.values()) if (isBudget(book.meter.kind)) book.used = null;
  }

  /** Drops meters that say nothing any more. */
  prune(now: number): void {
    for (const [name, book] of this.#books) {
      this.#roll(book, now);
      const idle = book.grantedSum === 0 && !(isMinute(book.meter.kind) && book.windowEndsAt > 0);
      if (idle) this.#books.delete(name);
    }
  }

  #book(meter: Meter, now: number): Book {
    const known = this.#existing(meter.kind, meter.of, now);
    if (known !== undefined) return known;
    const book: Book = {
      meter,
      windowStartsAt: 0,
      windowEndsAt: 0,
      used: 0,
      granted: new Map(),
      grantedSum: 0,
    };
    this.#roll(book, now);
    this.#books.set(nameOf(meter.kind, meter.of), book);
    return book;
  }

  #existing(kind: MeterKind, of: Id, now: number): Book | undefined {
    const book = this.#books.get(nameOf(kind, of));
    if (book !== undefined) this.#roll(book, now);
    return book;
  }

  /** Starts a new window when the last has ended: nothing granted, and nothing used or that is to be read. */
  #roll(book: Book, now: number): void {
    const { kind } = book.meter;
    if (isBudget(kind)) {
      if (now < book.windowEndsAt) return;
      open(book, budgetWindow(kind, now));
      book.used = null;
    } else if (isMinute(kind)) {
      if (book.windowEndsAt === 0 ? now >= this.#minutesUnreadUntil : now < book.windowEndsAt) return;
      const until = this.#minutesUnreadUntil;
      const unread = now < until;
      open(book, unread ? { startsAt: until - 2 * MINUTE_MS, endsAt: until } : NO_WINDOW);
      book.used = unread ? null : 0;
    } else {
      return;
    }
    book.granted.clear();
    book.grantedSum = 0;
  }

  /** The budgets that a record counts in, each with its units: those of its account and key whose window it started in. */
  *#budgets(record: Spent, now: number): Generator<readonly [Book, number]> {
    for (const owner of [record.account, record.key]) {
      for (const kind of BUDGETS) {
        const book = this.#existing(kind, owner, now);
        if (book === undefined) continue;
        if (record.startedAt >= book.windowStartsAt && record.startedAt < book.windowEndsAt)
          yield [book, unitsOf(kind, record)];
      }
    }
  }
}

/** What a record takes from a budget. */
function unitsOf(kind: Budget, { price, promptTokens, completionTokens }: Spent): number {
  return kind === 'day' || kind === 'month' ? price : promptTokens + completionTokens;
}

/** Adds to (or takes from) what a session holds; it cannot hold less than nothing. */
function change(book: Book, session: Id, units: number): void {
  const before = book.granted.get(session) ?? 0;
  const after = Math.max(0, before + units);
  if (after === before) return;
  if (after === 0) book.granted.delete(session);
  else book.granted.set(session, after);
  book.grantedSum += after - before;
}

function open(book: Book, { startsAt, endsAt }: Window): void {
  book.windowStartsAt = startsAt;
  book.windowEndsAt = endsAt;
}

const minuteUntil = (endsAt: number): Window => ({ startsAt: endsAt - MINUTE_MS, endsAt });
