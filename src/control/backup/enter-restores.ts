/** Restores in the record: each is entered at the start that follows it, and that a new log was dealt with as well. */
import { sql } from 'drizzle-orm';
import { z } from 'zod';
import { changeRestore, openNewLogs, type RestoreNote, readRestores } from '../../store/ledger/restores.ts';
import { recordEntry } from '../../store/ledger/schema.ts';
import type { RecordEntry, Store } from '../../store/store.ts';
import { Problem } from '../problem.ts';

const REASON_CHARACTERS_MAX = 500;
export const dealtInput = z.strictObject({ reason: z.string() });

/** Enters those that are not in the record yet; returns how many. Killed anywhere, none is entered twice. */
export async function enterRestores(store: Store, ledgerFolder: string): Promise<number> {
  const missing = (await readRestores(ledgerFolder)).filter(({ entered }) => !entered);
  for (const note of missing) {
    if (!(await isEntered(store, note.id)))
      await store.record.act((_tx, enter) => enter(entryOf('operator', contentOf(note))));
    await changeRestore(ledgerFolder, note.id, { entered: true });
  }
  return missing.length;
}

/**
 * Says that staff have dealt with what the new logs may have lost; returns how many there were. Throws `Problem` 400
 * without a reason, 409 where there is none.
 */
export async function dealWithNewLogs(
  store: Store,
  ledgerFolder: string,
  reason: string,
): Promise<{ readonly dealt: number }> {
  const why = reason.trim();
  if (why === '' || why.length > REASON_CHARACTERS_MAX)
    throw new Problem(400, 'invalid_input', `reason: say how, in 1 to ${REASON_CHARACTERS_MAX} characters.`);
  const open = openNewLogs(await readRestores(ledgerFolder));
  if (open.length === 0)
    throw new Problem(409, 'nothing_to_deal_with', 'No new log of the record waits to be dealt with.');
  const restores = open.map(({ id }) => id);
  await store.record.act((_tx, enter) => enter(entryOf('operator', { dealtWith: restores, reason: why })));
  for (const id of restores) await changeRestore(ledgerFolder, id, { dealtAt: store.now() });
  return { dealt: restores.length };
}

/** About nobody: the act is the operator's. */
const entryOf = (role: string, content: RecordEntry['content']): RecordEntry => ({
  kind: 'restore',
  role,
  about: null,
  content,
});

/** Of a new log it names the last checkpoint known of the old one. */
const contentOf = ({ id, backup, at, of, ledger, oldLog }: RestoreNote): RecordEntry['content'] => ({
  restore: id,
  backup,
  at: new Date(at).toISOString(),
  of: new Date(of).toISOString(),
  ledger,
  newLogAfter: oldLog,
});

async function isEntered({ db }: Store, restore: string): Promise<boolean> {
  const found = await db
    .select({ id: recordEntry.id })
    .from(recordEntry)
    .where(
      sql`${recordEntry.kind} = 'restore' and (${recordEntry.open}::jsonb) -> 'content' ->> 'restore' = ${restore}`,
    )
    .limit(1);
  return found.length > 0;
}
