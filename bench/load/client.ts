/** One keep-alive connection that sends prepared requests and times the replies; reads no more HTTP than it must. */
import net, { type Socket } from 'node:net';

/** What became of one request. Times in milliseconds. */
export interface Reply {
  readonly status: number;
  readonly bytes: number;
  /** Until the first byte of the reply. */
  readonly firstByteMs: number;
  /** Until its last. */
  readonly wholeMs: number;
}

const HEAD_END = '\r\n\r\n';
const LAST_CHUNK = '0\r\n\r\n';
const LENGTH = /\r\ncontent-length: *(\d+)/i;

/** A prepared request as bytes. */
export function prepare(port: number, key: string, body: unknown): Buffer {
  const text = JSON.stringify(body);
  return Buffer.from(
    `POST /v1/chat/completions HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\ncontent-type: application/json\r\n` +
      `authorization: Bearer ${key}\r\ncontent-length: ${Buffer.byteLength(text)}\r\n\r\n${text}`,
  );
}

export class Connection {
  readonly #socket: Socket;
  #begun = 0;
  #firstByteAt = 0;
  #bytes = 0;
  #status = 0;
  /** Bytes of the reply still to come; null while unknown, -1 for a chunked body. */
  #left: number | null = null;
  #head = '';
  #tail = '';
  #settle: { resolve: (reply: Reply) => void; reject: (error: Error) => void } | null = null;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.setNoDelay(true);
    socket.on('data', (data: Buffer) => this.#read(data));
    socket.on('error', (error) => this.#fail(error));
    socket.on('close', () =>
      this.#fail(new Error('The other side closed the connection before its reply was whole.')),
    );
  }

  static open(port: number): Promise<Connection> {
    return new Promise((resolve, reject) => {
      const socket = net.connect(port, '127.0.0.1');
      socket.once('error', reject);
      socket.once('connect', () => {
        socket.off('error', reject);
        resolve(new Connection(socket));
      });
    });
  }

  send(request: Buffer): Promise<Reply> {
    this.#begun = performance.now();
    this.#bytes = 0;
    this.#left = null;
    this.#head = '';
    this.#tail = '';
    return new Promise((resolve, reject) => {
      this.#settle = { resolve, reject };
      this.#socket.write(request);
    });
  }

  close(): void {
    this.#settle = null;
    this.#socket.destroy();
  }

  #read(data: Buffer): void {
    if (this.#bytes === 0) this.#firstByteAt = performance.now();
    this.#bytes += data.length;
    if (this.#left === null) {
      this.#head += data.toString('latin1', 0, data.length);
      const end = this.#head.indexOf(HEAD_END);
      if (end < 0) return;
      this.#status = Number(this.#head.slice(9, 12));
      const length = LENGTH.exec(this.#head.slice(0, end + 2))?.[1];
      const bodyBytes = this.#head.length - end - HEAD_END.length;
      this.#left = length === undefined ? -1 : Number(length) - bodyBytes;
      this.#tail = this.#head.slice(-LAST_CHUNK.length);
    } else if (this.#left >= 0) this.#left -= data.length;
    else {
      const last = data.toString('latin1', Math.max(0, data.length - LAST_CHUNK.length), data.length);
      this.#tail = (this.#tail + last).slice(-LAST_CHUNK.length);
    }
    if (this.#left === 0 || (this.#left === -1 && this.#tail === LAST_CHUNK)) this.#finish();
  }

  #finish(): void {
    const settle = this.#settle;
    this.#settle = null;
    settle?.resolve({
      status: this.#status,
      bytes: this.#bytes,
      firstByteMs: this.#firstByteAt - this.#begun,
      wholeMs: performance.now() - this.#begun,
    });
  }

  #fail(error: Error): void {
    const settle = this.#settle;
    this.#settle = null;
    settle?.reject(error);
  }
}
