/**
 * Control's end of the link's transport: a local socket that only its owner may connect to. Knows bytes and words;
 * what the words do is told by the handler.
 */
import { chmod, chown, rm } from 'node:fs/promises';
import { createServer, type Server, type Socket } from 'node:net';
import type { Of } from './shapes.ts';
import { encode, readMessages } from './wire.ts';
import { DOWN, UP, type UpMessage } from './words.ts';

/** A gateway that has not read so many bytes of what it was sent is cut off; it will ask for all of it anew. */
const BEHIND_BYTES_MAX = 64 * 1024 * 1024;
/** Bytes waiting above which a snapshot waits for the gateway to read. */
const BEHIND_BYTES_POLITE = 1024 * 1024;
const SOCKET_MODE = 0o600;

type DownWord = keyof typeof DOWN & string;
type DownBody<W extends DownWord> = Of<(typeof DOWN)[W]>;

/** One gateway's connection. */
export interface LinkConnection {
  readonly closed: boolean;
  /** Sends a message; dropped when the connection is closed. */
  send<W extends DownWord>(word: W, body: DownBody<W>): void;
  /** Resolves when the gateway has read most of what it was sent, or is gone. */
  caughtUp(): Promise<void>;
  /** Stops reading, or goes on. */
  pause(paused: boolean): void;
  end(): void;
}

export interface LinkHandler {
  onMessage(message: UpMessage): void;
  /** Everything that had arrived was handled. `error`: why, when it did not simply end. */
  onClose(error: Error | null): void;
}

export interface LinkServer {
  close(): Promise<void>;
}

/**
 * Listens on `path`, mode 0600, as `owner` if that is another user. A socket that an earlier control left there is
 * removed. Rejects when the path cannot be listened on.
 */
export async function listenForGateways(
  path: string,
  owner: { readonly uid: number; readonly gid: number } | null,
  onConnection: (connection: LinkConnection) => LinkHandler,
): Promise<LinkServer> {
  await rm(path, { force: true });
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    serve(socket, onConnection);
  });
  await listen(server, path);
  await chmod(path, SOCKET_MODE);
  if (owner !== null) await chown(path, owner.uid, owner.gid);
  return {
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

function listen(server: Server, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(path, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

function serve(socket: Socket, onConnection: (connection: LinkConnection) => LinkHandler): void {
  let failure: Error | null = null;
  const handler = onConnection(new SocketConnection(socket));
  readMessages(socket, UP, (message) => handler.onMessage(message));
  socket.on('error', (error) => {
    failure = error;
  });
  socket.on('close', () => handler.onClose(failure));
}

class SocketConnection implements LinkConnection {
  readonly #socket: Socket;

  constructor(socket: Socket) {
    this.#socket = socket;
  }

  get closed(): boolean {
    return this.#socket.destroyed;
  }

  send<W extends DownWord>(word: W, body: DownBody<W>): void {
    if (this.#socket.destroyed) return;
    this.#socket.write(encode(DOWN, word, body));
    if (this.#socket.writableLength > BEHIND_BYTES_MAX) this.#socket.destroy();
  }

  caughtUp(): Promise<void> {
    if (this.closed || this.#socket.writableLength < BEHIND_BYTES_POLITE) return Promise.resolve();
    return new Promise((resolve) => {
      const done = () => {
        this.#socket.off('drain', done).off('close', done);
        resolve();
      };
      this.#socket.on('drain', done).on('close', done);
    });
  }

  pause(paused: boolean): void {
    if (paused) this.#socket.pause();
    else this.#socket.resume();
  }

  end(): void {
    this.#socket.destroy();
  }
}
