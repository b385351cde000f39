/**
 * The categories of personal information that we hold, as the policy shows them: derived from the data map (CPPA-2), but
 * for money where use has no price.
 */
import type { BillingMode } from '../link/words.ts';
import { type DescribedColumn, describeMap } from '../store/map/describe.ts';
import type { MapEntry } from '../store/map/table.ts';
import {
  DATA_CLASSES,
  type DataClass,
  PURPOSES,
  type Purpose,
  SOURCES,
  type Source,
} from '../store/map/words.ts';
import { isMoney } from './money-columns.ts';

export interface DataMapCategory {
  readonly class: DataClass;
  readonly title: string;
  /** What we hold of it, in words. */
  readonly items: readonly string[];
  readonly purposes: readonly string[];
  readonly sources: readonly string[];
  /** Until when, each rule once. */
  readonly retention: readonly string[];
  /** Whether each item of it is sealed under the person's key. */
  readonly sealed: boolean;
}

export function categoriesOf(map: readonly MapEntry[], billing: BillingMode): readonly DataMapCategory[] {
  const columns = describeMap(map).flatMap((table) =>
    table.columns
      .flatMap((column) => columnUnder(billing, column))
      .map((column) => ({ ...column, retention: [column.retention, table.retention] as const })),
  );
  return (Object.keys(DATA_CLASSES) as DataClass[]).flatMap((name) => {
    const of = columns.filter((column) => column.class === name);
    if (of.length === 0) return [];
    const until = ({ retention: [own, row] }: (typeof of)[number]) => (own === 'as its row' ? row : own);
    return [
      {
        class: name,
        title: DATA_CLASSES[name],
        items: distinct(of.flatMap(({ label }) => label ?? [])),
        purposes: distinct(of.flatMap(({ purposes }) => purposes.map((each) => PURPOSES[each as Purpose]))),
        sources: distinct(of.flatMap(({ source }) => (source === null ? [] : SOURCES[source as Source]))),
        retention: distinct(of.map(until)),
        sealed: of.every(({ stored }) => stored === 'sealed'),
      },
    ];
  });
}

/** Every column of a table of the map that is filled, with what it is in words. */
export function fieldsOf(
  entry: MapEntry,
  billing: BillingMode,
): readonly { readonly column: string; readonly label: string }[] {
  return (describeMap([entry])[0]?.columns ?? [])
    .flatMap((column) => columnUnder(billing, column))
    .map(({ column, label, because }) => ({ column, label: label ?? because ?? '' }));
}

function columnUnder(billing: BillingMode, described: DescribedColumn): DescribedColumn[] {
  if (billing !== 'off') return [described];
  if (isMoney(described.column, described.class)) return [];
  return [{ ...described, purposes: described.purposes.filter((purpose) => purpose !== 'billing') }];
}

const distinct = (words: readonly string[]): readonly string[] => [...new Set(words)];
