/**
 * Everything that is held about a person, as the operator's command and the desk show it (GDPR Art. 15). It is a staff read: with a
 * reason, and in the record before anything is opened.
 */
import { z } from 'zod';
import type { MapEntry } from '../../store/map/table.ts';
import type { Item, Section } from '../../store/rights/access.ts';
import type { ShownValue } from '../../store/rights/show.ts';
import { accessForStaff, type StaffRead } from '../../store/rights/unseal.ts';
import type { Until } from '../../store/rights/until.ts';
import { accountsOwnedBy, findPerson } from '../accounts/index.ts';
import type { Erasing } from './erase-account.ts';
import { sectionUnder } from './held-money.ts';
import { refusals } from './refusals.ts';

/** Rows of one table that are shown at most; the export has all of them. */
const ROWS_MAX = 200;
export const showInput = z.strictObject({
  reason: z.string(),
  rows: z.int().min(1).max(ROWS_MAX).default(20),
});

/** `reference`: an e-mail address, or the id of an account with one owner. Throws `Problem` 400, 404 or 409. */
export async function showPerson(
  { services, store }: Erasing,
  reference: string,
  { reason, rows }: z.output<typeof showInput>,
  by: Pick<StaffRead, 'actor' | 'role'> = { actor: null, role: 'operator' },
) {
  const person = await findPerson(services, reference);
  const accounts = await accountsOwnedBy(services.db, person);
  const sections = await refusals(() =>
    accessForStaff(store, { ...by, reason }, { person, accounts }, { limit: rows }),
  );
  const entryOf = (section: Section) => store.map.find(({ name }) => name === section.table) as MapEntry;
  return {
    tables: sections.map((section) =>
      sectionShown(sectionUnder(services.billing, entryOf(section), section)),
    ),
  };
}

const sectionShown = ({ table, about, count, countIsFloor, rows }: Section) => ({
  table,
  about,
  rows: count,
  rows_or_more: countIsFloor,
  shown: rows.length,
  items: rows.flatMap((row) => row.items.map(itemShown)),
});

const itemShown = ({ name, label, value, keptByLaw, until, may, ...item }: Item) => ({
  item: name,
  label,
  ...valueShown(value),
  class: item.class,
  purposes: item.purposes,
  source: item.source,
  until: untilShown(until),
  kept_by_law: keptByLaw === null ? null : { ...keptByLaw, until: new Date(keptByLaw.until).toISOString() },
  may,
});

/** `shown` says whether `value` is the value, and if not, why not. */
function valueShown(value: ShownValue) {
  switch (value.kind) {
    case 'sealed':
      return { value: value.value.reveal(), shown: 'yes' };
    case 'plain':
      return { value: value.value, shown: 'yes' };
    case 'unreadable':
      return { value: null, shown: 'unreadable' };
    case 'another person':
      return { value: null, shown: 'another person' };
    case 'withheld':
      return { value: null, shown: `withheld: ${value.why}` };
  }
}

const untilShown = (until: Until): string => {
  if (until.kind === 'at') return new Date(until.at).toISOString();
  if (until.kind === 'days after') return `${until.days} days after ${until.event}`;
  return until.kind === 'while subject' ? 'the erasure' : 'the end of the instance';
};
