/** A folder on a disk that is full, in this process: no file that is in it now can be written, by whomever it is kept open. */
import { fstatSync, readdirSync, statSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';

/** From now on, until what it answers is called. */
export async function fillFolder(folder: string): Promise<() => void> {
  const files = new Set(
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => statSync(join(entry.parentPath, entry.name)).ino),
  );
  const handle = await open(folder, 'r');
  const prototype = Object.getPrototypeOf(handle) as FileHandle;
  await handle.close();
  const { write } = prototype;
  prototype.write = function full(this: FileHandle, ...given: never[]) {
    if (!files.has(fstatSync(this.fd).ino)) return Reflect.apply(write, this, given);
    return Promise.reject(Object.assign(new Error('no space left on device'), { code: 'ENOSPC' }));
  } as typeof write;
  return () => {
    prototype.write = write;
  };
}
