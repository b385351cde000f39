/**
 * Which rows of a list can be taken, and why not the others. Asked for the preview, and again for each when it is taken: who
 * opted out in between stays out.
 */
import { setImmediate as breathe } from 'node:timers/promises';
import { and, eq, ne } from 'drizzle-orm';
import { z } from 'zod';
import type { SuppressionPurpose } from '../../store/keys/kinds.ts';
import { emailInput, isReader, nameInput } from '../accounts/index.ts';
import { person } from '../accounts/schema.ts';
import { wantsOut } from '../consent/index.ts';
import { NOTE_CHARACTERS_MAX, type RowRefusal } from './kinds.ts';
import type { ImportParts } from './parts.ts';
import type { PartnerList } from './read-file.ts';
import { importedContact, type PartnerImportRow } from './schema.ts';

const BREATHS = 500;
/** Whoever asked for any of these does not want to be handed on. */
const STAY_OUT: readonly SuppressionPurpose[] = ['import', 'newsletter', 'marketing'];

/** Places of columns, from 0; null: there is none. */
export const columnsShape = z.strictObject({
  email: z.int().min(0),
  name: z.int().min(0).nullable(),
  note: z.int().min(0).nullable(),
});
export type Columns = z.output<typeof columnsShape>;

export interface Contact {
  readonly email: string;
  /** Null: the list says none. */
  readonly name: string | null;
  readonly note: string | null;
}

export type CheckedRow =
  | { readonly row: number; readonly contact: Contact }
  | { readonly row: number; readonly refused: RowRefusal };

const NAMED = z.union([z.literal(''), nameInput]);
const NOTED = z
  .string()
  .max(NOTE_CHARACTERS_MAX)
  .regex(/^[^\p{Cc}]*$/u);

/** What stands in a row, by itself. */
function contactIn(cells: readonly string[], { email, name, note }: Columns): Contact | RowRefusal {
  const cell = (at: number | null): string => (at === null ? '' : (cells[at] ?? ''));
  const address = emailInput.safeParse(cell(email));
  if (!address.success) return 'bad_address';
  const called = NAMED.safeParse(cell(name));
  if (!called.success) return 'bad_name';
  const noted = NOTED.safeParse(cell(note).replaceAll(/\s+/g, ' '));
  if (!noted.success) return 'bad_note';
  return { email: address.data, name: called.data || null, note: noted.data || null };
}

/** By row of the file, the heads being the first. */
export async function* checkRows(
  parts: ImportParts,
  { id, partner }: Pick<PartnerImportRow, 'id' | 'partner'>,
  { rows }: PartnerList,
  columns: Columns,
): AsyncGenerator<CheckedRow> {
  const seen = new Set<string>();
  for (const [at, cells] of rows.entries()) {
    if (at % BREATHS === 0) await breathe();
    const row = at + 2;
    const contact = contactIn(cells, columns);
    if (typeof contact === 'string') {
      yield { row, refused: contact };
      continue;
    }
    if (seen.has(contact.email)) {
      yield { row, refused: 'twice' };
      continue;
    }
    seen.add(contact.email);
    const refused = await refusalOf(parts, { id, partner }, contact.email);
    yield refused === null ? { row, contact } : { row, refused };
  }
}

/** Null: it can be taken, or was by this list. */
async function refusalOf(
  { erasing }: ImportParts,
  { id, partner }: Pick<PartnerImportRow, 'id' | 'partner'>,
  email: string,
): Promise<RowRefusal | null> {
  const { keys, db } = erasing.services;
  if (STAY_OUT.some((purpose) => keys.isSuppressed(email, purpose))) return 'out';
  const whom = keys.lookup('email', email);
  if (whom === null) return null;
  const [known] = await db.select({ id: person.id }).from(person).where(eq(person.id, whom));
  if (known === undefined) return null;
  if (!(await isReader(db, known.id))) return 'customer';
  if (await wantsOut(db, known.id)) return 'out';
  const before = and(
    eq(importedContact.person, known.id),
    eq(importedContact.partner, partner),
    ne(importedContact.import, id),
  );
  const named = await db.select({ id: importedContact.id }).from(importedContact).where(before).limit(1);
  return named.length > 0 ? 'known' : null;
}
