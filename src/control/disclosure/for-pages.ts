/** What people see of disclosures of their data, and how they object; all of it is what may be told. */
import { desc, eq } from 'drizzle-orm';
import { readValue } from '../../store/sealed-rows.ts';
import { type Caller, demandSignedIn } from '../sign-in/index.ts';
import { objectTo } from './object.ts';
import type { DisclosureParts } from './parts.ts';
import { rangeInWords } from './readme.ts';
import { disclosure } from './schema.ts';
import { CATEGORIES, KIND_WORDS } from './words.ts';

export function forDisclosurePages(parts: DisclosureParts, wake: () => void) {
  const { signIn, erasing } = parts;
  const { store } = erasing;
  return {
    /** The newest first (45 CFR 164.528). */
    mine: async (caller: Caller) => {
      const { who } = await demandSignedIn(signIn, caller);
      const rows = await store.db
        .select()
        .from(disclosure)
        .where(eq(disclosure.person, who.person))
        .orderBy(desc(disclosure.at), desc(disclosure.id));
      const now = store.now();
      return rows.map((row) => ({
        id: row.id,
        state: row.state,
        ground: KIND_WORDS[row.kind],
        recipient: readValue(store.vault, disclosure, row, 'recipient'),
        purpose: readValue(store.vault, disclosure, row, 'purpose'),
        categories: row.categories.map((each) => CATEGORIES[each]),
        range: rangeInWords(row),
        at: row.at.toISOString(),
        discloseAt: row.discloseAt?.toISOString() ?? null,
        objection: readValue(store.vault, disclosure, row, 'objection'),
        mayObject:
          row.state === 'announced' && row.objectedAt === null && (row.discloseAt?.getTime() ?? 0) > now,
      }));
    },
    /** Throws `Problem` 400, 404 and 409. */
    object: async (caller: Caller, form: Readonly<Record<string, string>>): Promise<void> => {
      const { who } = await demandSignedIn(signIn, caller);
      await objectTo(parts, who.person, form);
      wake();
    },
  };
}
