/**
 * What somebody who has taken over the gateway's process would try, by name. Each returns or resolves when it worked
 * and throws when something held it back. `folder` is one that everybody may write; `ports` are a declared and an
 * undeclared one on this machine, both with a listener.
 */
import { once } from 'node:events';
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';

export interface Field {
  readonly folder: string;
  readonly declaredPort: number;
  readonly undeclaredPort: number;
  /** A Node add-on. */
  readonly addon: string;
  /** A file that only root may read. */
  readonly secret: string;
  /** A process that is not the probe's. */
  readonly stranger: number;
}

export type Attempt = (field: Field) => unknown;

const CONTENT = 'a prompt';
const NOT_DONE = new Error('nothing happened');
const name = ({ folder }: Field, kind: string) => path.join(folder, `made-${kind}-${process.pid}`);
const existing = ({ folder }: Field) => path.join(folder, 'existing');

function mustExist(file: string): void {
  if (!fs.existsSync(file)) throw NOT_DONE;
}

async function connected(options: net.NetConnectOpts): Promise<void> {
  const socket = net.connect(options);
  try {
    await once(socket, 'connect');
  } finally {
    socket.destroy();
  }
}

async function listening(options: net.ListenOptions): Promise<void> {
  const server = net.createServer();
  server.listen(options);
  await once(server, 'listening');
  server.close();
}

/** Names and contents, by way of JavaScript. */
export const FILES: Readonly<Record<string, Attempt>> = {
  'write a file': (f) => fs.writeFileSync(name(f, 'file'), CONTENT),
  'write a file in shared memory': () => fs.writeFileSync(`/dev/shm/kept-probe-${process.pid}`, CONTENT),
  'make an empty file': (f) => fs.closeSync(fs.openSync(name(f, 'empty'), 'w')),
  'append to a file that is there': (f) => fs.appendFileSync(existing(f), CONTENT),
  'truncate a file that is there': (f) => fs.truncateSync(existing(f), 1),
  'remove a file that is there': (f) => fs.rmSync(path.join(f.folder, 'removable')),
  'rename a file that is there': (f) => fs.renameSync(existing(f), name(f, 'renamed')),
  'make a folder': (f) => fs.mkdirSync(name(f, 'folder')),
  'make a symbolic link': (f) => fs.symlinkSync(CONTENT, name(f, 'symlink')),
  'make a hard link': (f) => fs.linkSync(existing(f), name(f, 'link')),
  'copy a file': (f) => fs.copyFileSync(existing(f), name(f, 'copy')),
  'write by promises': (f) => fs.promises.writeFile(name(f, 'promised'), CONTENT),
  'write by a stream': async (f) => {
    const stream = fs.createWriteStream(name(f, 'stream'));
    stream.end(CONTENT);
    await once(stream, 'finish');
  },
  'change a file time': (f) => fs.utimesSync(existing(f), 1_234_567, 1_234_567),
  'make a local socket': (f) => listening({ path: name(f, 'socket') }),
};

/** The runtime's own ways to a file or out of the process. */
export const RUNTIME: Readonly<Record<string, Attempt>> = {
  'SQLite file': async (f) => {
    const { DatabaseSync } = await import('node:sqlite');
    const database = new DatabaseSync(name(f, 'sqlite'));
    database.exec(`create table t (v text); insert into t values ('${CONTENT}')`);
  },
  'diagnostic report': (f) => {
    process.report.writeReport(name(f, 'report'));
    mustExist(name(f, 'report'));
  },
  'heap snapshot': async (f) => (await import('node:v8')).writeHeapSnapshot(name(f, 'heap')),
  'trace events': async (f) => {
    const { createTracing } = await import('node:trace_events');
    process.chdir(f.folder);
    createTracing({ categories: ['node.perf'] }).enable();
  },
  'WASI file': async (f) => {
    const { WASI } = await import('node:wasi');
    const wasi = new WASI({ version: 'preview1', preopens: { '/': f.folder } });
    if (wasi === undefined) throw NOT_DONE;
  },
  'web storage': async () => {
    globalThis.localStorage.setItem('a', CONTENT);
  },
  'child process': async () => {
    const { execFileSync } = await import('node:child_process');
    execFileSync(process.execPath, ['--version']);
  },
  shell: async () => (await import('node:child_process')).execSync('true'),
  worker: async () => {
    const { Worker } = await import('node:worker_threads');
    const worker = new Worker('', { eval: true });
    await once(worker, 'online');
  },
  'add-on': (f) => process.dlopen({ exports: {} } as NodeModule, f.addon),
  'foreign functions': async () => {
    const ffi = await import('node:ffi');
    ffi.dlopen(null, {});
  },
  inspector: async () => {
    const inspector = await import('node:inspector');
    inspector.open(0);
    if (inspector.url() === undefined) throw NOT_DONE;
  },
  'internal bindings': () => (process as unknown as { binding(name: string): unknown }).binding('fs'),
  'code from strings': () => new Function('return 1')(),
  'read /etc/passwd': () => fs.readFileSync('/etc/passwd'),
  'read another folder': () => fs.readdirSync('/'),
};

/** Takes the process' place when it works: tried alone. */
export const REPLACE: Readonly<Record<string, Attempt>> = {
  'become another program': () => {
    // Would not return. Without the flags the new image has no permission model.
    process.execve?.(
      process.execPath,
      ['node', '-e', 'process.stdout.write("{\\"become another program\\":null}")'],
      {},
    );
    throw NOT_DONE;
  },
};

/** Other ways to the network than the one function that owns `connect`. */
export const NETWORK: Readonly<Record<string, Attempt>> = {
  'undeclared port': (f) => connected({ host: '127.0.0.1', port: f.undeclaredPort }),
  'listen on another port': () => listening({ host: '127.0.0.1', port: 0 }),
};

/** Ways to a declared port that go round `connect`'s owner. */
export const OTHER_MODULES: Readonly<Record<string, Attempt>> = {
  'node:http': async (f) => {
    const http = await import('node:http');
    const request = http.get({ host: '127.0.0.1', port: f.declaredPort }).on('error', () => {});
    const [socket] = (await once(request, 'socket')) as [net.Socket];
    if (socket.connecting) await once(socket, 'connect');
  },
  'node:https': () => import('node:https'),
  'node:http2': () => import('node:http2'),
  'node:dgram': () => import('node:dgram'),
  'node:dns': () => import('node:dns'),
  'node:cluster': () => import('node:cluster'),
  fetch: (f) => fetch(`http://127.0.0.1:${f.declaredPort}/`),
  WebSocket: (f) => new WebSocket(`ws://127.0.0.1:${f.declaredPort}/`),
  getBuiltinModule: () => process.getBuiltinModule('node:http').request,
  require: async () => {
    const { createRequire } = await import('node:module');
    return createRequire(import.meta.url)('node:http');
  },
  WebAssembly: () => {
    const { WebAssembly } = globalThis as unknown as {
      WebAssembly: { Module: new (code: Uint8Array) => object };
    };
    return new WebAssembly.Module(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0]));
  },
};
