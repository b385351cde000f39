/** What is sealed in the row of an export: it opens the archive for as long as its person's key lives. */
import type { Id } from '../../link/ids.ts';
import { entryOf } from '../../store/map/table.ts';
import { openValue, sealValue } from '../../store/sealed-rows.ts';
import type { Vault } from '../../store/sealing/vault.ts';
import { type ExportJob, exportJob } from './schema.ts';

export interface ArchiveSecret {
  /** 32 bytes. */
  readonly key: Buffer;
  /** Accounts whose data are in it: whoever owns one of them no longer does not get it. */
  readonly accounts: readonly Id[];
}

export const sealSecret = (vault: Vault, job: ExportJob, { key, accounts }: ArchiveSecret) =>
  sealValue(
    vault,
    entryOf(exportJob),
    job,
    'secret',
    JSON.stringify({ key: key.toString('base64'), accounts }),
  );

/** Null where there is none. Throws `KeyGone` or `Unreadable`. */
export function openSecret(vault: Vault, job: ExportJob): ArchiveSecret | null {
  const text = openValue(vault, exportJob, job, 'secret')?.reveal();
  if (text === undefined) return null;
  const { key, accounts } = JSON.parse(text) as { key: string; accounts: Id[] };
  return { key: Buffer.from(key, 'base64'), accounts };
}
