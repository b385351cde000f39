/** Rotates the master key in the keys folder, and the epoch with it, again and again until it is killed. */
import { randomBytes } from 'node:crypto';
import { openKeyStore } from '../../src/store/keys/index.ts';
import { adoptMasterKey, readMasterKey, stageMasterKey } from '../../src/store/keys/master-key.ts';

const folder = process.argv[2] as string;
const store = await openKeyStore(folder, await readMasterKey({}, folder, { mayMake: true }));
process.stdout.write('ready\n');
for (;;) {
  const next = randomBytes(32);
  await stageMasterKey(folder, next);
  await Promise.all([store.rotateMaster(next), store.rollEpoch()]);
  await adoptMasterKey(folder);
  process.stdout.write(`${store.masterFingerprint}\n`);
}
