/** The sweep: rows and columns that have ended, and what a law keeps of them. */
import { eq } from 'drizzle-orm';
import { findEntry } from '../../../src/store/ledger/record-entries.ts';
import { recordEntry } from '../../../src/store/ledger/schema.ts';
import { sweep } from '../../../src/store/retention/sweep.ts';
import { newId } from '../../erasure/stage.ts';
import { addVisit, DAY_MS } from '../../retention/scene.ts';
import * as fixture from '../../store/fixture-map.ts';
import type { Action } from '../actions.ts';
import { retainedRows, stateOf } from '../look.ts';
import { invoice, type Running } from '../stage.ts';

/** A visit that has ended, one whose address has, and two invoices that only the law keeps. */
const ENDED = 4;
const INVOICES = 2;

/** Rows that went, by what the record says of it. */
async function enteredRows(at: Running): Promise<number> {
  const { db, vault } = at.store;
  const rows = await db.select().from(recordEntry).where(eq(recordEntry.kind, 'retention'));
  const found = await Promise.all(rows.map(({ id }) => findEntry(db, vault, id)));
  return found.reduce(
    (sum, entry) => sum + Number((entry?.opening.content as { rows?: number } | undefined)?.rows ?? 0),
    0,
  );
}

export const retention: Readonly<Record<string, Action>> = {
  sweep: {
    prepare: async (at, { person, account }) => {
      const now = Date.now();
      const before = { entered: String(await enteredRows(at)), retained: String(await retainedRows(at)) };
      const old = await addVisit(at.store, person, { at: now - 31 * DAY_MS });
      const aged = await addVisit(at.store, person, { at: now - 8 * DAY_MS });
      for (let n = 0; n < INVOICES; n += 1) {
        const row = { id: newId(), account, amount: n, at: new Date(now - 11 * DAY_MS), code: null };
        await at.store.db.insert(invoice).values(row);
      }
      return { ...before, old, aged };
    },
    act: (at) => sweep(at.store),
    resume: (at) => sweep(at.store),
    outcome: async (at, { account }, given) => {
      const { db } = at.store;
      const old = await db
        .select()
        .from(fixture.visit)
        .where(eq(fixture.visit.id, given.old as string));
      const [aged] = await db
        .select()
        .from(fixture.visit)
        .where(eq(fixture.visit.id, given.aged as string));
      const left = await db.select().from(invoice).where(eq(invoice.account, account));
      const apart = (await retainedRows(at)) - Number(given.retained);
      const entered = (await enteredRows(at)) - Number(given.entered);
      return stateOf([old.length, aged?.address ?? null, left.length, apart, entered], {
        with: [0, null, 0, INVOICES, ENDED],
      });
    },
  },
};
