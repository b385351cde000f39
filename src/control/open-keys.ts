/** Opens the key store with the master key, or says which key is wanted; nothing is touched before. */
import { mkdir } from 'node:fs/promises';
import type { Db } from '../store/database.ts';
import { KeyError, MissingMasterKey, WrongMasterKey } from '../store/keys/errors.ts';
import type { KeyStore } from '../store/keys/key-store.ts';
import { readMasterKey } from '../store/keys/master-key.ts';
import { openKeyStore } from '../store/keys/open-key-store.ts';
import { person } from './accounts/schema.ts';
import type { ControlSettings } from './settings.ts';
import { StartFailure } from './start-failure.ts';

const FOLDER_MODE = 0o700;

type Source = Pick<ControlSettings, 'keysFolder' | 'masterKey' | 'masterKeyCommand'>;

/**
 * Throws `StartFailure`. A key store is made where neither it nor anybody whose data it sealed is there: a database
 * with people and no keys is one whose keys were lost.
 */
export async function openKeys(settings: Source, db: Db): Promise<KeyStore> {
  const source = {
    ...(settings.masterKey !== null && { environment: settings.masterKey }),
    ...(settings.masterKeyCommand !== null && { command: settings.masterKeyCommand }),
  };
  await mkdir(settings.keysFolder, { recursive: true, mode: FOLDER_MODE }).catch((cause: unknown) => {
    throw new StartFailure('keys_unusable', cause);
  });
  try {
    const mayMake = !(await hasSealed(db));
    const master = await readMasterKey(source, settings.keysFolder, { mayMake });
    const keys = await openKeyStore(settings.keysFolder, master);
    if (mayMake || keys.size().keys.person > 0) return keys;
    await keys.close();
    throw new StartFailure('key_store_missing');
  } catch (error) {
    throw startFailureOf(error);
  }
}

async function hasSealed(db: Db): Promise<boolean> {
  return (await db.select({ id: person.id, email: person.email }).from(person).limit(1)).some(
    ({ email }) => email !== null,
  );
}

function startFailureOf(error: unknown): unknown {
  if (error instanceof WrongMasterKey) {
    const { wanted, given } = error;
    return new StartFailure('master_key_wrong', error, { wanted, given });
  }
  if (error instanceof MissingMasterKey) {
    return new StartFailure(
      'master_key_missing',
      error,
      error.wanted === null ? {} : { wanted: error.wanted },
    );
  }
  if (!(error instanceof KeyError)) return error;
  return new StartFailure(
    error.code === 'bad_master_key' ? 'master_key_unusable' : 'key_store_damaged',
    error,
  );
}
