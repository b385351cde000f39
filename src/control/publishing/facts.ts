/**
 * What the system does with data on a day, as far as a change of it is a change of the policy, whatever its text says:
 * categories with their purposes, how long rows are kept, and who else processes. Pure.
 */
import { describeMap } from '../../store/map/describe.ts';
import type { MapEntry } from '../../store/map/table.ts';
import { DATA_CLASSES, type DataClass, PURPOSES, type Purpose } from '../../store/map/words.ts';
import type { Recipient } from '../processors/index.ts';

export interface SystemFacts {
  /** Purposes by category. */
  readonly categories: Readonly<Record<string, readonly string[]>>;
  /** Days after its event that a table's rows are kept; null: without an end of their own. Tables about people only. */
  readonly retention: Readonly<Record<string, number | null>>;
  /** Who processes for the operator, the operator's own systems included. */
  readonly processors: readonly Processor[];
}

interface Processor {
  readonly id: string;
  readonly name: string | null;
  readonly region: string | null;
  readonly own: boolean;
}

/** A change that is always significant: nobody can say that it is not. */
export interface SystemChange {
  readonly kind: 'category' | 'purpose' | 'retention' | 'processor' | 'region';
  /** A sentence for everybody. */
  readonly what: string;
}

export function factsOf(map: readonly MapEntry[], recipients: readonly Recipient[]): SystemFacts {
  const categories: Record<string, Set<string>> = {};
  for (const { columns } of describeMap(map))
    for (const column of columns.filter((each) => each.class !== 'none')) {
      const of = categories[column.class] ?? new Set();
      for (const purpose of column.purposes) of.add(purpose);
      categories[column.class] = of;
    }
  return {
    categories: Object.fromEntries(
      Object.entries(categories)
        .map(([name, purposes]) => [name, [...purposes].sort()] as const)
        .sort(([one], [other]) => one.localeCompare(other)),
    ),
    retention: Object.fromEntries(
      map
        .filter(({ subject }) => subject.kind !== 'nobody')
        .map(({ name, retention }) => [name, retention.kind === 'days after' ? retention.days : null]),
    ),
    processors: recipients
      .filter(({ role }) => role === 'processor')
      .map(({ id, name, region, own }) => ({ id, name, region, own })),
  };
}

/** What is new or longer; what is gone or shorter takes nothing from anybody. */
export function systemChanges(before: SystemFacts, after: SystemFacts): readonly SystemChange[] {
  return [
    ...categoryChanges(before, after),
    ...retentionChanges(before, after),
    ...processorChanges(before, after),
  ];
}

function categoryChanges(before: SystemFacts, after: SystemFacts): SystemChange[] {
  return Object.entries(after.categories).flatMap(([name, purposes]): SystemChange[] => {
    const title = DATA_CLASSES[name as DataClass];
    const known = before.categories[name];
    if (known === undefined)
      return [{ kind: 'category' as const, what: `A category of data that was not collected: ${title}.` }];
    return purposes
      .filter((purpose) => !known.includes(purpose))
      .map((purpose) => ({
        kind: 'purpose' as const,
        what: `A new purpose of ${title}: ${PURPOSES[purpose as Purpose]}.`,
      }));
  });
}

function retentionChanges(before: SystemFacts, after: SystemFacts): SystemChange[] {
  return Object.entries(after.retention).flatMap(([table, days]) => {
    const known = before.retention[table];
    if (known === undefined || known === null) return [];
    if (days !== null && days <= known) return [];
    const until = days === null ? 'without an end of their own' : `${days} days`;
    return [
      { kind: 'retention' as const, what: `Rows of ${table} are kept ${until}; it was ${known} days.` },
    ];
  });
}

function processorChanges(before: SystemFacts, after: SystemFacts): SystemChange[] {
  const nameOf = ({ own, name, id }: Processor) => (own ? 'our own systems' : (name ?? id));
  const names = new Set(before.processors.map(nameOf));
  const regions = new Set(before.processors.map(({ region }) => region));
  return after.processors.flatMap((each): SystemChange[] => {
    if (!each.own && !names.has(nameOf(each)))
      return [
        {
          kind: 'processor',
          what: `A new processor: ${nameOf(each)}${each.region === null ? '' : `, in ${each.region}`}.`,
        },
      ];
    return each.region === null || regions.has(each.region)
      ? []
      : [{ kind: 'region', what: `A region where nothing was processed before: ${each.region}.` }];
  });
}
