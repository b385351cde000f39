/** One fetch at a time in one folder, also between processes: a file with the fetcher's process id. */
import { readFile, rm, writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { codeOf } from '../start-error.ts';

const POLL_MS = 200;

/** Waits until nobody else fetches; resolves with the function that lets the next one. */
export async function takeTurn(lock: string, signal: AbortSignal): Promise<() => Promise<void>> {
  for (;;) {
    try {
      await writeFile(lock, String(process.pid), { flag: 'wx' });
      return () => rm(lock, { force: true });
    } catch (error) {
      if (codeOf(error) !== 'EEXIST') throw error;
    }
    if (await isAbandoned(lock)) await rm(lock, { force: true });
    else await sleep(POLL_MS, undefined, { signal });
  }
}

async function isAbandoned(lock: string): Promise<boolean> {
  const holder = Number(await readFile(lock, 'utf8').catch(() => ''));
  if (!Number.isSafeInteger(holder) || holder <= 0) {
    // Just made and not yet written, or left empty by a full disk: a second look tells the two apart.
    await sleep(POLL_MS);
    return (await readFile(lock, 'utf8').catch(() => '0')) === '';
  }
  try {
    process.kill(holder, 0);
    return false;
  } catch (error) {
    return codeOf(error) === 'ESRCH';
  }
}
