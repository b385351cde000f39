/** Models' numbers and names; a number is given at the first sight of a name. */
import { inArray } from 'drizzle-orm';
import type { Db } from '../../store/database.ts';
import { Problem } from '../problem.ts';
import { model } from './schema.ts';

export interface Numbered {
  readonly number: number;
  readonly firstSeen: Date;
}

/** The number of each name, given now to those that have none. */
export async function numberModels(db: Db, names: readonly string[]): Promise<Map<string, Numbered>> {
  if (names.length === 0) return new Map();
  const known = await db
    .select()
    .from(model)
    .where(inArray(model.name, [...names]));
  const unknown = names.filter((name) => !known.some((row) => row.name === name));
  if (unknown.length > 0) {
    const values = unknown.map((name) => ({ name }));
    known.push(...(await db.insert(model).values(values).onConflictDoNothing().returning()));
  }
  return new Map(known.map(({ name, number, firstSeen }) => [name, { number, firstSeen }]));
}

/** Numbers of models that a command names. Throws `Problem` 400 for names never seen. */
export async function modelNumbers(db: Db, names: readonly string[]): Promise<number[]> {
  const found = await db
    .select()
    .from(model)
    .where(inArray(model.name, [...names]));
  const missing = names.filter((name) => !found.some((row) => row.name === name));
  if (missing.length > 0) {
    const all = [...(await modelNames(db)).values()];
    throw new Problem(
      400,
      'no_such_model',
      `models: there is no ${missing.join(', ')}. Known are: ${all.join(', ')}.`,
    );
  }
  return found.map((row) => row.number);
}

/** Every name, by number. */
export async function modelNames(db: Db): Promise<ReadonlyMap<number, string>> {
  return new Map((await db.select().from(model).orderBy(model.name)).map((row) => [row.number, row.name]));
}
