/**
 * Money among what is held about somebody. Where use has no price it is shown as far as earlier modes of billing left
 * some, for the right of access outranks the mode (ACCESS-1; GDPR Art. 15); what was never filled is left out.
 */
import type { BillingMode } from '../../link/words.ts';
import { sqlName } from '../../store/map/rows.ts';
import type { MapEntry } from '../../store/map/table.ts';
import type { Item, Section } from '../../store/rights/access.ts';
import { isMoney } from '../money-columns.ts';

/** The section as it is shown under this mode. */
export function sectionUnder(billing: BillingMode, entry: MapEntry, section: Section): Section {
  if (billing !== 'off') return section;
  const rows = section.rows.map(({ items, ...row }) => ({
    ...row,
    items: items.flatMap((item) => itemWithoutPrice(entry, item)),
  }));
  return { ...section, rows };
}

function itemWithoutPrice(entry: MapEntry, item: Item): Item[] {
  if (!isMoney(sqlName(entry, item.column), item.class))
    return [{ ...item, purposes: item.purposes.filter((purpose) => purpose !== 'billing') }];
  return isFilled(item) ? [item] : [];
}

const isFilled = ({ value }: Item): boolean => value.kind !== 'plain' || Boolean(value.value);
