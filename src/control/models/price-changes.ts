/**
 * Prices have dates: what becomes dearer does so after the notice period, is told by service mail before, and stands on the
 * page of prices until then. What makes nothing dearer holds at once. Gateways charge a request by the price of its start.
 */
import { inArray, isNull } from 'drizzle-orm';
import { newId } from '../../link/ids.ts';
import type { Prices } from '../../link/price.ts';
import type { CatalogueModel } from '../../link/words.ts';
import type { Db } from '../../store/database.ts';
import type { RecordKeeper, Tx } from '../../store/store.ts';
import { announcement } from '../dates/schema.ts';
import { minuteOf } from '../minute.ts';
import { priceChange } from './schema.ts';
import { storedPrices } from './stored-prices.ts';

const DAY_MS = 86_400_000;
const MICRO = 1_000_000;
/** Named in a mail, at most; all stand on the page. */
const NAMED_MAX = 5;

export interface ComingPrice {
  readonly model: number;
  readonly prices: Prices;
  /** Milliseconds since 1970. */
  readonly at: number;
}

interface Parts {
  readonly db: Db;
  readonly record: RecordKeeper;
}

export interface PriceNotice {
  readonly days: number;
  readonly siteUrl: string;
  /** Milliseconds since 1970; null: no clock is believed, and nothing that waits becomes dearer. */
  readonly now: number | null;
}

export interface Dated {
  /** With the prices that hold now. */
  readonly models: readonly CatalogueModel[];
  readonly coming: readonly ComingPrice[];
}

type ChangeRow = typeof priceChange.$inferSelect;

/** `wanted`: with the prices that are configured. */
export async function datePrices(
  parts: Parts,
  wanted: readonly CatalogueModel[],
  notice: PriceNotice,
): Promise<Dated> {
  const stored = await storedPrices(parts.db, wanted);
  const open = new Map(
    (await parts.db.select().from(priceChange).where(isNull(priceChange.settledAt))).map((row) => [
      row.model,
      row,
    ]),
  );
  const decided = wanted.map((each) => decide(each, stored.get(each.number) ?? null, open.get(each.number)));
  const settled = decided.flatMap(({ settle }) => settle ?? []);
  const announced = decided.flatMap(({ model: each, before, announce }) =>
    announce && before !== null ? [{ model: each, before }] : [],
  );
  const isDue = ({ effectiveAt }: ChangeRow) => notice.now !== null && effectiveAt.getTime() <= notice.now;
  const made =
    settled.length + announced.length > 0 && notice.now !== null
      ? await write(parts, { settled, announced, notice, now: notice.now })
      : [];
  const waiting = new Map(
    [...decided.flatMap(({ waits }) => waits ?? []), ...made].map((row) => [row.model, row]),
  );
  return {
    models: decided.map(({ model: each, before }) => {
      const waits = waiting.get(each.number);
      const holdsBack =
        before !== null && isDearer(before, each.prices) && (waits === undefined || !isDue(waits));
      return holdsBack ? { ...each, prices: before } : each;
    }),
    coming: [...waiting.values()]
      .filter((row) => !isDue(row))
      .map((row) => ({ model: row.model, prices: pricesOf(row), at: row.effectiveAt.getTime() })),
  };
}

interface Decision {
  readonly model: CatalogueModel;
  readonly before: Prices | null;
  /** A change that goes on waiting, or whose day has come. */
  readonly waits?: ChangeRow;
  /** A change that is over, one way or the other. */
  readonly settle?: ChangeRow;
  /** A new one. */
  readonly announce: boolean;
}

function decide(each: CatalogueModel, before: Prices | null, open: ChangeRow | undefined): Decision {
  const base = { model: each, before, announce: false };
  if (before === null || !isDearer(before, each.prices))
    return { ...base, ...(open !== undefined && { settle: open }) };
  if (open !== undefined && same(pricesOf(open), each.prices)) return { ...base, waits: open };
  return { ...base, announce: true, ...(open !== undefined && { settle: open }) };
}

interface Work {
  readonly settled: readonly ChangeRow[];
  readonly announced: readonly { readonly model: CatalogueModel; readonly before: Prices }[];
  readonly notice: PriceNotice;
  readonly now: number;
}

/** Change, entry and mail are one act: nothing waits that nobody is told of. Answers what waits from now on. */
async function write(
  { record }: Parts,
  { settled, announced, notice, now }: Work,
): Promise<readonly ChangeRow[]> {
  const effectiveAt = new Date(now + notice.days * DAY_MS);
  const rows = announced.map(({ model: { number, prices } }) => ({
    id: newId(),
    model: number,
    ...prices,
    announcedAt: new Date(now),
    effectiveAt,
    settledAt: null,
  }));
  await record.act(async (tx, enter) => {
    await settle(tx, settled, now);
    if (rows.length === 0) return;
    await tx.insert(priceChange).values(rows);
    const models = announced.map(({ model: { number, prices }, before }) => ({
      model: number,
      before,
      after: prices,
    }));
    await tx.insert(announcement).values({
      id: newId(),
      template: 'price_changes',
      values: JSON.stringify({
        what: announced.slice(0, NAMED_MAX).map(inWords).join(' ') + more(announced.length - NAMED_MAX),
        on: minuteOf(effectiveAt),
        url: `${notice.siteUrl}/pricing`,
      }),
      models: rows.map((row) => row.model),
      at: new Date(now),
    });
    const content = {
      announced: models.slice(0, NAMED_MAX),
      count: models.length,
      at: effectiveAt.toISOString(),
    };
    await enter({ kind: 'price_change', role: 'operator', about: null, content });
  });
  return rows;
}

async function settle(tx: Tx, settled: readonly ChangeRow[], now: number): Promise<void> {
  if (settled.length === 0) return;
  const ids = settled.map(({ id }) => id);
  await tx
    .update(priceChange)
    .set({ settledAt: new Date(now) })
    .where(inArray(priceChange.id, ids));
}

const KINDS = ['prompt', 'cached', 'completion', 'reasoning'] as const;
const isDearer = (before: Prices, after: Prices): boolean => KINDS.some((kind) => after[kind] > before[kind]);
const same = (one: Prices, other: Prices): boolean => KINDS.every((kind) => one[kind] === other[kind]);
const pricesOf = ({ prompt, cached, completion, reasoning }: ChangeRow): Prices => ({
  prompt,
  cached,
  completion,
  reasoning,
});

const inWords = ({ model: { name, prices }, before }: Work['announced'][number]): string =>
  `${name}: ${usd(prices.prompt)} USD for a million tokens in and ${usd(prices.completion)} USD out (so far ${usd(before.prompt)} and ${usd(before.completion)}).`;
const usd = (micro: number): string => String(micro / MICRO);
const more = (count: number): string => (count > 0 ? ` And ${count} more.` : '');
