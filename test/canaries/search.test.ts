/** The search itself: what it does not find, it cannot prove absent. Every form is planted and must be found. */
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  mkdirSync,
  mkdtempSync,
  openSync,
  rmSync,
  symlinkSync,
  truncateSync,
  unlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import zlib from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { searchLeaks } from '../../src/verify/search/search-leaks.ts';
import { newCanary } from '../support/canary.ts';

let root: string;
beforeAll(() => {
  root = mkdtempSync(path.join(os.tmpdir(), 'kept-search-'));
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

const folderOf = (name: string): string => {
  const folder = path.join(root, name.replace(/[^a-z0-9]+/gi, '-'));
  mkdirSync(folder, { recursive: true });
  return folder;
};

const codes = (canary: string, word: (code: number) => string): string =>
  Array.from(canary, (letter) => word(letter.charCodeAt(0))).join('');
const hex = (code: number): string => code.toString(16).padStart(2, '0');
const swapped = (data: Buffer): Buffer => Buffer.from(data).swap16();
const lines = (text: string, width: number, between: string): string =>
  text.match(new RegExp(`.{1,${width}}`, 'g'))?.join(between) ?? '';
const around = (inner: string | Buffer): Buffer =>
  Buffer.concat([randomBytes(3001), Buffer.from(inner), randomBytes(3001)]);
const sentence = (canary: string): string => `{"role":"user","content":"please keep ${canary} to yourself"}`;

/** PostgreSQL's pglz: a control byte before each eight letters, here the worst one: itself a letter. */
const pglz = (canary: string): string => lines(`xyz${canary}`, 8, 'Q');

function zipOf(text: string): Buffer {
  const packed = zlib.deflateRawSync(text);
  const head = Buffer.alloc(30);
  head.write('PK\x03\x04', 'latin1');
  head.writeUInt16LE(8, 8);
  head.writeUInt32LE(packed.length, 18);
  head.writeUInt32LE(text.length, 22);
  head.writeUInt16LE(5, 26);
  return Buffer.concat([head, Buffer.from('a.txt'), packed]);
}

/** hexdump -C: sixteen bytes a line, offsets before them and letters behind. */
const hexdump = (text: string): string =>
  lines(text, 16, '\n')
    .split('\n')
    .map(
      (line, i) =>
        `${(i * 16).toString(16).padStart(8, '0')}  ${codes(line, (code) => `${hex(code)} `)} |..|`,
    )
    .join('\n');

const FORMS: Readonly<Record<string, (canary: string) => string | Buffer>> = {
  plain: sentence,
  'plain among random bytes': around,
  'lower case': (canary) => canary.toLowerCase(),
  'upper case': (canary) => canary.toUpperCase(),
  'first half only': (canary) => around(canary.slice(0, 12)),
  'last half only': (canary) => around(canary.slice(12)),
  reversed: (canary) => [...sentence(canary)].reverse().join(''),
  'UTF-16LE': (canary) => Buffer.from(sentence(canary), 'utf16le'),
  'UTF-16BE': (canary) => swapped(Buffer.from(`${sentence(canary)} `, 'utf16le')),
  'UTF-32': (canary) =>
    Buffer.concat(Array.from(canary, (letter) => Buffer.from([letter.charCodeAt(0), 0, 0, 0]))),
  'JSON-escaped': (canary) => codes(canary, (code) => `\\u00${hex(code)}`),
  'JSON-escaped, upper case': (canary) => codes(canary, (code) => `\\u00${hex(code).toUpperCase()}`),
  'URL-escaped': (canary) => codes(canary, (code) => `%${hex(code)}`),
  'URL-escaped, upper case': (canary) => codes(canary, (code) => `%${hex(code).toUpperCase()}`),
  'URL-escaped twice': (canary) => codes(canary, (code) => `%25${hex(code)}`),
  'HTML entities': (canary) => codes(canary, (code) => `&#${code};`),
  'HTML entities, hex': (canary) => codes(canary, (code) => `&#x${hex(code)};`),
  'quoted-printable': (canary) => codes(canary, (code) => `=${hex(code).toUpperCase()}`),
  'byte-escaped': (canary) => codes(canary, (code) => `\\x${hex(code)}`),
  'octal-escaped': (canary) => codes(canary, (code) => `\\${code.toString(8).padStart(3, '0')}`),
  'bytes of a JSON buffer': (canary) => JSON.stringify(Buffer.from(sentence(canary))),
  'bytes as Node prints them': (canary) => codes(canary, (code) => ` ${hex(code)}`),
  hexdump: (canary) => hexdump(sentence(canary)),
  hex: (canary) => Buffer.from(sentence(canary)).toString('hex'),
  'hex, upper case': (canary) => Buffer.from(sentence(canary)).toString('hex').toUpperCase(),
  'PostgreSQL bytea': (canary) => `\\x${Buffer.from(sentence(canary)).toString('hex')}`,
  'base64 at 0': (canary) => Buffer.from(`abc${canary}x`).toString('base64'),
  'base64 at 1': (canary) => Buffer.from(`a${canary}xy`).toString('base64'),
  'base64 at 2': (canary) => Buffer.from(`ab${canary}xyz`).toString('base64'),
  base64url: (canary) => Buffer.from(`??>${canary}??`).toString('base64url'),
  'base64 over lines (MIME)': (canary) =>
    lines(Buffer.from('x'.repeat(46) + canary).toString('base64'), 76, '\r\n'),
  base32: (canary) => base32(`abc${canary}`),
  'letters apart': (canary) => [...canary].join(' '),
  'letters in a JSON list': (canary) => JSON.stringify([...canary]),
  'split over lines': (canary) => lines(canary, 5, '\n'),
  'split by hyphens': (canary) => lines(canary, 4, '-'),
  'split by pglz': (canary) => around(pglz(canary)),
  gzip: (canary) => zlib.gzipSync(sentence(canary)),
  'gzip among random bytes': (canary) => around(zlib.gzipSync(sentence(canary).repeat(50))),
  'gzip cut off': (canary) =>
    zlib.gzipSync(sentence(canary) + randomBytes(4000).toString('hex')).subarray(0, -900),
  'gzip in gzip': (canary) => zlib.gzipSync(around(zlib.gzipSync(sentence(canary)))),
  'gzip of base64': (canary) => zlib.gzipSync(Buffer.from(sentence(canary)).toString('base64')),
  'zlib, fast': (canary) => around(zlib.deflateSync(sentence(canary), { level: 1 })),
  'zlib, default': (canary) => around(zlib.deflateSync(sentence(canary).repeat(9))),
  'zlib, best': (canary) => around(zlib.deflateSync(sentence(canary), { level: 9 })),
  zstd: (canary) => around(zlib.zstdCompressSync(sentence(canary).repeat(9))),
  'zstd cut off': (canary) =>
    zlib.zstdCompressSync(sentence(canary) + randomBytes(400_000).toString('hex')).subarray(0, 300_000),
  zip: (canary) => around(zipOf(sentence(canary))),
};

const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
function base32(text: string): string {
  const bits = codes(text, (code) => code.toString(2).padStart(8, '0'));
  return lines(bits, 5, ' ').replace(
    /\d+ ?/g,
    (five) => BASE32[Number.parseInt(five.trim().padEnd(5, '0'), 2)] ?? '',
  );
}

describe('the search finds a canary in every form', () => {
  for (const [form, plant] of Object.entries(FORMS)) {
    it(form, async () => {
      const canary = newCanary();
      const folder = folderOf(form);
      writeFileSync(path.join(folder, 'file'), plant(canary));
      const { finds, unread } = await searchLeaks({
        canaries: [newCanary(), canary, newCanary()],
        folders: [folder],
      });
      expect(unread).toEqual([]);
      expect(finds.map((find) => find.canary)).toContain(canary);
      expect(new Set(finds.map((find) => find.canary)).size).toBe(1);
    });
  }
});

describe('the search finds a canary in every place', () => {
  const places: Readonly<Record<string, (folder: string, canary: string) => void>> = {
    'a deep hidden folder': (folder, canary) => {
      const deep = path.join(folder, '.a/.b/c/d/e');
      mkdirSync(deep, { recursive: true });
      writeFileSync(path.join(deep, '.f'), canary);
    },
    'a file name': (folder, canary) => writeFileSync(path.join(folder, `x-${canary}.tmp`), ''),
    'a folder name': (folder, canary) => mkdirSync(path.join(folder, canary)),
    'a link that leads nowhere': (folder, canary) =>
      symlinkSync(`/nowhere/${canary}`, path.join(folder, 'link')),
    'the border of two blocks': (folder, canary) => {
      const before = Buffer.alloc(8 * 1024 * 1024 - 11, '.');
      writeFileSync(path.join(folder, 'file'), Buffer.concat([before, Buffer.from(canary)]));
    },
    'a packed member over the border of two blocks': (folder, canary) => {
      const before = Buffer.alloc(8 * 1024 * 1024 - 2, '.');
      writeFileSync(path.join(folder, 'file'), Buffer.concat([before, zlib.gzipSync(sentence(canary))]));
    },
    'the end of a sparse file': (folder, canary) => {
      const file = path.join(folder, 'file');
      writeFileSync(file, '');
      truncateSync(file, 1_000_000_000);
      const handle = openSync(file, 'a');
      writeSync(handle, canary);
    },
    'a SQLite database and its write-ahead log': (folder, canary) => {
      const database = new DatabaseSync(path.join(folder, 'a.db'));
      database.exec('PRAGMA journal_mode = WAL; CREATE TABLE t (a TEXT, b BLOB)');
      database.prepare('INSERT INTO t VALUES (?, ?)').run(canary, Buffer.from(canary));
    },
  };
  for (const [name, plant] of Object.entries(places)) {
    it(name, async () => {
      const canary = newCanary();
      const folder = folderOf(name);
      plant(folder, canary);
      const { finds } = await searchLeaks({ canaries: [canary, newCanary()], folders: [folder] });
      expect(new Set(finds.map((find) => find.canary))).toEqual(new Set([canary]));
    });
  }

  it('a blob, plain and packed', async () => {
    const [one, other] = [newCanary(), newCanary()];
    const blobs = { metrics: `kept_requests{model="${one}"} 1`, logs: zlib.gzipSync(other) };
    const { finds } = await searchLeaks({ canaries: [one, other], blobs });
    expect(new Set(finds.map((find) => find.canary))).toEqual(new Set([one, other]));
  });

  it('environment, command line and deleted open file of a process', async () => {
    const [inEnvironment, inCommand, inFile] = [newCanary(), newCanary(), newCanary()];
    const file = path.join(folderOf('deleted'), 'file');
    writeFileSync(file, inFile);
    const handle = openSync(file, 'r');
    const child = spawn('sleep', ['60'], {
      argv0: inCommand,
      env: { SECRET: inEnvironment },
      stdio: ['ignore', 'ignore', 'ignore', handle],
    });
    unlinkSync(file);
    try {
      const canaries = [inEnvironment, inCommand, inFile];
      const { finds } = await searchLeaks({ canaries, pids: [child.pid as number] });
      expect(new Set(finds.map((find) => find.canary))).toEqual(new Set(canaries));
    } finally {
      child.kill();
    }
  });
});

describe('the search finds nothing where nothing is', () => {
  const MEGABYTE = 1024 * 1024;
  const many = Array.from({ length: 60 }, newCanary);

  it('in random bytes, base64, hex and packed random bytes', async () => {
    const folder = folderOf('clean');
    const random = randomBytes(24 * MEGABYTE);
    writeFileSync(path.join(folder, 'bytes'), random);
    writeFileSync(path.join(folder, 'base64'), random.subarray(0, 8 * MEGABYTE).toString('base64'));
    writeFileSync(path.join(folder, 'hex'), random.subarray(0, 8 * MEGABYTE).toString('hex'));
    writeFileSync(
      path.join(folder, 'gzip'),
      zlib.gzipSync(random.subarray(0, 2 * MEGABYTE).toString('hex'), { level: 1 }),
    );
    const searched = await searchLeaks({ canaries: many, folders: [folder] });
    expect(searched.finds).toEqual([]);
    expect(searched.files).toBe(4);
    expect(searched.members).toBeGreaterThanOrEqual(1);
  });

  it('in source code', async () => {
    const { finds } = await searchLeaks({
      canaries: many,
      folders: [path.resolve(import.meta.dirname, '../../src')],
    });
    expect(finds).toEqual([]);
  });

  it('and says what it could not read', async () => {
    const file = path.join(folderOf('unreadable'), 'no-folder');
    writeFileSync(file, '');
    const { unread } = await searchLeaks({ canaries: many, folders: [file] });
    expect(unread).toEqual([file]);
  });

  it('and takes a folder that is not there for a mistake', async () => {
    await expect(searchLeaks({ canaries: many, folders: [path.join(root, 'nowhere')] })).rejects.toThrow(
      'ENOENT',
    );
  });
});
