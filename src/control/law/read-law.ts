/**
 * Reads and checks `policy/law/`: a file for each jurisdiction (`us-ca.json`), what everybody gets, the grounds that a
 * request may be refused on, and calendars of days off.
 */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { z } from 'zod';
import { isPlace } from './places.ts';
import {
  type Calendar,
  calendarSchema,
  type Everybody,
  everybodySchema,
  type Ground,
  groundsSchema,
  type Jurisdiction,
  jurisdictionSchema,
} from './rows.ts';

const FOLDER = fileURLToPath(new URL('../../../policy/law', import.meta.url));
const VERSION_DIGITS = 16;
/** Files beside those of jurisdictions. */
const OTHERS = new Set(['everybody.json', 'grounds.json', 'places.json']);

export interface LawTable {
  /** 16 hex digits of what was read; another one whenever a row changed. */
  readonly version: string;
  /** By place; countries that are members of one are found through it. */
  readonly jurisdictions: ReadonlyMap<string, Jurisdiction>;
  readonly everybody: Everybody;
  readonly grounds: ReadonlyMap<string, Ground>;
  readonly calendars: ReadonlyMap<string, Calendar>;
}

/** A file says what cannot be; `message` names it. */
export class LawDamaged extends Error {
  override readonly name = 'LawDamaged';
}

/** Throws `LawDamaged`. */
export function readLaw(folder: string = FOLDER): LawTable {
  const grounds = new Map(read(folder, 'grounds.json', groundsSchema).grounds.map((one) => [one.id, one]));
  const everybody = read(folder, 'everybody.json', everybodySchema);
  const calendars = new Map(
    namesIn(join(folder, 'holidays')).map((file) => [
      file.slice(0, -'.json'.length),
      read(folder, join('holidays', file), calendarSchema),
    ]),
  );
  const jurisdictions = new Map<string, Jurisdiction>();
  for (const file of namesIn(folder).filter((name) => !OTHERS.has(name))) {
    const one = read(folder, file, jurisdictionSchema);
    for (const wrong of mistakesIn(one, file, { grounds, calendars }))
      throw new LawDamaged(`${file}: ${wrong}`);
    jurisdictions.set(one.place, one);
  }
  const unknown = everybody.refusals.find(({ ground }) => !grounds.has(ground));
  if (unknown !== undefined) throw new LawDamaged(`everybody.json: there is no ground ${unknown.ground}`);
  const parts = {
    jurisdictions: [...jurisdictions],
    everybody,
    grounds: [...grounds],
    calendars: [...calendars],
  };
  const version = createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, VERSION_DIGITS);
  return { version, jurisdictions, everybody, grounds, calendars };
}

const namesIn = (folder: string): string[] =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .sort();

function read<S extends z.ZodType>(folder: string, file: string, schema: S): z.output<S> {
  try {
    return schema.parse(JSON.parse(readFileSync(join(folder, file), 'utf8')));
  } catch (error) {
    throw new LawDamaged(`${file}: ${(error as Error).message}`);
  }
}

interface Valid {
  readonly from: string;
  readonly to: string | null;
}

/** What the shape alone does not say. */
function* mistakesIn(
  one: Jurisdiction,
  file: string,
  { grounds, calendars }: Pick<LawTable, 'grounds' | 'calendars'>,
): Generator<string> {
  if (!isPlace(one.place)) yield `there is no place ${one.place}`;
  if (file !== `${one.place.toLowerCase()}.json`) yield `is the file of another place than ${one.place}`;
  if (!calendars.has(one.holidays)) yield `there is no calendar ${one.holidays}`;
  for (const { ground } of one.refusals) if (!grounds.has(ground)) yield `there is no ground ${ground}`;
  for (const { place } of one.members) if (!isPlace(place)) yield `there is no place ${place}`;
  const began = one.laws.map(({ from }) => from).sort()[0] ?? '';
  for (const [what, rows] of groupsOf(one)) {
    const sorted = rows.toSorted((a, b) => a.from.localeCompare(b.from));
    for (const [at, { from, to }] of sorted.entries()) {
      if (to !== null && to < from) yield `${what} ends on ${to}, before it begins`;
      if (from < began) yield `${what} begins on ${from}, before any law`;
      const next = sorted[at + 1];
      if (next !== undefined && (to === null || next.from <= to))
        yield `${what} has two rows on ${next.from}`;
    }
  }
}

/** Rows of which one may hold at a time. */
function groupsOf(one: Jurisdiction): Map<string, Valid[]> {
  const groups = new Map<string, Valid[]>();
  const put = (name: string, row: Valid) => groups.set(name, [...(groups.get(name) ?? []), row]);
  for (const row of one.members) put(`member ${row.place}`, row);
  for (const row of one.laws) put(`law ${row.short}`, row);
  for (const row of one.rights) put(`right ${row.right}`, row);
  for (const row of one.deadlines) put(`deadline ${row.what}`, row);
  for (const row of one.pauses) put(`pause ${row.while}`, row);
  for (const name of ['counting', 'appeals', 'regulators', 'agents', 'free', 'records'] as const)
    for (const row of one[name]) put(name, row);
  for (const row of one.refusals) for (const right of row.rights) put(`${row.ground} for ${right}`, row);
  for (const row of one.verification) for (const right of row.rights) put(`verification of ${right}`, row);
  return groups;
}
