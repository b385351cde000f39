/**
 * A new engine, processor or region is told to everybody before it gets anything (CHANGE-1). An engine waits for its day:
 * until then gateways do not hear of it. So does whoever is the first to take payments. Without mail, mailbox or database
 * there is no service: where these are others before their day, they are used, and a promise is shown broken until then;
 * `processors_coming` announces them first.
 */
import { and, eq, isNull, ne } from 'drizzle-orm';
import { type Id, newId } from '../../link/ids.ts';
import type { Log } from '../../log/log.ts';
import type { Db } from '../../store/database.ts';
import { ClockDoubted } from '../../store/retention/clock.ts';
import type { RecordKeeper } from '../../store/store.ts';
import { account, membership, person } from '../accounts/schema.ts';
import { announcement } from '../dates/schema.ts';
import { minuteOf } from '../minute.ts';
import { Rounds } from '../rounds.ts';
import { inWords, type Newcomer } from './newcomer.ts';
import { recipientNotice } from './schema.ts';
import type { ProcessorId } from './settings.ts';

const LOOK_MS = 15_000;
const DAY_MS = 86_400_000;
/** Named in a mail, at most; all stand on the page. */
const NAMED_MAX = 5;

export interface NewcomerParts {
  readonly db: Db;
  readonly record: RecordKeeper;
  /** All that are configured. */
  readonly configured: readonly Newcomer[];
  readonly noticeDays: number;
  readonly siteUrl: string;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** The same, or `ClockDoubted`. */
  readonly believed: () => Promise<number>;
  /** Mails of announcements go on at once. */
  readonly tell: () => void;
  /** The day of somebody has come. */
  readonly begun: () => void;
  readonly log: Log;
}

type Row = typeof recipientNotice.$inferSelect;

export class Newcomers {
  readonly #parts: NewcomerParts;
  readonly #rounds: Rounds;
  /** Those that are configured, by their keys. */
  #rows = new Map<string, Row>();

  constructor(parts: NewcomerParts) {
    this.#parts = parts;
    this.#rounds = new Rounds({ everyMs: LOOK_MS, work: () => this.#goOn(), log: parts.log });
  }

  /** Whether nothing may be sent to that engine, or to who does that, yet. */
  isHeldBack(which: number | ProcessorId): boolean {
    const found = this.#parts.configured.find(
      ({ engines, processor, isSetUp }) =>
        isSetUp && (typeof which === 'number' ? engines.includes(which) : processor === which),
    );
    return found !== undefined && this.#waits(found) && !this.#isServed(found);
  }

  /** Announced, and not used yet; times: ISO 8601, null where no clock is believed that could say. */
  get waiting() {
    return this.#parts.configured.flatMap((each) => {
      if (this.#isServed(each)) return [];
      const from = this.#rows.get(each.key)?.servesAt.toISOString() ?? null;
      return [{ ...each, what: inWords(each, !this.#waits(each)), from }];
    });
  }

  /** Used, though people have not had their time yet; `since`: from when. */
  get early() {
    return this.#parts.configured.flatMap((each) => {
      const { servesAt, servedAt = null } = this.#rows.get(each.key) ?? {};
      if (servesAt === undefined || servedAt === null) return [];
      const isEarly = servedAt < servesAt && servesAt.getTime() > this.#parts.now();
      return isEarly ? [{ what: inWords(each, true), since: servedAt.toISOString() }] : [];
    });
  }

  /** Announces who is new, and lets those begin whose day has come. Answers whether anybody is new. */
  async look(): Promise<boolean> {
    await this.#read();
    await this.#name();
    const isNew = this.#parts.configured.filter(({ key }) => !this.#rows.has(key));
    if (isNew.length + this.waiting.length === 0) return false;
    // Who is simply there waits for no day.
    const now = this.#rows.size === 0 ? this.#parts.now() : await believedOrNull(this.#parts);
    if (now === null) return false;
    if (isNew.length > 0) await this.#announce(isNew, now);
    await this.#begin(now);
    return isNew.length > 0;
  }

  start(): void {
    this.#rounds.start();
  }

  async stop(): Promise<void> {
    await this.#rounds.stop();
  }

  async #goOn(): Promise<void> {
    if (await this.look()) this.#parts.tell();
  }

  async #read(): Promise<void> {
    const rows = await this.#parts.db.select().from(recipientNotice);
    this.#rows = new Map(rows.map((row) => [row.key, row]));
  }

  #isServed({ key }: Newcomer): boolean {
    return (this.#rows.get(key)?.servedAt ?? null) !== null;
  }

  /** Whether the service goes on without it until its day. */
  #waits({ engines, processor, isSetUp }: Newcomer): boolean {
    if (engines.length > 0 || !isSetUp) return true;
    return processor === 'payments' && !this.#hasPayments();
  }

  /** Whoever pays already goes on paying, whatever the operator calls it from now on. */
  #hasPayments(): boolean {
    return [...this.#rows.values()].some(
      ({ key, servedAt }) => key.startsWith('processor payments ') && servedAt !== null,
    );
  }

  /** Of whom the operator says more now, what was told goes on. */
  async #name(): Promise<void> {
    for (const { key, earlier, name, region } of this.#parts.configured) {
      const same = this.#rows.has(key) ? undefined : earlier.find((other) => this.#rows.has(other));
      if (same === undefined) continue;
      await this.#parts.db
        .update(recipientNotice)
        .set({ key, name, region })
        .where(eq(recipientNotice.key, same));
      await this.#read();
    }
  }

  /** On an instance that begins, or that nobody but the operator has an account on, they are simply there. */
  async #announce(isNew: readonly Newcomer[], now: number): Promise<void> {
    const { db, record, noticeDays } = this.#parts;
    const isFirst = this.#rows.size === 0 || !(await isAnybodyHere(db));
    const at = new Date(now);
    const servesAt = isFirst ? at : new Date(now + noticeDays * DAY_MS);
    const mails = isFirst ? null : newId();
    await record.act(async (tx, enter) => {
      const entry = await enter({
        kind: 'publication',
        role: 'operator',
        about: null,
        content: {
          what: 'recipients',
          event: isFirst ? 'there' : 'announced',
          keys: isNew.map(({ key }) => key).slice(0, NAMED_MAX),
          count: isNew.length,
          serves_at: servesAt.toISOString(),
        },
      });
      await tx
        .insert(recipientNotice)
        .values(
          isNew.map((each) => ({
            ...{ id: newId(), key: each.key, kind: each.kind, name: each.name, region: each.region },
            ...{ announcedAt: at, servesAt, announcement: mails, entry },
            servedAt: isFirst || !this.#waits(each) ? at : null,
          })),
        )
        .onConflictDoNothing();
      if (mails !== null) await tx.insert(announcement).values(this.#mail(mails, isNew, at, servesAt));
    });
    await this.#read();
  }

  #mail(id: Id, isNew: readonly Newcomer[], at: Date, servesAt: Date): typeof announcement.$inferInsert {
    const more = isNew.length - NAMED_MAX;
    const named = isNew.slice(0, NAMED_MAX).map((each) => inWords(each, !this.#waits(each)));
    const what = named.join(' ') + (more > 0 ? ` And ${more} more.` : '');
    const values = { what, on: minuteOf(servesAt), url: `${this.#parts.siteUrl}/privacy/processors` };
    return { id, template: 'recipient_comes', values: JSON.stringify(values), at };
  }

  async #begin(now: number): Promise<void> {
    const due = this.#parts.configured.flatMap((each) => {
      const row = this.#rows.get(each.key);
      if (row === undefined || row.servedAt !== null || !each.isSetUp) return [];
      return row.servesAt.getTime() <= now || !this.#waits(each) ? [row] : [];
    });
    for (const { id, key } of due) await this.#beginOne(id, key, now);
    if (due.length === 0) return;
    await this.#read();
    this.#parts.begun();
  }

  async #beginOne(id: Id, key: string, now: number): Promise<void> {
    await this.#parts.record.act(async (tx, enter) => {
      const begun = await tx
        .update(recipientNotice)
        .set({ servedAt: new Date(now) })
        .where(and(eq(recipientNotice.id, id), isNull(recipientNotice.servedAt)))
        .returning({ id: recipientNotice.id });
      if (begun.length === 0) return;
      await enter({
        kind: 'publication',
        role: 'system',
        about: null,
        content: { what: 'recipients', event: 'begins', keys: [key] },
      });
    });
  }
}

/** Somebody else than the operator's people and accounts that were made to try it out on this machine. */
async function isAnybodyHere(db: Db): Promise<boolean> {
  const found = await db
    .select({ person: membership.person })
    .from(membership)
    .innerJoin(account, eq(account.id, membership.account))
    .innerJoin(person, eq(person.id, membership.person))
    .where(and(ne(account.way, 'trial'), isNull(person.staffRole)))
    .limit(1);
  return found.length > 0;
}

async function believedOrNull({ believed }: NewcomerParts): Promise<number | null> {
  try {
    return await believed();
  } catch (error) {
    if (error instanceof ClockDoubted) return null;
    throw error;
  }
}
