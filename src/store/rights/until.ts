/** Until when a value stays, as the map's retention says: what the access page shows beside it. */
import type { Retention } from '../map/facts.ts';
import type { Row } from '../map/rows.ts';
import type { MapEntry } from '../map/table.ts';
import { LAWS } from '../map/words.ts';

const DAY_MS = 86_400_000;

export type Until =
  /** Ends with the erasure of its subject. */
  | { readonly kind: 'while subject' }
  /** At a moment, ms since 1970. */
  | { readonly kind: 'at'; readonly at: number }
  /** So many days after something that has not happened yet. */
  | { readonly kind: 'days after'; readonly days: number; readonly event: string }
  | { readonly kind: 'with instance' };

/** The law that keeps a value beyond the erasure, and until when it does, ms since 1970. */
export interface KeptByLaw {
  readonly title: string;
  readonly source: string;
  readonly until: number;
}

function untilBy(retention: Retention, row: Row): Until {
  if (retention.kind !== 'days after') return retention;
  const { days, event, or } = retention;
  const from = row[event] ?? (or === undefined ? null : row[or]);
  return from instanceof Date
    ? { kind: 'at', at: from.getTime() + days * DAY_MS }
    : { kind: 'days after', days, event };
}

/** The earlier of the row's end and the column's own. */
export function untilOf(entry: MapEntry, key: string, row: Row): Until {
  const ofRow = untilBy(entry.retention, row);
  const facts = entry.columns[key]?.facts;
  if (facts === undefined || facts.class === 'none' || !('retention' in facts) || !facts.retention)
    return ofRow;
  const own = untilBy(facts.retention, row);
  if (own.kind === 'at' && ofRow.kind === 'at') return own.at <= ofRow.at ? own : ofRow;
  return own.kind === 'while subject' ? ofRow : own;
}

/** Null for what goes with its subject. */
export function keptByLaw(entry: MapEntry, key: string, row: Row): KeptByLaw | null {
  const facts = entry.columns[key]?.facts;
  if (facts === undefined || facts.class === 'none' || !('erase' in facts)) return null;
  if (facts.erase !== 'keep minimised until' || entry.law === null) return null;
  const since = row[entry.law.since];
  const law = LAWS[entry.law.keeps];
  if (!(since instanceof Date)) return null;
  return { title: law.title, source: law.source, until: since.getTime() + law.days * DAY_MS };
}
