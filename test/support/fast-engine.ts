/**
 * An engine that computes nothing: canned chat completions as fast as bare sockets allow, so that what stands before it
 * is what is measured. Plain replies are about 600 bytes; streams are 64 content chunks, a finish chunk, a usage chunk
 * (where it was asked for) and `[DONE]`, each its own write. Run as a program it prints its port and serves until its
 * standard input ends.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import net, { type AddressInfo, type Socket } from 'node:net';
import { createInterface } from 'node:readline';

/** The one model that it serves. */
export const FAST_MODEL = 'fast';
/** Content chunks of a stream, and completion tokens that are claimed for every reply. */
const FAST_CHUNKS = 64;
const FAST_PROMPT_TOKENS = 24;

const CREATED = 1_700_000_000;
const USAGE = {
  prompt_tokens: FAST_PROMPT_TOKENS,
  completion_tokens: FAST_CHUNKS,
  total_tokens: FAST_PROMPT_TOKENS + FAST_CHUNKS,
};
const SENTENCE = 'The quick brown fox jumps over the lazy dog near the river bank. '.repeat(4);

const json = (body: unknown, status = '200 OK'): Buffer => {
  const text = JSON.stringify(body);
  return Buffer.from(
    `HTTP/1.1 ${status}\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(text)}\r\n\r\n${text}`,
  );
};

const PLAIN = json({
  id: 'chatcmpl-0123456789abcdef',
  object: 'chat.completion',
  created: CREATED,
  model: FAST_MODEL,
  choices: [
    { index: 0, message: { role: 'assistant', content: SENTENCE }, logprobs: null, finish_reason: 'stop' },
  ],
  usage: USAGE,
});
const MODELS = json({
  object: 'list',
  data: [{ id: FAST_MODEL, object: 'model', created: CREATED, owned_by: 'vllm', max_model_len: 8192 }],
});
const HEALTH = json({ status: 'ok' });
const NOT_FOUND = json({ error: { message: 'Not Found', type: 'NotFoundError' } }, '404 Not Found');

const STREAM_HEAD = Buffer.from(
  'HTTP/1.1 200 OK\r\ncontent-type: text/event-stream; charset=utf-8\r\ntransfer-encoding: chunked\r\n\r\n',
);
const chunk = (text: string): Buffer => Buffer.from(`${text.length.toString(16)}\r\n${text}\r\n`);
const event = (choices: unknown[], extra: object = {}): Buffer => {
  const frame = {
    id: 'chatcmpl-0123456789abcdef',
    object: 'chat.completion.chunk',
    created: CREATED,
    model: FAST_MODEL,
  };
  return chunk(`data: ${JSON.stringify({ ...frame, choices, ...extra })}\n\n`);
};
const CONTENT = event([{ index: 0, delta: { content: ' word' }, finish_reason: null }]);
const FINISH = event([{ index: 0, delta: {}, finish_reason: 'stop' }]);
const USAGE_CHUNK = event([], { usage: USAGE });
const DONE = chunk('data: [DONE]\n\n');
const END = Buffer.from('0\r\n\r\n');

/** How a stream's chunks follow each other, as `seed` of the request says. */
const AT_ONCE = 0;
/** `seed` of a request whose stream stays open after its first chunk until the client goes away. */
export const SEED_STAYS_OPEN = 1;
/** `seed` of a request whose chunks come `PACE_MS` apart, as from a real model. */
export const SEED_PACED = 2;
const PACE_MS = 5;

const HEAD_END = Buffer.from('\r\n\r\n');
const LENGTH = 'content-length: ';

function answer(socket: Socket, head: string, body: Buffer): void {
  if (head.startsWith('GET ')) {
    socket.write(head.includes(' /v1/models ') ? MODELS : head.includes(' /health ') ? HEALTH : NOT_FOUND);
  } else if (body.includes('"stream":true')) {
    const seed = Number(/"seed":(\d)/.exec(body.toString('latin1', 0, body.length))?.[1] ?? AT_ONCE);
    stream(socket, seed, body.includes('"include_usage":true'));
  } else socket.write(PLAIN);
}

function stream(socket: Socket, seed: number, usage: boolean): void {
  socket.write(STREAM_HEAD);
  if (seed === SEED_STAYS_OPEN) {
    socket.write(CONTENT);
    return;
  }
  const finish = (): void => {
    socket.write(FINISH);
    if (usage) socket.write(USAGE_CHUNK);
    socket.write(DONE);
    socket.write(END);
  };
  if (seed === SEED_PACED) {
    let sent = 0;
    const timer = setInterval(() => {
      socket.write(CONTENT);
      if (++sent < FAST_CHUNKS && !socket.destroyed) return;
      clearInterval(timer);
      if (!socket.destroyed) finish();
    }, PACE_MS);
    return;
  }
  for (let i = 0; i < FAST_CHUNKS; i++) socket.write(CONTENT);
  finish();
}

function serve(socket: Socket): void {
  let unread: Buffer | null = null;
  socket.setNoDelay(true);
  socket.on('error', () => {});
  socket.on('data', (data: Buffer) => {
    let at: Buffer = unread === null ? data : Buffer.concat([unread, data]);
    unread = null;
    while (at.length > 0) {
      const headEnd = at.indexOf(HEAD_END);
      if (headEnd < 0) break;
      const head = at.toString('latin1', 0, headEnd);
      const lengthAt = head.toLowerCase().indexOf(LENGTH);
      const length = lengthAt < 0 ? 0 : Number.parseInt(head.slice(lengthAt + LENGTH.length), 10);
      const end = headEnd + HEAD_END.length + length;
      if (at.length < end) break;
      answer(socket, head, at.subarray(headEnd + HEAD_END.length, end));
      at = at.subarray(end);
    }
    if (at.length > 0) unread = at;
  });
}

/** Serves in this process on a free port of loopback. */
export async function startFastEngine(): Promise<{ port: number; stop(): Promise<void> }> {
  const sockets = new Set<Socket>();
  const server = net.createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    serve(socket);
  });
  await new Promise<void>((resolve) => server.listen({ host: '127.0.0.1', port: 0, backlog: 2048 }, resolve));
  const { port } = server.address() as AddressInfo;
  return {
    port,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

/** Serves in a process of its own, so that it takes no turns from whoever measures. */
export async function spawnFastEngine(): Promise<{ port: number; url: string; stop(): Promise<void> }> {
  const child = spawn(process.execPath, [import.meta.filename], { stdio: ['pipe', 'pipe', 'inherit'] });
  const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
  const port = Number(line);
  return {
    port,
    url: `http://127.0.0.1:${port}/v1`,
    stop: async () => {
      child.stdin.end();
      if (child.exitCode === null) await once(child, 'exit');
    },
  };
}

if (import.meta.main) {
  const engine = await startFastEngine();
  process.stdout.write(`${engine.port}\n`);
  process.stdin.resume();
  process.stdin.on('end', () => process.exit(0));
}
