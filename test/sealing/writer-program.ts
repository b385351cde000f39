/** Changes a key store as fast as it can and says each change when it is durable, until it is killed. */
import { randomBytes } from 'node:crypto';
import { openKeyStore } from '../../src/store/keys/index.ts';

const store = await openKeyStore(process.argv[2]!, Buffer.alloc(32, 1));
const say = (line: string): boolean => process.stdout.write(`${line}\n`);
say('ready -');
for (let n = 0; ; n++) {
  const id = randomBytes(16).toString('hex');
  await store.create('person', id);
  say(`made ${id}`);
  await store.setLookup('email', id, id);
  if (n % 7 === 3) await store.rollEpoch();
  if (n % 2 === 0) continue;
  await store.destroy([{ kind: 'person', id }]);
  say(`dead ${id}`);
}
