/**
 * An OpenAI-compatible engine that lies on command: each request names the behaviour it wants with `play:NAME` anywhere
 * in its body (a prompt travels through every gateway; a header or an unknown field does not). Without a name it plays
 * what `next` holds, else `otherwise`. Written on bare sockets, so that it can break every rule of HTTP.
 *
 * It keeps everything it hears, for assertions on what was forwarded. Behaviours stand in `lies/`.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import net, { type AddressInfo, type Socket } from 'node:net';
import { honest } from './lies/answers.ts';
import { LIES, type LieName } from './lies/index.ts';
import { json } from './lies/say.ts';

/** One request as it arrived. Header names as sent, in the order of sending. */
export interface Heard {
  readonly method: string;
  readonly path: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: string;
  /** The body as JSON; undefined when it is none. */
  readonly json: Record<string, unknown> | undefined;
}

/** What a behaviour is given: the request, the bare socket, and a pen that respects backpressure. */
export interface Stage {
  readonly heard: Heard;
  readonly socket: Socket;
  /** Writes and waits until the kernel took it. Does nothing once the other side has gone. */
  write(data: string | Uint8Array): Promise<void>;
  /** Waits; ends early when the other side goes away. Answers whether it is still there. */
  wait(ms: number): Promise<boolean>;
}

/** A behaviour. When it returns with the socket open, the connection is kept for the next request. */
export type Lie = (stage: Stage) => Promise<void> | void;

export interface LyingEngine {
  /** Base URL with `/v1`. */
  readonly url: string;
  readonly port: number;
  /** Every request but those to `/v1/models` and `/health`, oldest first. */
  readonly heard: Heard[];
  /** Behaviours for the next requests that name none, in order. */
  readonly next: Lie[];
  /** What a request gets that names nothing when `next` is empty. */
  otherwise: Lie;
  /** Connections that are open now. */
  readonly connections: ReadonlySet<Socket>;
  stop(): Promise<void>;
}

export interface LyingEngineOptions {
  /** Model names that `/v1/models` lists. */
  readonly models?: readonly string[];
  /** Tokens of context that `/v1/models` says (vLLM's `max_model_len`). */
  readonly context?: number;
  /** 0 (default) takes a free port. */
  readonly port?: number;
}

const MODEL_CREATED = 1_700_000_000;

/** Starts a lying engine on loopback. */
export async function startLyingEngine(options: LyingEngineOptions = {}): Promise<LyingEngine> {
  const heard: Heard[] = [];
  const next: Lie[] = [];
  const connections = new Set<Socket>();
  const engine = { otherwise: honest };

  const choose = (request: Heard): Lie => {
    if (request.path === '/health') return (stage) => json(stage, 200, { status: 'ok' });
    if (request.path === '/v1/models') return (stage) => json(stage, 200, modelList(options));
    heard.push(request);
    const named = /play:([a-z0-9-]+)/.exec(request.body)?.[1];
    if (named !== undefined) {
      const lie = LIES[named as LieName];
      if (lie === undefined) throw new Error(`No lie is called ${named}. Add it to test/support/lies/.`);
      return lie;
    }
    return next.shift() ?? engine.otherwise;
  };

  const server = net.createServer((socket) => {
    connections.add(socket);
    socket.on('close', () => connections.delete(socket));
    serve(socket, choose);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/v1`,
    port,
    heard,
    next,
    connections,
    get otherwise() {
      return engine.otherwise;
    },
    set otherwise(lie: Lie) {
      engine.otherwise = lie;
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of connections) socket.destroy();
      }),
  };
}

function modelList(options: LyingEngineOptions): unknown {
  const data = (options.models ?? ['liar']).map((id) => ({
    id,
    object: 'model',
    created: MODEL_CREATED,
    owned_by: 'vllm',
    max_model_len: options.context ?? 8192,
  }));
  return { object: 'list', data };
}

/** Reads requests off one connection and plays them one after the other. */
function serve(socket: Socket, choose: (request: Heard) => Lie): void {
  let unread: Buffer = Buffer.alloc(0);
  let playing = false;
  socket.setNoDelay(true);
  socket.on('error', () => {});
  const turn = async (): Promise<void> => {
    if (playing) return;
    playing = true;
    for (let read = readRequest(unread); read !== null; read = readRequest(unread)) {
      unread = unread.subarray(read.bytes);
      await choose(read.heard)(stageOn(socket, read.heard));
      if (socket.destroyed) break;
    }
    playing = false;
  };
  socket.on('data', (data: Buffer) => {
    unread = unread.length === 0 ? data : Buffer.concat([unread, data]);
    void turn();
  });
}

function stageOn(socket: Socket, heard: Heard): Stage {
  const gone = (): boolean => socket.destroyed || socket.writableEnded;
  return {
    heard,
    socket,
    write: (data) =>
      new Promise((resolve) => {
        if (gone()) return resolve();
        if (socket.write(data)) return resolve();
        const over = (): void => {
          socket.off('drain', over);
          socket.off('close', over);
          resolve();
        };
        socket.on('drain', over);
        socket.on('close', over);
      }),
    wait: (ms) =>
      new Promise((resolve) => {
        if (gone()) return resolve(false);
        const over = (): void => {
          clearTimeout(timer);
          socket.off('close', over);
          resolve(!gone());
        };
        const timer = setTimeout(over, ms);
        socket.on('close', over);
      }),
  };
}

const HEAD_END = '\r\n\r\n';

/** The first whole request in `data` and its length; null when more must come. The gateway's HTTP is trusted here. */
function readRequest(data: Buffer): { heard: Heard; bytes: number } | null {
  const headEnd = data.indexOf(HEAD_END);
  if (headEnd < 0) return null;
  const [requestLine = '', ...lines] = data.toString('latin1', 0, headEnd).split('\r\n');
  const headers = lines.map((line) => {
    const colon = line.indexOf(':');
    return [line.slice(0, colon), line.slice(colon + 1).trim()] as const;
  });
  const from = headEnd + HEAD_END.length;
  const length = Number(headers.find(([name]) => name.toLowerCase() === 'content-length')?.[1] ?? 0);
  if (data.length < from + length) return null;
  const [method = '', path = ''] = requestLine.split(' ');
  const body = data.toString('utf8', from, from + length);
  return { heard: { method, path, headers, body, json: parsed(body) }, bytes: from + length };
}

function parsed(body: string): Record<string, unknown> | undefined {
  try {
    return JSON.parse(body) as Record<string, unknown>;
  } catch {
    return undefined;
  }
}

/** The same as a program that can be killed: serves on `port`, on which it can be started again. */
export async function spawnLyingEngine(port: number): Promise<ChildProcess> {
  const child = spawn(process.execPath, [import.meta.filename, String(port)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  await once(child.stdout, 'data');
  return child;
}

if (import.meta.main) {
  const engine = await startLyingEngine({ port: Number(process.argv[2]) });
  process.stdout.write(`${engine.port}\n`);
  process.stdin.resume();
  process.stdin.on('end', () => process.exit(0));
}
