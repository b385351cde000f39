/** The same by system calls, as native code in the process could: no permission model is asked. Linux on x64. */
import ffi from 'node:ffi';
import type { Attempt } from './attempts.ts';

const load = () =>
  ffi.dlopen(null, {
    open: { return: 'i32', arguments: ['pointer', 'i32', 'i32'] },
    mkdir: { return: 'i32', arguments: ['pointer', 'u32'] },
    mknod: { return: 'i32', arguments: ['pointer', 'u32', 'u64'] },
    symlink: { return: 'i32', arguments: ['pointer', 'pointer'] },
    write: { return: 'i64', arguments: ['i32', 'pointer', 'u64'] },
    ftruncate: { return: 'i32', arguments: ['i32', 'i64'] },
    memfd_create: { return: 'i32', arguments: ['pointer', 'u32'] },
    kill: { return: 'i32', arguments: ['i32', 'i32'] },
    ptrace: { return: 'i64', arguments: ['i64', 'i32', 'u64', 'u64'] },
    setuid: { return: 'i32', arguments: ['u32'] },
    close: { return: 'i32', arguments: ['i32'] },
  }).functions;

const text = (value: string) => Buffer.from(`${value}\0`);
const O_WRONLY_CREAT = 0o101;
const S_IFIFO = 0o010600;
const PTRACE_SEIZE = 0x4206n;

function must(result: number | bigint): number {
  if (result < 0) throw new Error('the kernel refuses');
  return Number(result);
}

/** Files by system calls. */
export const NATIVE_FILES: Readonly<Record<string, Attempt>> = {
  'open a new file': ({ folder }) =>
    must(load().open(text(`${folder}/native-${process.pid}`), O_WRONLY_CREAT, 0o600)),
  'open a new file in shared memory': () =>
    must(load().open(text(`/dev/shm/kept-native-${process.pid}`), O_WRONLY_CREAT, 0o600)),
  'open a file that is there for writing': ({ folder }) =>
    must(load().open(text(`${folder}/existing`), 1, 0)),
  'make a folder': ({ folder }) => must(load().mkdir(text(`${folder}/native-folder-${process.pid}`), 0o700)),
  'make a pipe with a name': ({ folder }) =>
    must(load().mknod(text(`${folder}/native-fifo-${process.pid}`), S_IFIFO, 0n)),
  'make a symbolic link': ({ folder }) =>
    must(load().symlink(text('a prompt'), text(`${folder}/native-link-${process.pid}`))),
};

/** What only the limits hold: files without a name. */
export const NATIVE_MEMORY_FILES: Readonly<Record<string, Attempt>> = {
  'write to a file in memory': () => {
    const c = load();
    const fd = must(c.memfd_create(text('probe'), 0));
    must(c.write(fd, Buffer.from('a prompt'), 8n));
  },
};

/** Beyond the process. */
export const NATIVE_BEYOND: Readonly<Record<string, Attempt>> = {
  'signal another process': ({ stranger }) => must(load().kill(stranger, 0)),
  'look into another process': ({ stranger }) => must(load().ptrace(PTRACE_SEIZE, stranger, 0n, 0n)),
};

/** What only root may. */
export const NATIVE_ROOT: Readonly<Record<string, Attempt>> = {
  'become root': () => must(load().setuid(0)),
  'read what only root may read': ({ secret }) => must(load().open(text(secret), 0, 0)),
};
