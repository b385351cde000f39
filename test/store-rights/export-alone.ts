/**
 * Exports one person in a process of its own and prints what its memory did, as one line of JSON: rows, bytes, the
 * resident memory before and at its highest (bytes), seconds. Run with `--expose-gc` and EXPORT (JSON: url, folder,
 * master as hex, person, and somebody to warm up with) in the environment.
 */
import { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { drizzle } from 'drizzle-orm/node-postgres';
import pg from 'pg';
import { openKeyStore } from '../../src/store/keys/index.ts';
import { exportData } from '../../src/store/rights/export.ts';
import { storeOf } from './store-of.ts';

const LOOK_MS = 5;

const { url, folder, master, person, warmUp } = JSON.parse(process.env.EXPORT ?? '');
const pool = new pg.Pool({ connectionString: url, max: 2 });
const keys = await openKeyStore(folder, Buffer.from(master, 'hex'));
const store = await storeOf(drizzle(pool), keys, []);
const erasing = { erasureBegun: () => false };
/** Once before, so that what every process has after its first export is not counted as the rows'. */
const first = await exportData(store, { person: warmUp, accounts: [] }, erasing);
await pipeline(first.stream, new Writable({ write: (_chunk, _encoding, next) => next() }));
await first.done;
globalThis.gc?.();
const before = process.memoryUsage.rss();
let highest = before;
const look = setInterval(() => {
  highest = Math.max(highest, process.memoryUsage.rss());
}, LOOK_MS);
let bytes = 0;
const sink = new Writable({
  write(chunk: Buffer, _encoding, next) {
    bytes += chunk.length;
    next();
  },
});
const startedAt = performance.now();
const { stream, done } = await exportData(store, { person, accounts: [] }, erasing);
await pipeline(stream, sink);
const { rows } = await done;
const seconds = (performance.now() - startedAt) / 1_000;
clearInterval(look);
await pool.end();
await keys.close();
console.log(JSON.stringify({ rows, bytes, before, highest, seconds }));
