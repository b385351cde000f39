/** What models are served at stands in the database and, each time that it changes, in the record. */
import { eq } from 'drizzle-orm';
import type { Prices } from '../../link/price.ts';
import type { CatalogueModel } from '../../link/words.ts';
import type { Db } from '../../store/database.ts';
import type { RecordKeeper } from '../../store/store.ts';
import { model } from './schema.ts';
import { storedPrices } from './stored-prices.ts';

/** Models in one entry of the record, at most: its content stays far below its limit. */
const ENTRY_MODELS_MAX = 50;

interface Change {
  readonly model: number;
  /** Null: it was never served before. */
  readonly before: Prices | null;
  readonly after: Prices;
}

/**
 * Stores the prices that differ from the stored ones, with their entries. To be awaited before anybody is told of the
 * prices, so that nothing is charged at one that the record does not hold.
 */
export async function recordPrices(
  { db, record }: { readonly db: Db; readonly record: RecordKeeper },
  models: readonly Pick<CatalogueModel, 'number' | 'prices'>[],
): Promise<void> {
  const changes = await changed(db, models);
  for (let at = 0; at < changes.length; at += ENTRY_MODELS_MAX) {
    const some = changes.slice(at, at + ENTRY_MODELS_MAX);
    await record.act(async (tx, enter) => {
      for (const { model: number, after } of some) {
        await tx.update(model).set(columnsOf(after)).where(eq(model.number, number));
      }
      await enter({ kind: 'price_change', role: 'operator', about: null, content: { models: some } });
    });
  }
}

async function changed(
  db: Db,
  models: readonly Pick<CatalogueModel, 'number' | 'prices'>[],
): Promise<Change[]> {
  const stored = await storedPrices(db, models);
  return models.flatMap(({ number, prices: { prompt, cached, completion, reasoning } }) => {
    const before = stored.get(number) ?? null;
    const after = { prompt, cached, completion, reasoning };
    const same = before !== null && JSON.stringify(before) === JSON.stringify(after);
    return same ? [] : [{ model: number, before, after }];
  });
}

const columnsOf = ({ prompt, cached, completion, reasoning }: Prices) => ({
  promptPrice: prompt,
  cachedPrice: cached,
  completionPrice: completion,
  reasoningPrice: reasoning,
});
