/** Node's own HTTP server, with its default settings, as the judge of what a connection's bytes mean. */
import { once } from 'node:events';
import http from 'node:http';
import net, { type AddressInfo } from 'node:net';
import type { SeenRequest } from './ours.ts';

export interface NodeSaw {
  /** Requests that came whole, in their order. */
  readonly requests: readonly SeenRequest[];
  /** The code of the error that ended the connection, or null. */
  readonly error: string | null;
}

/** What is seen of one connection, by the port of its client. */
interface Watch {
  readonly requests: (SeenRequest | null)[];
  error: string | null;
}

export class NodeServer {
  private readonly server: http.Server;
  private readonly watches = new Map<number, Watch>();

  private constructor() {
    this.server = http.createServer((request, response) => {
      const watch = this.watches.get(request.socket.remotePort ?? 0);
      if (watch === undefined) return;
      const place = watch.requests.push(null) - 1;
      let body = '';
      request.setEncoding('latin1').on('data', (text: string) => {
        body += text;
      });
      request.on('end', () => {
        const { method = '', url: target = '' } = request;
        const version = request.httpVersion as SeenRequest['version'];
        watch.requests[place] = { method, target, body, version, keepAlive: response.shouldKeepAlive };
        response.end();
      });
    });
    // The client ends its side right after the last byte; what came before must still be read to the end.
    Object.assign(this.server, { httpAllowHalfOpen: true });
    // All that will be seen has been seen; without this a body cut off behind an upgrade holds the connection open.
    this.server.on('connection', (socket) => socket.once('end', () => setImmediate(() => socket.destroy())));
    this.server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
      const watch = this.watches.get((socket as net.Socket).remotePort ?? 0);
      if (watch !== undefined) watch.error = error.code ?? 'unknown';
      socket.destroy();
    });
  }

  static async start(): Promise<NodeServer> {
    const judge = new NodeServer();
    judge.server.listen(0, '127.0.0.1');
    await once(judge.server, 'listening');
    return judge;
  }

  /** Sends `bytes` over a connection of their own and says what the server saw in them. */
  async judge(bytes: Buffer): Promise<NodeSaw> {
    const { port } = this.server.address() as AddressInfo;
    const socket = net.connect({ port, host: '127.0.0.1', noDelay: true });
    await once(socket, 'connect');
    const watch: Watch = { requests: [], error: null };
    const mine = socket.localPort ?? 0;
    this.watches.set(mine, watch);
    socket.on('error', () => {});
    socket.resume();
    socket.end(bytes);
    if (!socket.destroyed) await once(socket, 'close');
    this.watches.delete(mine);
    return { requests: watch.requests.filter((request) => request !== null), error: watch.error };
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }
}
