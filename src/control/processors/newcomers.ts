/**
 * A new engine, processor or region is told to everybody before it gets anything (CHANGE-1). An engine waits for its day:
 * until then gateways do not hear of it. Who processes otherwise (mail, payments) is used as soon as it is configured,
 * since there is nobody else by then; that it began before its day stays to be seen.
 */
import { and, eq, isNull } from 'drizzle-orm';
import { type Id, newId } from '../../link/ids.ts';
import type { Log } from '../../log/log.ts';
import type { Db } from '../../store/database.ts';
import { ClockDoubted } from '../../store/retention/clock.ts';
import type { RecordKeeper } from '../../store/store.ts';
import { membership } from '../accounts/schema.ts';
import { announcement } from '../dates/schema.ts';
import { minuteOf } from '../minute.ts';
import { Rounds } from '../rounds.ts';
import { inWords, type Newcomer } from './newcomer.ts';
import { recipientNotice } from './schema.ts';

const LOOK_MS = 60_000;
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

  /** Whether nothing may be sent to that engine yet. */
  isHeldBack(engine: number): boolean {
    const found = this.#parts.configured.find(({ engines }) => engines.includes(engine));
    return found !== undefined && (this.#rows.get(found.key)?.servedAt ?? null) === null;
  }

  /** Announced, and not used yet; times: ISO 8601, null where no clock is believed that could say. */
  get waiting() {
    return this.#parts.configured.flatMap((each) => {
      const row = this.#rows.get(each.key);
      if (row !== undefined && row.servedAt !== null) return [];
      return [{ ...each, what: inWords(each), from: row?.servesAt.toISOString() ?? null }];
    });
  }

  /** Announces who is new, and lets those begin whose day has come. Answers whether anybody is new. */
  async look(): Promise<boolean> {
    await this.#read();
    const isNew = this.#parts.configured.filter(({ key }) => !this.#rows.has(key));
    if (isNew.length + this.waiting.length === 0) return false;
    // Who is simply there waits for no day.
    const now = this.#rows.size === 0 ? this.#parts.now() : await believedOrNull(this.#parts);
    if (now === null) return false;
    if (isNew.length > 0) await this.#announce(isNew, now);
    await this.#begin(now);
    await this.#read();
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

  /** On an instance that begins, or that nobody has an account on, they are simply there. */
  async #announce(isNew: readonly Newcomer[], now: number): Promise<void> {
    const { db, record, noticeDays } = this.#parts;
    const isFirst = this.#rows.size === 0 || (await db.select().from(membership).limit(1)).length === 0;
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
          isNew.map(({ key, kind, name, region, engines }) => ({
            ...{
              id: newId(),
              key,
              kind,
              name,
              region,
              announcedAt: at,
              servesAt,
              announcement: mails,
              entry,
            },
            servedAt: isFirst || engines.length === 0 ? at : null,
          })),
        )
        .onConflictDoNothing();
      if (mails !== null) await tx.insert(announcement).values(this.#mail(mails, isNew, at, servesAt));
    });
    await this.#read();
  }

  #mail(id: Id, isNew: readonly Newcomer[], at: Date, servesAt: Date): typeof announcement.$inferInsert {
    const more = isNew.length - NAMED_MAX;
    const what = isNew.slice(0, NAMED_MAX).map(inWords).join(' ') + (more > 0 ? ` And ${more} more.` : '');
    const values = { what, on: minuteOf(servesAt), url: `${this.#parts.siteUrl}/privacy/processors` };
    return { id, template: 'recipient_comes', values: JSON.stringify(values), at };
  }

  async #begin(now: number): Promise<void> {
    const due = this.#parts.configured.flatMap(({ key }) => {
      const row = this.#rows.get(key);
      return row !== undefined && row.servedAt === null && row.servesAt.getTime() <= now ? [row] : [];
    });
    for (const { id, key } of due)
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

async function believedOrNull({ believed }: NewcomerParts): Promise<number | null> {
  try {
    return await believed();
  } catch (error) {
    if (error instanceof ClockDoubted) return null;
    throw error;
  }
}
