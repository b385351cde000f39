/** A backup with its entry in the record, for the operator and for the schedule. */
import { type BackupSource, writeBackup } from '../../store/backup/backup.ts';
import type { Checked } from '../../store/backup/check-items.ts';
import { backUp, type Schedule } from '../../store/backup/schedule.ts';
import type { Store } from '../../store/store.ts';

export interface Backups {
  readonly source: BackupSource;
  readonly store: Store;
  readonly schedule: Schedule;
}

/** Where the operator says; what becomes of the copy of the keys is theirs to attest. */
export async function makeBackup(
  { source, store }: Backups,
  file: string,
  signal: AbortSignal,
): Promise<Checked> {
  return writeBackup(source, file, {
    signal,
    onVerified: (checked) => enterBackup(store, checked, 'operator'),
  });
}

/** In the schedule's folder, where copies of keys end by themselves. */
export async function makeScheduled(
  { source, store, schedule }: Backups,
  signal?: AbortSignal,
): Promise<Checked> {
  return backUp(source, schedule, {
    ...(signal && { signal }),
    onVerified: (checked) => enterBackup(store, checked, 'system'),
  });
}

/** Before the files get their names where that can be: a backup without its entry is none. */
export async function enterBackup(
  store: Store,
  { header, totals }: Checked,
  role: 'operator' | 'system',
): Promise<void> {
  const content = {
    backup: header.id,
    of: new Date(header.createdAt).toISOString(),
    rows: totals.tables.reduce((sum, { rows }) => sum + rows, 0),
    keysEnd: role === 'system' ? 'enforced' : 'attested',
  };
  await store.record.act((_tx, enterIt) => enterIt({ kind: 'backup', role, about: null, content }));
}
