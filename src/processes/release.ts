/**
 * Which source this is: one hash over the files that ship, and one of the lock file. Anybody can compute the same in a
 * clone, with the tools of any Unix:
 *
 *   find policy src vendor package.json package-lock.json -type f | LC_ALL=C sort | xargs sha256sum | sha256sum
 */
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';

/** What ships and is run; tests, benchmarks and pages are not. */
const SHIPPED = ['policy', 'src', 'vendor', 'package.json', 'package-lock.json'] as const;
const LOCK = 'package-lock.json';

export interface ShippedFile {
  /** From the root of the clone, with `/` between its parts. */
  readonly path: string;
  readonly bytes: Uint8Array;
}

export interface Release {
  /** SHA-256 over the list of all files, 64 hex digits. */
  readonly source: string;
  /** SHA-256 of the lock file. */
  readonly lock: string;
  readonly files: number;
}

/** Pure: the same files give the same hash, in whatever order they come. */
export function releaseOf(files: readonly ShippedFile[]): Release {
  const sorted = [...files].sort((one, other) =>
    Buffer.compare(Buffer.from(one.path), Buffer.from(other.path)),
  );
  const list = sorted.map(({ path: name, bytes }) => `${sha256(bytes)}  ${name}\n`).join('');
  const lock = sorted.find(({ path: name }) => name === LOCK);
  if (lock === undefined) throw new Error(`${LOCK} is not among the files`);
  return { source: sha256(list), lock: sha256(lock.bytes), files: sorted.length };
}

/** The files that ship, as they lie in the clone at `root`. */
export async function shippedFiles(root: string): Promise<ShippedFile[]> {
  const names: string[] = [];
  for (const part of SHIPPED) {
    const found = await readdir(path.join(root, part), { recursive: true, withFileTypes: true }).catch(
      (error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOTDIR') return null;
        throw error;
      },
    );
    if (found === null) names.push(part);
    for (const entry of found ?? []) {
      if (entry.isFile()) names.push(path.relative(root, path.join(entry.parentPath, entry.name)));
    }
  }
  return Promise.all(
    names.map(async (name) => ({
      path: name.split(path.sep).join('/'),
      bytes: await readFile(path.join(root, name)),
    })),
  );
}

const sha256 = (bytes: Uint8Array | string): string => createHash('sha256').update(bytes).digest('hex');
