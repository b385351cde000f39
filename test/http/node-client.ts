/** Node's own HTTP client, with its default settings, as the judge of what an engine's bytes mean. */
import { once } from 'node:events';
import http from 'node:http';
import net, { type AddressInfo, type Socket } from 'node:net';
import type { SeenReply } from './ours.ts';

export interface NodeSaw {
  /** The reply, where it came whole. */
  readonly reply: Omit<SeenReply, 'keepAlive'> | null;
  /** Whether the client meant to use the connection again. */
  readonly keepAlive: boolean;
  /** The code of the error that ended the connection, or null. */
  readonly error: string | null;
}

export class NodeClient {
  private readonly server: net.Server;
  private readonly agent = new http.Agent({ keepAlive: true });
  /** What the next connection is answered. */
  private bytes: Buffer = Buffer.alloc(0);

  private constructor() {
    this.server = net.createServer((socket) => {
      socket.on('error', () => {});
      socket.once('data', () => socket.end(this.bytes));
    });
  }

  static async start(): Promise<NodeClient> {
    const judge = new NodeClient();
    judge.server.listen(0, '127.0.0.1');
    await once(judge.server, 'listening');
    return judge;
  }

  /** Answers one request with `bytes`, ends the connection, and says what the client saw in them. */
  judge(bytes: Buffer, method: 'GET' | 'HEAD'): Promise<NodeSaw> {
    this.bytes = bytes;
    const { port } = this.server.address() as AddressInfo;
    return new Promise((resolve) => {
      let reply: NodeSaw['reply'] = null;
      let keepAlive = false;
      let error: string | null = null;
      let socket: Socket | null = null;
      const request = http.request({ port, host: '127.0.0.1', method, agent: this.agent });
      request.on('socket', (its) => {
        socket = its;
        its.once('close', () => resolve({ reply, keepAlive, error }));
      });
      request.on('error', (reason: NodeJS.ErrnoException) => {
        error ??= reason.code ?? 'unknown';
        // A refused connection has no close of its own to wait for.
        socket?.destroy();
      });
      request.on('response', (response) => {
        let body = '';
        response.setEncoding('latin1').on('data', (text: string) => {
          body += text;
        });
        response.on('error', () => {});
        response.on('end', () => {
          if (response.complete) reply = { status: response.statusCode ?? 0, body };
          keepAlive = request.shouldKeepAlive;
        });
      });
      request.end();
    });
  }

  async stop(): Promise<void> {
    this.agent.destroy();
    this.server.close();
    await once(this.server, 'close');
  }
}
