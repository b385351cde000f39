/** Lists of partners at the desk: handed in, their columns named, looked at, confirmed; stopped or thrown away. */
import { and, desc, eq, inArray } from 'drizzle-orm';
import { z } from 'zod';
import { type Id, isId } from '../../link/ids.ts';
import { demandStaff } from '../desk/index.ts';
import { idOnce } from '../form-once.ts';
import { checkInput } from '../input.ts';
import { dropIntakeKey } from '../intake.ts';
import { Problem } from '../problem.ts';
import type { Caller } from '../sign-in/index.ts';
import { type Columns, type Contact, checkRows, columnsShape } from './check-rows.ts';
import { listContent } from './content.ts';
import { GROUNDS, IMPORTED_DAYS, type RowRefusal, UNCONFIRMED_DAYS } from './kinds.ts';
import type { ImportParts } from './parts.ts';
import { readList, textOf } from './read-file.ts';
import { type PartnerImportRow, partnerImport } from './schema.ts';

const LISTED_MAX = 100;
const DAY_MS = 86_400_000;
/** Rows that are shown as they were read, and that are named as refused. */
const SAMPLE_ROWS = 3;
const REFUSED_SHOWN_MAX = 50;

const handedInInput = z.strictObject({
  partner: z
    .string()
    .trim()
    .min(1, 'say who handed it over')
    .max(120, 'at most 120 characters')
    .regex(/^\P{Cc}+$/u, 'must be one line'),
  receivedOn: z.iso.date('must be a day').transform((day) => new Date(`${day}T00:00:00Z`)),
  ground: z.enum(GROUNDS, 'choose one'),
});
const LABELS = { partner: 'Partner', receivedOn: 'Handed over on', ground: 'Legal ground' };
const place = z
  .string()
  .regex(/^\d{0,2}$/, 'choose a column')
  .default('')
  .transform((text) => (text === '' ? null : Number(text)));
const columnsInput = z.strictObject({
  email: place.refine((at) => at !== null, 'choose the column'),
  name: place,
  note: place,
});
const COLUMN_LABELS = { email: 'E-mail address', name: 'Name', note: 'Note' };
const sureInput = z.strictObject({
  sure: z.literal('yes', 'tick that the ground holds, and that you looked'),
});

export interface Preview {
  readonly taken: number;
  readonly refused: Readonly<Partial<Record<RowRefusal, number>>>;
  /** Some of them, by row of the file. */
  readonly refusedRows: readonly { readonly row: number; readonly why: RowRefusal }[];
  readonly sample: readonly Contact[];
}

export type ImportDesk = ReturnType<typeof forImportDesk>;

export function forImportDesk(parts: ImportParts, wake: () => void) {
  const { signIn, erasing } = parts;
  const { services, store } = erasing;
  const { db, vault, keys } = services;
  const demand = (caller: Caller, fresh = true) =>
    demandStaff(signIn, caller, 'imports', fresh ? { fresh } : undefined);
  const rowOf = async (id: string): Promise<PartnerImportRow> => {
    const [row] = isId(id) ? await db.select().from(partnerImport).where(eq(partnerImport.id, id)) : [];
    if (row === undefined) throw noSuchImport();
    return row;
  };
  const shown = (row: PartnerImportRow) => ({
    id: row.id,
    partner: row.partner,
    ground: row.ground,
    receivedOn: row.receivedOn.toISOString().slice(0, 10),
    state: row.state,
    rows: row.rows,
    taken: row.taken,
    refused: row.refused === null ? null : (JSON.parse(row.refused) as Preview['refused']),
    at: row.at.toISOString(),
    until: row.until.toISOString(),
  });
  const listOf = (row: PartnerImportRow) => {
    const said = row.content === null ? null : listContent.open(vault, row.id, row.content);
    if (said === null) throw noSuchImport();
    return readList(said.text);
  };
  /** From one state to another, or nothing. Throws `Problem` 409. */
  const move = async (
    row: PartnerImportRow,
    from: readonly PartnerImportRow['state'][],
    change: Partial<typeof partnerImport.$inferInsert>,
  ): Promise<void> => {
    const moved = await db
      .update(partnerImport)
      .set(change)
      .where(and(eq(partnerImport.id, row.id), inArray(partnerImport.state, [...from])))
      .returning({ id: partnerImport.id });
    if (moved.length === 0) throw notNow();
  };
  return {
    list: async (caller: Caller) => {
      await demand(caller, false);
      const rows = await db
        .select()
        .from(partnerImport)
        .orderBy(desc(partnerImport.at), desc(partnerImport.id))
        .limit(LISTED_MAX);
      return rows.map(shown);
    },
    /** Nothing is taken by that; `once` tells the same form sent twice. Throws `Problem` 400. */
    handIn: async (caller: Caller, form: unknown, file: Uint8Array, once?: string): Promise<Id> => {
      const { actor } = await demand(caller);
      const wish = checkInput(form, handedInInput, LABELS);
      if (wish.receivedOn.getTime() > store.now())
        throw new Problem(400, 'invalid_input', 'Handed over on: lies in the future.');
      const text = textOf(file);
      const { rows } = readList(text);
      const id = idOnce('import', actor.person, once);
      const at = new Date(store.now());
      const until = new Date(at.getTime() + UNCONFIRMED_DAYS * DAY_MS);
      const content = await listContent.seal(services, id, { text }, until.getTime());
      await db
        .insert(partnerImport)
        .values({ id, ...wish, state: 'uploaded', content, rows: rows.length, taken: 0, at, until })
        .onConflictDoNothing();
      return id;
    },
    /** With heads and first rows while columns are named, and what would be taken once they are. Throws `Problem` 404. */
    import: async (caller: Caller, id: string) => {
      await demand(caller);
      const row = await rowOf(id);
      const isOpen = row.state === 'uploaded' || row.state === 'ready';
      const list = isOpen ? listOf(row) : null;
      const columns = row.columns === null ? null : columnsShape.parse(JSON.parse(row.columns));
      return {
        ...shown(row),
        columns,
        heads: list?.heads ?? [],
        first: list?.rows.slice(0, SAMPLE_ROWS) ?? [],
        preview: list === null || columns === null ? null : await preview(row, list, columns),
      };
    },
    /** Throws `Problem` 400, 404 and 409. */
    nameColumns: async (caller: Caller, id: string, form: unknown): Promise<void> => {
      await demand(caller);
      const row = await rowOf(id);
      const named = checkInput(form, columnsInput, COLUMN_LABELS);
      if (row.state !== 'uploaded' && row.state !== 'ready') throw notNow();
      const { heads } = listOf(row);
      const used = [named.email, named.name, named.note].filter((at) => at !== null);
      if (new Set(used).size < used.length || used.some((at) => at >= heads.length))
        throw new Problem(400, 'invalid_input', 'Choose a column of the list for each, and none twice.');
      await move(row, ['uploaded', 'ready'], { state: 'ready', columns: JSON.stringify(named) });
    },
    /** It goes on by itself from there. Throws `Problem` 400, 404 and 409. */
    confirm: async (caller: Caller, id: string, form: unknown): Promise<void> => {
      const { actor } = await demand(caller);
      checkInput(form, sureInput, { sure: 'Confirm it' });
      const row = await rowOf(id);
      await store.record.act(async (tx, enter) => {
        const moved = await tx
          .update(partnerImport)
          .set({ state: 'running' })
          .where(and(eq(partnerImport.id, row.id), eq(partnerImport.state, 'ready')))
          .returning({ id: partnerImport.id });
        if (moved.length === 0) throw notNow();
        await enter({
          kind: 'import',
          role: actor.role,
          about: null,
          content: { import: row.id, event: 'confirmed', rows: row.rows, staff: actor.person },
        });
      });
      wake();
    },
    /** Not confirmed, it goes; being taken over, it stops where it is. Throws `Problem` 404 and 409. */
    cancel: async (caller: Caller, id: string): Promise<void> => {
      await demand(caller);
      const row = await rowOf(id);
      if (row.state === 'running') {
        const until = new Date(store.now() + IMPORTED_DAYS * DAY_MS);
        await move(row, ['running'], { state: 'stopped', content: null, until });
      } else {
        const gone = await db
          .delete(partnerImport)
          .where(and(eq(partnerImport.id, row.id), inArray(partnerImport.state, ['uploaded', 'ready'])))
          .returning({ id: partnerImport.id });
        if (gone.length === 0) throw notNow();
      }
      await dropIntakeKey(keys, row.id);
    },
  };

  async function preview(
    row: PartnerImportRow,
    list: ReturnType<typeof readList>,
    columns: Columns,
  ): Promise<Preview> {
    const refused: Partial<Record<RowRefusal, number>> = {};
    const refusedRows: Preview['refusedRows'][number][] = [];
    const sample: Contact[] = [];
    let taken = 0;
    for await (const each of checkRows(parts, row, list, columns)) {
      if ('refused' in each) {
        refused[each.refused] = (refused[each.refused] ?? 0) + 1;
        if (refusedRows.length < REFUSED_SHOWN_MAX) refusedRows.push({ row: each.row, why: each.refused });
        continue;
      }
      taken++;
      if (sample.length < SAMPLE_ROWS) sample.push(each.contact);
    }
    return { taken, refused, refusedRows, sample };
  }
}

const noSuchImport = (): Problem => new Problem(404, 'no_such_list', 'There is no such list, or it is gone.');
const notNow = (): Problem =>
  new Problem(409, 'not_now', 'It stands otherwise by now. Look at its page again.');
