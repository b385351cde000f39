/**
 * A confirmed list is taken over, person by person, each in a transaction with its entry in the record and the letter that
 * tells them (GDPR Art. 14). Killed anywhere, it begins anew: whoever is there already is not taken twice.
 */
import { and, eq } from 'drizzle-orm';
import { type Id, newId } from '../../link/ids.ts';
import { sealRow } from '../../store/sealed-rows.ts';
import type { RecordEntry, Tx } from '../../store/store.ts';
import { createReader } from '../accounts/index.ts';
import { person } from '../accounts/schema.ts';
import { dropIntakeKey } from '../intake.ts';
import { Problem } from '../problem.ts';
import { lockPerson } from '../requests/index.ts';
import { type Contact, checkRows, columnsShape } from './check-rows.ts';
import { listContent } from './content.ts';
import { GROUND_WORDS, IMPORTED_DAYS, type RowRefusal } from './kinds.ts';
import type { ImportParts } from './parts.ts';
import { readList } from './read-file.ts';
import { importedContact, type PartnerImportRow, partnerImport } from './schema.ts';

const DAY_MS = 86_400_000;
/** After so many rows it looks whether somebody stopped it, and says how far it is. */
const LOOK_EVERY = 10;

export async function takeOverDue(parts: ImportParts, signal: AbortSignal): Promise<void> {
  const due = await parts.erasing.services.db
    .select()
    .from(partnerImport)
    .where(eq(partnerImport.state, 'running'));
  for (const row of due) if (!signal.aborted) await takeOver(parts, row, signal);
}

async function takeOver(parts: ImportParts, of: PartnerImportRow, signal: AbortSignal): Promise<void> {
  const { services } = parts.erasing;
  const list = of.content === null ? null : listContent.open(services.vault, of.id, of.content);
  // Its key died before it could be taken over.
  if (list === null || of.columns === null) return stopped(parts, of.id);
  const columns = columnsShape.parse(JSON.parse(of.columns));
  const refused: Partial<Record<RowRefusal, number>> = {};
  let taken = 0;
  for await (const each of checkRows(parts, of, readList(list.text), columns)) {
    if (signal.aborted) return;
    if ('refused' in each) refused[each.refused] = (refused[each.refused] ?? 0) + 1;
    else if (await takeOne(parts, of, each.contact)) taken++;
    else refused.customer = (refused.customer ?? 0) + 1;
    if (each.row % LOOK_EVERY === 0 && !(await isRunning(parts, of.id, taken))) return;
  }
  await end(parts, of, taken, refused);
  parts.signIn.notices.wake();
}

async function stopped({ erasing: { services } }: ImportParts, id: Id): Promise<void> {
  const its = and(eq(partnerImport.id, id), eq(partnerImport.state, 'running'));
  await services.db.update(partnerImport).set({ state: 'stopped', content: null }).where(its);
}

/** False: somebody stopped it. */
async function isRunning({ erasing: { services } }: ImportParts, id: Id, taken: number): Promise<boolean> {
  const [row] = await services.db
    .update(partnerImport)
    .set({ taken })
    .where(eq(partnerImport.id, id))
    .returning({ state: partnerImport.state });
  return row?.state === 'running';
}

/** Its key dies, and with it the list: what is left are numbers. */
async function end(
  { erasing: { services, store } }: ImportParts,
  of: PartnerImportRow,
  taken: number,
  refused: Readonly<Partial<Record<RowRefusal, number>>>,
): Promise<void> {
  const until = new Date(store.now() + IMPORTED_DAYS * DAY_MS);
  await store.record.act(async (tx, enter) => {
    const rows = await tx
      .update(partnerImport)
      .set({ state: 'done', content: null, taken, refused: JSON.stringify(refused), until })
      .where(and(eq(partnerImport.id, of.id), eq(partnerImport.state, 'running')))
      .returning({ id: partnerImport.id });
    if (rows.length === 0) return;
    await enter({
      kind: 'import',
      role: 'system',
      about: null,
      content: { import: of.id, event: 'done', taken },
    });
  });
  await dropIntakeKey(services.keys, of.id);
}

/** False: they cannot be taken after all, as somebody signed up with the address meanwhile. */
async function takeOne(parts: ImportParts, of: PartnerImportRow, contact: Contact): Promise<boolean> {
  const { services } = parts.erasing;
  const { email, name } = contact;
  const whom = services.keys.lookup('email', email);
  try {
    if (whom !== null && (await addTo(parts, of, contact, whom))) return true;
    await createReader(services, {
      email,
      ...(name !== null && { name }),
      isShown: false,
      entry: entryOf(of),
      also: (tx, person) => write(parts, tx, of, contact, person),
    });
    return true;
  } catch (error) {
    if (error instanceof Problem) return false;
    throw error;
  }
}

/** Somebody without an account who is here already: where it came from is added. False: they are not here. */
async function addTo(parts: ImportParts, of: PartnerImportRow, contact: Contact, whom: Id): Promise<boolean> {
  const { store, services } = parts.erasing;
  const { db } = services;
  const its = and(eq(importedContact.person, whom), eq(importedContact.partner, of.partner));
  const [there] = await db.select({ id: importedContact.id }).from(importedContact).where(its);
  if (there !== undefined) return true;
  const [known] = await db.select({ id: person.id }).from(person).where(eq(person.id, whom));
  if (known === undefined) return false;
  await store.record.act(async (tx, enter) => {
    await lockPerson(tx, store, whom);
    await enter({ ...entryOf(of), about: { kind: 'person', id: whom } });
    await write(parts, tx, of, contact, whom);
  });
  return true;
}

async function write(
  { erasing, signIn }: ImportParts,
  tx: Tx,
  of: PartnerImportRow,
  { name, note }: Contact,
  whom: Id,
): Promise<void> {
  const { services, store } = erasing;
  const now = store.now();
  const row = {
    id: newId(),
    person: whom,
    import: of.id,
    partner: of.partner,
    receivedOn: of.receivedOn,
    ground: of.ground,
    items: ['e-mail address', ...(name === null ? [] : ['name']), ...(note === null ? [] : ['note'])].join(
      ', ',
    ),
    note,
    at: new Date(now),
    until: new Date(now + IMPORTED_DAYS * DAY_MS),
  };
  await tx.insert(importedContact).values(sealRow(services.vault, importedContact, row));
  await signIn.notices.send(tx, {
    template: 'import_told',
    person: whom,
    values: {
      partner: of.partner,
      on: of.receivedOn.toISOString().slice(0, 10),
      ground: GROUND_WORDS[of.ground],
      url: `${signIn.settings.siteUrl}/privacy/requests`,
    },
  });
}

const entryOf = (of: PartnerImportRow): Omit<RecordEntry, 'about'> => ({
  kind: 'import',
  role: 'system',
  content: {
    import: of.id,
    event: 'taken_over',
    ground: of.ground,
    received_on: of.receivedOn.toISOString().slice(0, 10),
  },
});
