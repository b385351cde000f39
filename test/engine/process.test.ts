import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import http from 'node:http';
import os from 'node:os';
import path from 'node:path';
import type OpenAI from 'openai';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startEngine } from '../../src/engine/index.ts';
import { ask, MODEL, runEngine, settingsFor } from './running.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'kept-engine-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test.for([
  ['missing', null],
  ['empty', ''],
  ['no model', 'GGUF, or so it says'],
])('a model file that is %s is named in one sentence', async ([name, content]) => {
  const file = path.join(folder, `${name}.gguf`);
  if (content !== null) await writeFile(file, content!);
  await expect(startEngine(await settingsFor({ modelPath: file }), () => {})).rejects.toMatchObject({
    name: 'EngineStartError',
    message: expect.stringContaining(`The model file ${file} cannot be loaded`),
  });
});

test('a damaged model file does not load', async () => {
  const { modelPath } = await settingsFor();
  const file = path.join(folder, 'cut.gguf');
  await writeFile(file, (await readFile(modelPath)).subarray(0, 50_000_000));
  await expect(startEngine(await settingsFor({ modelPath: file }), () => {})).rejects.toMatchObject({
    name: 'EngineStartError',
  });
});

test('a port in use is named', async () => {
  const taken = http.createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
  const { port } = taken.address() as { port: number };
  const settings = await settingsFor({ listen: { host: '127.0.0.1', port }, sequences: 1 });
  await expect(startEngine(settings, () => {})).rejects.toThrow(`cannot listen on port ${port}`);
  taken.close();
});

test('a stopping engine finishes what runs and takes nothing new', async () => {
  const { engine, client, faults } = await runEngine();
  const stream = await client.chat.completions.create({
    model: MODEL,
    messages: ask('Hi'),
    max_tokens: 60,
    stream: true,
  });
  const chunks = stream[Symbol.asyncIterator]();
  await chunks.next();
  const stopped = engine.stop();
  await expect(client.chat.completions.create({ model: MODEL, messages: ask('Hi') })).rejects.toThrow();
  let last: OpenAI.ChatCompletionChunk | undefined;
  for (let next = await chunks.next(); !next.done; next = await chunks.next()) last = next.value;
  expect(last?.choices[0]?.finish_reason).not.toBeNull();
  await stopped;
  expect(faults).toEqual([]);
});

test('an engine that is told not to wait ends streams without their end', async () => {
  const { engine, client, faults } = await runEngine({ stopGraceMs: 100 });
  const stream = await client.chat.completions.create({
    model: MODEL,
    messages: ask('Tell me a story.'),
    stream: true,
    seed: 1,
  });
  const read = Array.fromAsync(stream);
  const ended = expect(read).rejects.toThrow();
  await engine.stop();
  await ended;
  expect(faults).toEqual([]);
});

test('it answers where no file can be written, on a local socket, and prints nothing of what it is told', async () => {
  const socket = path.join(folder, 'engine.sock');
  const settings = await settingsFor({ listen: { socket }, sequences: 1 });
  const node = [process.execPath, path.join(import.meta.dirname, 'alone.ts'), JSON.stringify(settings)];
  const child = spawn('sh', ['-c', 'ulimit -f 0; ulimit -c 0; exec "$@"', 'sh', ...node], {
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    cwd: folder,
  });
  let printed = '';
  for (const out of [child.stdout!, child.stderr!])
    out.on('data', (data: Buffer) => (printed += data.toString()));
  const exit = once(child, 'exit');
  await new Promise<void>((resolve, reject) => {
    child.on('message', (event) => event === 'ready' && resolve());
    exit.then(() => reject(new Error(`the engine ended: ${printed}`)), reject);
  });
  const body = JSON.stringify({ model: MODEL, messages: ask('canary-7c1f'), max_tokens: 4 });
  const reply = await new Promise<string>((resolve, reject) => {
    const request = http.request(
      { socketPath: socket, path: '/v1/chat/completions', method: 'POST' },
      async (response) => {
        resolve(Buffer.concat(await Array.fromAsync(response as AsyncIterable<Buffer>)).toString());
      },
    );
    request.once('error', reject);
    request.end(body);
  });
  expect(JSON.parse(reply)).toMatchObject({ object: 'chat.completion', usage: { completion_tokens: 4 } });
  child.kill('SIGTERM');
  expect((await exit)[0]).toBe(0);
  expect(printed).toBe('');
  expect((await readdir(folder)).filter((name) => !/\.(gguf|sock)$/.test(name))).toEqual([]);
});
