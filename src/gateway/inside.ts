/** The local socket that the supervisor reads: health and metrics, to nobody outside this machine. */
import net from 'node:net';
import { HttpFault } from './http/fault.ts';
import { readRequestHead } from './http/request-head.ts';
import { JSON_TYPE, replyHead } from './reply.ts';

const METRICS_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

export interface InsidePages {
  health(): object;
  metrics(): string;
}

export async function openInside(path: string, pages: InsidePages): Promise<net.Server> {
  const server = net.createServer((socket) => {
    let bytes = Buffer.alloc(0);
    socket.on('error', () => {});
    socket.on('data', (data: Buffer) => {
      bytes = Buffer.concat([bytes, data]);
      try {
        const head = readRequestHead(bytes, 0, bytes.length);
        if (head !== null) socket.end(answer(head.target, pages));
      } catch (error) {
        if (!(error instanceof HttpFault)) throw error;
        socket.destroy();
      }
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ path }, resolve);
  });
  return server;
}

function answer(target: string, pages: InsidePages): string {
  if (target === '/health') return whole(200, JSON_TYPE, JSON.stringify(pages.health()));
  if (target === '/metrics') return whole(200, METRICS_TYPE, pages.metrics());
  return whole(404, JSON_TYPE, '{}');
}

const whole = (status: number, type: string, body: string): string =>
  replyHead(status, type, '', Buffer.byteLength(body), false) + body;
