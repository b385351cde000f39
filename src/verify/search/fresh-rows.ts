/** What was written to the tables of a database elsewhere since a probe began: the newest pages of each, and more as time allows. */
import type { Reader } from './reader.ts';
import { Scanner } from './scanner.ts';
import { PAGE_BYTES, type Relation, relationsOf, type Since, wordsIn } from './tables.ts';

/** One statement's share of a table: 32 MB. */
const SPAN_PAGES = 4096;
/** For what is left of large tables when the newest pages of all were looked at. */
const MORE_MS = 4_000;

export interface FreshRows {
  /** Tables that hold one of the words. */
  readonly places: readonly string[];
  /** Of large tables, what was not come to. */
  readonly leftBytes: number;
  readonly hasPages: boolean;
}

/** New rows go to the end of a table, or where others went: the end is looked at always, the rest backwards from there. */
export async function searchFresh(
  reader: Reader,
  words: readonly string[],
  since: Since,
): Promise<FreshRows> {
  const relations = await relationsOf(reader.rows);
  const scanner = new Scanner(words);
  const places = new Set<string>();
  const look = async (relation: Relation, to: number): Promise<number> => {
    const from = Math.max(0, to - SPAN_PAGES);
    const found = await wordsIn(reader, relation, { from, to: Math.max(to, 1) }, scanner, since);
    if (found.length > 0) places.add(placeOf(relation));
    return from;
  };
  const rest = new Map<Relation, number>();
  for (const relation of relations) {
    if (relation.as === 'pages' && relation.pages === 0) continue;
    rest.set(relation, await look(relation, relation.pages));
  }
  const until = performance.now() + MORE_MS;
  for (const [relation, from] of rest) {
    let to = from;
    while (to > 0 && performance.now() < until) to = await look(relation, to);
    rest.set(relation, to);
  }
  return {
    places: [...places],
    leftBytes: [...rest.values()].reduce((sum, pages) => sum + pages, 0) * PAGE_BYTES,
    hasPages: relations.some((relation) => relation.as === 'pages'),
  };
}

export const placeOf = ({ table, as }: Relation): string =>
  as === 'rows' ? `table ${table}` : `pages of table ${table}`;
