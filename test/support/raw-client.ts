/** Sends bytes to a port of loopback and gathers what comes back: for requests that no HTTP client would send. */
import net from 'node:net';

export interface RawOptions {
  /** Bytes are sent in these pieces, this far apart in milliseconds. */
  readonly pauseMs?: number;
  /** After this long the connection is cut. Default 3 s. */
  readonly patienceMs?: number;
  /** The connection is cut once this many bytes came. */
  readonly leaveAfterBytes?: number;
  /** Says that nothing more will be sent (FIN), and listens on. */
  readonly halfClose?: boolean;
  /** Reads nothing for this long, in milliseconds. */
  readonly deafMs?: number;
}

const PATIENCE_MS = 3000;
/** Of what comes back this much is kept, in bytes. */
const KEPT_BYTES = 1024 * 1024;

/** Everything that came back until the other side closed, or until a limit of `options`. */
export function rawExchange(
  port: number,
  pieces: readonly (string | Buffer)[],
  options: RawOptions = {},
): Promise<string> {
  return new Promise((resolve) => {
    const socket = net.connect({ port, host: '127.0.0.1', allowHalfOpen: true });
    const parts: Buffer[] = [];
    let bytes = 0;
    const cut = setTimeout(() => socket.resetAndDestroy(), options.patienceMs ?? PATIENCE_MS);
    socket.on('data', (data: Buffer) => {
      if (bytes < KEPT_BYTES) parts.push(data);
      bytes += data.length;
      if (bytes >= (options.leaveAfterBytes ?? Number.POSITIVE_INFINITY)) socket.resetAndDestroy();
    });
    socket.on('end', () => socket.end());
    socket.on('error', () => {});
    socket.on('close', () => {
      clearTimeout(cut);
      resolve(Buffer.concat(parts).toString('utf8'));
    });
    socket.on('connect', async () => {
      if (options.deafMs !== undefined) {
        socket.pause();
        setTimeout(() => socket.resume(), options.deafMs);
      }
      for (const piece of pieces) {
        if (socket.destroyed) return;
        socket.write(piece);
        if (options.pauseMs !== undefined) await new Promise((next) => setTimeout(next, options.pauseMs));
      }
      if (options.halfClose) socket.end();
    });
  });
}

export interface RawRequest {
  readonly method?: string;
  readonly path: string;
  readonly key?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
}

/** A well-formed request as bytes; the server is asked to close after its reply. */
export function rawRequest(request: RawRequest): Buffer {
  const body = Buffer.from(request.body ?? '');
  const headers = {
    host: 'localhost',
    connection: 'close',
    ...(request.key === undefined ? {} : { authorization: `Bearer ${request.key}` }),
    ...(request.body === undefined
      ? {}
      : { 'content-type': 'application/json', 'content-length': String(body.length) }),
    ...request.headers,
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  const method = request.method ?? (request.body === undefined ? 'GET' : 'POST');
  return Buffer.concat([Buffer.from(`${method} ${request.path} HTTP/1.1\r\n${lines.join('')}\r\n`), body]);
}
