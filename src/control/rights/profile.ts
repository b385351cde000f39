/**
 * Everything that is held about a person, as they see it themselves (ACCESS-1; GDPR Art. 15): straight from the data
 * map, so that no table can be forgotten. Words of the map's lists are turned into sentences here, figures by the page.
 */
import type { PgTable } from 'drizzle-orm/pg-core';
import type { BillingMode } from '../../link/words.ts';
import { recordEntry } from '../../store/ledger/schema.ts';
import type { Retention } from '../../store/map/facts.ts';
import { entryOf, type MapEntry } from '../../store/map/table.ts';
import { DATA_CLASSES, PURPOSES, SOURCES } from '../../store/map/words.ts';
import { accessTable, type Item, type Section } from '../../store/rights/access.ts';
import { readItemName } from '../../store/rights/item-name.ts';
import { isRestricted } from '../../store/rights/restrict.ts';
import { shownBy, tells, type Viewer } from '../../store/rights/show.ts';
import type { Until } from '../../store/rights/until.ts';
import type { Store } from '../../store/store.ts';
import { membership, person as personTable } from '../accounts/schema.ts';
import { apiKey } from '../keys/schema.ts';
import { membershipInvitation } from '../members/schema.ts';
import { passkey, session, signInMethod, twoFactor } from '../sign-in/schema.ts';
import { sectionUnder } from './held-money.ts';

/** Rows of each table on the profile; a table's own page has more. */
const ROWS_AT_A_GLANCE = 3;
const ROWS_OF_A_PAGE = 20;
const DOLLARS = /_microusd$/;

export type ProfileValue =
  | { readonly kind: 'text'; readonly text: string }
  /** ISO 8601. */
  | { readonly kind: 'moment'; readonly at: string }
  | { readonly kind: 'dollars'; readonly amount: number }
  | { readonly kind: 'nothing' }
  /** Not shown, with the reason. */
  | { readonly kind: 'hidden'; readonly why: string };

export interface ProfileItem {
  /** Names it for a correction. */
  readonly name: string;
  readonly label: string;
  /** A random id, which says nothing but itself. */
  readonly isId: boolean;
  readonly value: ProfileValue;
  /** What kind of data it is, why we hold it, where it comes from, until when: in plain words. */
  readonly class: string;
  readonly purposes: readonly string[];
  readonly source: string;
  readonly until: string;
  /** Set: a law keeps it beyond the account. */
  readonly law: { readonly title: string; readonly source: string; readonly until: string } | null;
  readonly correctable: boolean;
}

export interface ProfileSection {
  readonly table: string;
  readonly about: string;
  readonly count: number;
  readonly countIsFloor: boolean;
  readonly rows: readonly (readonly ProfileItem[])[];
  /** The page where it is changed or ended, where there is one. */
  readonly changedAt: string | null;
  /** Names the next page of rows; null at the end. */
  readonly next: string | null;
}

export interface NotShown {
  readonly about: string;
  readonly label: string;
  readonly why: string;
}

export interface Profile {
  readonly sections: readonly ProfileSection[];
  readonly restricted: boolean;
  /** What is shown to nobody on such a page, whether or not there is any of it. */
  readonly notShown: readonly NotShown[];
}

/** Where people change what is not corrected by typing. */
const CHANGED_AT = new Map<PgTable, string>([
  ...[signInMethod, session, passkey, twoFactor].map((table) => [table, '/console/security'] as const),
  ...[apiKey, membership, membershipInvitation].map((table) => [table, '/console'] as const),
]);

const ofMap = (store: Store): MapEntry[] =>
  // The record's acts have a part of the page of their own, with their receipts.
  store.map.filter((entry) => tells(entry, 'access') && entry.table !== recordEntry);

/** Throws `Refused` (`erased`). */
export async function profileOf(store: Store, viewer: Viewer, billing: BillingMode): Promise<Profile> {
  const sections: ProfileSection[] = [];
  for (const entry of ofMap(store)) {
    const section = await accessTable(store, viewer, entry, { limit: ROWS_AT_A_GLANCE });
    if (section !== null && section.count > 0)
      sections.push(shown(entry, sectionUnder(billing, entry, section)));
  }
  return {
    sections,
    restricted: await isRestricted(store.db, { kind: 'person', id: viewer.person }),
    notShown: notShown(store),
  };
}

/** One table, from the row after `after`; null where it has none of that name or shows nothing. */
export async function profileTable(
  store: Store,
  viewer: Viewer,
  {
    table,
    after,
    billing,
  }: { readonly table: string; readonly after: string | null; readonly billing: BillingMode },
): Promise<ProfileSection | null> {
  const entry = ofMap(store).find(({ name }) => name === table);
  if (entry === undefined) return null;
  const key = after === null ? undefined : readItemName(store.map, after)?.key;
  if (after !== null && (key === undefined || !after.startsWith(`${table}/`))) return null;
  const section = await accessTable(store, viewer, entry, {
    limit: ROWS_OF_A_PAGE,
    ...(key !== undefined && { after: key }),
  });
  return section === null || section.count === 0 ? null : shown(entry, sectionUnder(billing, entry, section));
}

function shown(entry: MapEntry, section: Section): ProfileSection {
  const last = section.rows.at(-1)?.items[0]?.name ?? null;
  return {
    table: section.table,
    about: section.about,
    count: section.count,
    countIsFloor: section.countIsFloor,
    rows: section.rows.map(({ items }) => items.map((item) => itemShown(entry, item))),
    changedAt: CHANGED_AT.get(entry.table) ?? null,
    next: section.next === null ? null : last,
  };
}

function itemShown(entry: MapEntry, item: Item): ProfileItem {
  const { keptByLaw } = item;
  return {
    name: item.name,
    label: item.label,
    isId: item.class === 'user.unique_id',
    value: valueShown(item),
    class: DATA_CLASSES[item.class],
    purposes: item.purposes.map((purpose) => PURPOSES[purpose]),
    source: SOURCES[item.source],
    until: untilShown(entry, item.until),
    law:
      keptByLaw === null
        ? null
        : {
            title: keptByLaw.title,
            source: keptByLaw.source,
            until: new Date(keptByLaw.until).toISOString(),
          },
    // The address is changed by a link to the new one, so that it is known to reach them.
    correctable: item.may.correct === 'yes' && !isAddress(entry, item.column),
  };
}

/** Whether it is what people are found by: it is never corrected by typing alone. */
export const isAddress = (entry: Pick<MapEntry, 'table'>, column: string): boolean =>
  entry.table === personTable && column === ('email' satisfies keyof typeof personTable.$inferSelect);

function valueShown({ name, value }: Item): ProfileValue {
  if (value.kind === 'unreadable') return { kind: 'hidden', why: 'it is damaged and cannot be read' };
  if (value.kind === 'another person') return { kind: 'hidden', why: 'it names somebody else' };
  if (value.kind === 'withheld') return { kind: 'hidden', why: value.why };
  const plain = value.kind === 'sealed' ? value.value.reveal() : value.value;
  if (plain === null || plain === '') return { kind: 'nothing' };
  if (typeof plain === 'boolean') return { kind: 'text', text: plain ? 'yes' : 'no' };
  if (typeof plain === 'number' && DOLLARS.test(name)) return { kind: 'dollars', amount: plain / 1_000_000 };
  const text = typeof plain === 'object' ? plain.join(', ') : String(plain);
  const isMoment = value.kind === 'plain' && /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(text);
  return isMoment ? { kind: 'moment', at: text } : { kind: 'text', text };
}

function untilShown(entry: MapEntry, until: Until): string {
  if (until.kind === 'at') return `until ${new Date(until.at).toISOString().slice(0, 10)}`;
  if (until.kind === 'while subject') return 'as long as the account';
  if (until.kind === 'with instance') return 'as long as this service';
  const facts = entry.columns[until.event]?.facts;
  const event = facts !== undefined && 'label' in facts ? `“${facts.label}”` : openOf(entry.retention);
  return until.days === 0 ? `until ${event}` : `until ${until.days} days after ${event}`;
}

const openOf = (retention: Retention): string =>
  retention.kind === 'days after' && retention.open !== undefined
    ? `this ends: ${retention.open}`
    : 'its end';

const notShown = (store: Store): NotShown[] =>
  store.map
    .filter(({ table, subject }) => subject.kind !== 'nobody' && table !== entryOf(recordEntry).table)
    .flatMap((entry) => {
      const hidden = Object.values(entry.columns).flatMap(({ facts }) => {
        const why = shownBy(facts, 'access');
        return why === null || !('label' in facts) ? [] : [{ about: entry.about, label: facts.label, why }];
      });
      return tells(entry, 'access')
        ? hidden
        : hidden.slice(0, 1).map(({ about, why }) => ({ about, label: 'All of it', why }));
    });
