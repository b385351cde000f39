/**
 * Where somebody says that they live: a state, a country, or the Union as a whole. It is believed, never inferred from an
 * address or a network. `policy/law/places.json` lists them; which of them have a law is in the law's own files.
 */
import { readFileSync } from 'node:fs';
import { z } from 'zod';

const schema = z.strictObject({
  union: z.record(z.string(), z.string()),
  states: z.record(z.string().regex(/^US-[A-Z]{2}$/), z.string()),
  /** ISO 3166-1 alpha-2. */
  countries: z.array(z.string().regex(/^[A-Z]{2}$/)),
});

const LISTED = schema.parse(
  JSON.parse(readFileSync(new URL('../../../policy/law/places.json', import.meta.url), 'utf8')),
);
const countryNames = new Intl.DisplayNames('en', { type: 'region', style: 'long' });

const byName = ([, one]: readonly [string, string], [, other]: readonly [string, string]): number =>
  one.localeCompare(other, 'en');

/** Places with what they are called, by name: the Union, states of the US, countries. */
const PLACES = {
  union: Object.entries(LISTED.union),
  states: Object.entries(LISTED.states).sort(byName),
  countries: LISTED.countries
    .map((code): [string, string] => [code, countryNames.of(code) ?? code])
    .sort(byName),
} as const satisfies Record<string, readonly (readonly [string, string])[]>;

/** A place that can be said, and what it is called. */
export interface NamedPlace {
  readonly place: Place;
  readonly name: string;
}

/** All of them. */
export const NAMED_PLACES: readonly NamedPlace[] = Object.values(PLACES)
  .flat()
  .map(([place, name]) => ({ place, name }));

const NAMES: ReadonlyMap<string, string> = new Map(Object.values(PLACES).flat());

/** They did not say: the most generous combination of all laws holds. */
export const UNSAID = 'unsaid';

export const isPlace = (text: string): boolean => NAMES.has(text);

/** `EU`, `US-CA`, or a country's code such as `FR`. */
export const placeInput = z
  .string()
  .regex(/^(?:US-)?[A-Z]{2}$/, 'must be EU, a state like US-CA, or a country’s code like FR')
  .refine(isPlace, 'is no state of the US, and no country of ISO 3166-1');

/** What `placeInput` lets through, or `unsaid`. */
export type Place = string;

export const placeName = (place: Place): string => NAMES.get(place) ?? 'a place that you did not say';
