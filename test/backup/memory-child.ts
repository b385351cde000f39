/** Makes a backup and prints by how many bytes the process grew at most, and the file's size. */
import { randomBytes } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { writeBackup } from '../../src/store/backup/backup.ts';
import { openKeyStore } from '../../src/store/keys/open-key-store.ts';

const [url, root] = process.argv.slice(2) as [string, string];
const keys = await openKeyStore(`${root}/keys`, randomBytes(32));
const ledger = { folder: `${root}/ledger`, erasures: 'erasures', record: 'record' };
const before = process.memoryUsage.rss();
let most = before;
const timer = setInterval(() => {
  most = Math.max(most, process.memoryUsage.rss());
}, 5);
await writeBackup({ databaseUrl: url, keys, ledger, now: Date.now }, `${root}/big.backup`);
clearInterval(timer);
most = Math.max(most, process.memoryUsage.rss());
console.log(JSON.stringify({ grown: most - before, size: (await stat(`${root}/big.backup`)).size }));
await keys.close();
