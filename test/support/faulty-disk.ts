/**
 * Every write to a disk that this process does below a folder can be stopped before it happens or torn in its middle:
 * by way of Node's own file handles and renames, so that nothing that writes can be forgotten.
 */
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

/**
 * `pass`: it is done. `drop`: it is not. `tear`: half of its bytes are written, then as `drop`. `ignore`: it is not, and
 * says that it is, so that what is left of a dead process can put itself away.
 */
export type WriteFate = 'pass' | 'drop' | 'tear' | 'ignore';
export type DecideWrite = (what: string, path: string) => WriteFate;

/** What a disk says that takes no more. */
class NoSpace extends Error {
  override readonly name = 'NoSpace';
  readonly code = 'ENOSPC';
}

type Handle = fs.promises.FileHandle;
type Writing = 'write' | 'writeFile' | 'appendFile' | 'truncate';

let folders: readonly string[] = [];
let decide: DecideWrite = () => 'pass';
const paths = new WeakMap<object, string>();
const isWatched = (path: unknown): path is string =>
  typeof path === 'string' && folders.some((folder) => path.startsWith(folder));

/** Asks `fate` before each write below one of `below`; answers how to stop. One at a time in a process. */
export async function watchWrites(below: readonly string[], fate: DecideWrite): Promise<() => void> {
  await instrument();
  folders = below;
  decide = fate;
  return () => {
    folders = [];
    decide = () => 'pass';
  };
}

let instrumented: Promise<void> | null = null;
/** Files that are opened from now on can be watched. */
export const instrument = (): Promise<void> => {
  instrumented ??= (async () => {
    const sample = await fs.promises.open(process.execPath, 'r');
    const prototype = Object.getPrototypeOf(sample) as Record<
      Writing,
      (...args: never[]) => Promise<unknown>
    >;
    await sample.close();
    const { open, rename, rm } = fs.promises;
    fs.promises.open = (async (path: string, ...rest: never[]) => {
      if (isWatched(path) && String(rest[0]).startsWith('w')) happens('make', path);
      const handle = await (open as (...args: unknown[]) => Promise<Handle>)(path, ...rest);
      if (typeof path === 'string') paths.set(handle, path);
      return handle;
    }) as typeof open;
    for (const name of ['write', 'writeFile', 'appendFile', 'truncate'] as const) {
      const real = prototype[name];
      prototype[name] = async function (this: Handle, ...args: never[]) {
        const path = paths.get(this);
        if (!isWatched(path)) return await real.apply(this, args);
        const fate = decide(name, path);
        if (fate === 'ignore') return { bytesWritten: Buffer.byteLength(args[0] ?? '') };
        if (fate === 'tear') await tear(this, name, real, args);
        if (fate !== 'pass') throw new NoSpace(`${name} ${path}`);
        return await real.apply(this, args);
      };
    }
    fs.promises.rename = (async (from: string, to: string) => {
      if (!isWatched(to) || happens('rename', to)) await rename(from, to);
    }) as typeof rename;
    fs.promises.rm = (async (path: string, ...rest: never[]) => {
      if (!isWatched(path) || happens('rm', path)) await rm(path, ...rest);
    }) as typeof rm;
    syncBuiltinESMExports();
  })();
  return instrumented;
};

/** Whether it is done; throws where it is not and says so. */
function happens(what: string, path: string): boolean {
  const fate = decide(what, path);
  if (fate !== 'pass' && fate !== 'ignore') throw new NoSpace(`${what} ${path}`);
  return fate === 'pass';
}

/** A part of the bytes, as a kill in the middle of a write leaves it; a truncation is whole or not at all. */
async function tear(
  handle: Handle,
  name: Writing,
  real: (...args: never[]) => Promise<unknown>,
  args: readonly unknown[],
): Promise<void> {
  const [bytes, ...rest] = args;
  if (name === 'truncate' || !(bytes instanceof Uint8Array)) return;
  if (name !== 'write') {
    await real.apply(handle, [bytes.subarray(0, bytes.length >> 1)] as never[]);
    return;
  }
  const [offset, length, position] = rest as [number, number, number];
  await real.apply(handle, [bytes, offset, length >> 1, position] as never[]);
}
