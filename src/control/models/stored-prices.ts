/** What models were last served at. */
import { inArray } from 'drizzle-orm';
import type { Prices } from '../../link/price.ts';
import type { CatalogueModel } from '../../link/words.ts';
import type { Db } from '../../store/database.ts';
import { model } from './schema.ts';

/** By number; null: it never was served at a price. */
export async function storedPrices(
  db: Db,
  models: readonly Pick<CatalogueModel, 'number'>[],
): Promise<ReadonlyMap<number, Prices | null>> {
  const numbers = models.map(({ number }) => number);
  if (numbers.length === 0) return new Map();
  const rows = await db.select().from(model).where(inArray(model.number, numbers));
  return new Map(rows.map((row) => [row.number, pricesOf(row)]));
}

function pricesOf(row: typeof model.$inferSelect): Prices | null {
  const { promptPrice: prompt, cachedPrice: cached } = row;
  const { completionPrice: completion, reasoningPrice: reasoning } = row;
  if (prompt === null || cached === null || completion === null || reasoning === null) return null;
  return { prompt, cached, completion, reasoning };
}
