/** What is written beside the database alone: the epoch's roll, and a backup. */
import { access, cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { keysFileOf, writeBackup } from '../../../src/store/backup/backup.ts';
import { stream } from '../../../src/store/backup/stream.ts';
import { verifyBackup } from '../../../src/store/backup/verify.ts';
import { importKeys } from '../../../src/store/keys/import.ts';
import { openKeyStore } from '../../../src/store/keys/open-key-store.ts';
import { newId } from '../../erasure/stage.ts';
import type { Action } from '../actions.ts';
import { stateOf } from '../look.ts';
import type { Running, Who } from '../stage.ts';

const keyOf = (at: Running, { person }: Who): string =>
  at.store.keys.key('person', person)?.toString('hex') ?? 'none';

/** Whether the slots as they were open under the epochs as they are: a thief's mixture, master key in hand. */
async function oldSlotsOpen(at: Running, { person }: Who, old: string): Promise<boolean> {
  const mixture = await mkdtemp(join(tmpdir(), 'kept-mixture-'));
  try {
    await cp(old, mixture, { recursive: true });
    await cp(join(at.folder, 'keys', 'epochs'), join(mixture, 'epochs'));
    const store = await openKeyStore(mixture, at.master);
    const opens = store.key('person', person) !== null;
    await store.close();
    return opens;
  } finally {
    await rm(mixture, { recursive: true });
  }
}

export const files: Readonly<Record<string, Action>> = {
  'roll the epoch': {
    prepare: async (at, who) => {
      const old = join(at.folder, `old-${newId()}`);
      await cp(join(at.folder, 'keys'), old, { recursive: true });
      return { old, key: keyOf(at, who) };
    },
    act: (at) => at.store.keys.rollEpoch(),
    resume: async ({ store }) => {
      if (store.keys.rolling) await store.keys.rollEpoch();
    },
    outcome: async (at, who, given) =>
      stateOf(
        [
          keyOf(at, who) === given.key,
          at.store.keys.rolling,
          at.store.keys.size().damaged,
          await oldSlotsOpen(at, who, given.old as string),
        ],
        { with: [true, false, 0, false], without: [true, false, 0, true] },
      ),
  },
  backup: {
    prepare: async (at) => ({ file: join(at.folder, `${newId()}.backup`) }),
    act: (at, _who, { file }) => {
      const ledger = { folder: join(at.folder, 'ledger'), erasures: 'erasures', record: 'record' };
      const source = { databaseUrl: at.url, keys: at.store.keys, ledger, now: Date.now };
      return writeBackup(source, file as string);
    },
    outcome: async (at, who, { file }) => {
      if (
        !(await access(file as string).then(
          () => true,
          () => false,
        ))
      )
        return 'without';
      await verifyBackup(file as string, at.store.keys);
      const place = await mkdtemp(join(tmpdir(), 'kept-imported-'));
      const folder = join(place, 'keys');
      await importKeys(folder, at.master, stream(keysFileOf(file as string)));
      const imported = await openKeyStore(folder, at.master);
      const key = imported.key('person', who.person)?.toString('hex');
      await imported.close();
      await rm(place, { recursive: true });
      return stateOf(key === keyOf(at, who), { with: true });
    },
  },
};
