/**
 * Puts the choice ledger into the rows: in the transaction of a restore, and at each start before anything is read,
 * where a kill came between a line and its commit or the database was taken back by other means.
 */
import type { AlsoReplay } from '../../store/backup/restore.ts';
import type { Db } from '../../store/database.ts';
import { type Choice, ChoiceLedger } from '../../store/ledger/choice-ledger.ts';
import { markChoices, readChoiceMark } from '../../store/ledger/choice-mark.ts';
import { realDisk } from '../../store/ledger/disk.ts';
import type { SubjectName } from '../../store/map/rows.ts';
import type { MapEntry } from '../../store/map/table.ts';
import { replayRestrictions } from '../../store/rights/replay-restrictions.ts';
import type { RecordEntry, Store, Tx } from '../../store/store.ts';
import { type Replayed, replayWithdrawals, type Withdrawal } from './replay-withdrawals.ts';

const BATCH_LINES = 500;

/**
 * What a restore is handed: the ledger that is here learns what the backup's knows, and the rows are brought to all of
 * it and marked so. May be repeated.
 */
export const replayChoicesInto =
  (map: readonly MapEntry[]): AlsoReplay =>
  async (db, { here, inBackup }) => {
    const choices = await ChoiceLedger.in(here, realDisk);
    await choices.merge(await ChoiceLedger.in(inBackup, realDisk));
    for (const lines of batchesOf(choices.lines)) await bringUp(db, map, choices, lines);
    await markChoices(db, choices);
  };

/**
 * What the mark in the database says that it has not seen; nothing where it has seen all. Each change is an act with
 * its entry. Returns how many people and accounts it changed something for.
 */
export async function replayChoices(store: Store): Promise<number> {
  const { choices, db, map, record } = store;
  const unseen = choices.linesAfter(await readChoiceMark(db));
  if (unseen.length === 0) return 0;
  const changed = new Set<string>();
  // Whoever is erased, or about to be erased again, gets no new row and no entry.
  const alive = unseen.filter((line) => isAlive(line, store));
  for (const lines of batchesOf(alive)) {
    await record.act(async (tx, enter) => {
      const { withdrawn, placed, lifted } = await bringUp(tx, map, choices, lines);
      const entries = [
        ...withdrawn.map(withdrawalEntry),
        ...placed.map((person) => restrictionEntry(person, 'placed')),
        ...lifted.map((person) => restrictionEntry(person, 'lifted')),
      ];
      for (const entry of entries) {
        changed.add((entry.about as SubjectName).id);
        await enter(entry);
      }
    });
  }
  await markChoices(db, choices);
  return changed.size;
}

async function bringUp(
  db: Db | Tx,
  map: readonly MapEntry[],
  choices: ChoiceLedger,
  lines: readonly Choice[],
): Promise<{ withdrawn: readonly Replayed[]; placed: readonly string[]; lifted: readonly string[] }> {
  const withdrawals = lines.filter((line): line is Withdrawal => line.act === 'withdrawn');
  const people = lines.flatMap((line) =>
    line.act === 'restricted' || line.act === 'lifted' ? [line.person] : [],
  );
  return {
    withdrawn: await replayWithdrawals(db, withdrawals),
    ...(await replayRestrictions(db, map, choices, [...new Set(people)])),
  };
}

function isAlive(line: Choice, { keys }: Store): boolean {
  if ('subject' in line) return keys.has(line.subject.kind, line.subject.id);
  return keys.has('person', line.person);
}

const withdrawalEntry = ({ id, subject, purpose }: Replayed): RecordEntry => ({
  kind: 'consent_withdrawn',
  role: 'system',
  about: subject,
  content: { state: 'withdrawn', consents: [id], purpose, way: 'ledger' },
});

const restrictionEntry = (person: string, state: 'placed' | 'lifted'): RecordEntry => ({
  kind: 'restriction',
  role: 'system',
  about: { kind: 'person', id: person },
  content: { person, state, way: 'ledger' },
});

function* batchesOf(lines: readonly Choice[]): Generator<readonly Choice[]> {
  for (let at = 0; at < lines.length; at += BATCH_LINES) yield lines.slice(at, at + BATCH_LINES);
}
