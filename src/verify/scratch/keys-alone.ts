/** What of a deletion can be walked where no database may be made: the keys, in a store of their own. */
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { importKeys, openKeyStore } from '../../store/keys/index.ts';
import type { KeyStore } from '../../store/keys/key-store.ts';
import { CannotLook } from '../check.ts';

const ADDRESS = 'probe@kept.invalid';

/** In words, what of their keys is left when it should not be; empty: nothing. */
export async function walkKeys(folder: string): Promise<string[]> {
  const master = randomBytes(32);
  const person = randomBytes(16).toString('hex');
  const keys = await openKeyStore(join(folder, 'keys'), master);
  try {
    await keys.create('person', person);
    await keys.setLookup('email', ADDRESS, person);
    if (!(await isIn(keys, folder, master, person, 'before')))
      throw new CannotLook('a copy of the keys leaves out who was not deleted');
    await keys.setGrace([person], true);
    const during = await isIn(keys, folder, master, person, 'during');
    await keys.destroy([{ kind: 'person', id: person }]);
    const after = keys.has('person', person) || keys.lookup('email', ADDRESS) !== null;
    return [
      ...(during ? ['who asked to be deleted is in a new copy of the keys'] : []),
      ...(after ? ['the key of who was deleted is there, or their address finds them'] : []),
    ];
  } finally {
    await keys.close();
  }
}

/** Whether a copy of the keys that is made now brings somebody's back. */
async function isIn(
  keys: KeyStore,
  folder: string,
  master: Buffer,
  person: string,
  when: string,
): Promise<boolean> {
  const place = join(folder, `copy-${when}`);
  await importKeys(place, master, keys.exportKeys());
  const copy = await openKeyStore(place, master);
  try {
    return copy.has('person', person);
  } finally {
    await copy.close();
  }
}
