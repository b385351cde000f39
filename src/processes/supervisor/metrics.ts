/** `GET /metrics` on loopback: every gateway's figures, told apart by a label, control's own, and which processes run. */
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { codeOf, StartError } from '../start-error.ts';
import type { Keeper } from './keeper.ts';

const LOOPBACK = '127.0.0.1';
const ANSWER_MS = 2000;
const METRICS_BYTES_MAX = 4 * 1024 * 1024;

export interface Metrics {
  readonly port: number;
  close(): Promise<void>;
}

/** `port` null takes any free one. */
export async function startMetrics(
  port: number | null,
  runFolder: string,
  gateways: number,
  keepers: () => readonly Keeper[],
): Promise<Metrics> {
  const server = http.createServer((request, reply) => {
    if (request.method !== 'GET' || request.url !== '/metrics') {
      reply.writeHead(404).end();
      return;
    }
    void gather(runFolder, gateways, keepers()).then((text) => {
      reply.writeHead(200, { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' }).end(text);
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => {
      const sentence = `Port ${port}, where /metrics should answer, ${codeOf(error) === 'EADDRINUSE' ? 'is in use by another program' : 'is not allowed to this user'}: set KEPT_METRICS_PORT to a free port.`;
      reject(new StartError(sentence));
    });
    server.listen(port ?? 0, LOOPBACK, resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function gather(runFolder: string, gateways: number, keepers: readonly Keeper[]): Promise<string> {
  const numbers = Array.from({ length: gateways }, (_, at) => at + 1);
  const [control, ...texts] = await Promise.all([
    read(path.join(runFolder, 'admin.sock')),
    ...numbers.map((at) => read(path.join(runFolder, `gateway-${at}.sock`))),
  ]);
  const running = [
    '# HELP kept_process_up Whether a process of this role runs.',
    '# TYPE kept_process_up gauge',
  ];
  keepers.forEach((keeper, at) => {
    running.push(`kept_process_up{role="${keeper.role}",number="${at}"} ${keeper.pid === null ? 0 : 1}`);
  });
  return `${running.join('\n')}\n${control}${merge(texts)}`;
}

/** Joins several gateways' texts: each family's comments once, each sample labelled with its gateway. */
export function merge(texts: readonly string[]): string {
  const families = new Map<string, { comments: string[]; samples: string[] }>();
  texts.forEach((text, at) => {
    let family = '';
    for (const line of text.split('\n')) {
      if (line === '') continue;
      const comment = /^# (?:HELP|TYPE) ([A-Za-z_:][\w:]*)/.exec(line);
      if (comment !== null) family = comment[1] ?? '';
      const found = families.get(family) ?? { comments: [], samples: [] };
      families.set(family, found);
      if (comment === null) found.samples.push(labelled(line, at + 1));
      else if (!found.comments.includes(line)) found.comments.push(line);
    }
  });
  const lines = [...families.values()].flatMap(({ comments, samples }) => [...comments, ...samples]);
  return lines.length === 0 ? '' : `${lines.join('\n')}\n`;
}

function labelled(sample: string, gateway: number): string {
  const label = `gateway="${gateway}"`;
  const brace = sample.indexOf('{');
  if (brace >= 0) return `${sample.slice(0, brace + 1)}${label},${sample.slice(brace + 1)}`;
  return sample.replace(/^(\S+) /, `$1{${label}} `);
}

/** A process's own text; nothing while it restarts. */
function read(socketPath: string): Promise<string> {
  return new Promise((resolve) => {
    const request = http.get({ socketPath, path: '/metrics', timeout: ANSWER_MS, agent: false }, (reply) => {
      let text = '';
      reply.setEncoding('utf8');
      reply.on('data', (part: string) => {
        text += part;
        if (text.length > METRICS_BYTES_MAX) request.destroy();
      });
      reply.on('end', () => resolve(reply.statusCode === 200 ? text : ''));
      reply.on('error', () => resolve(''));
    });
    request.on('timeout', () => request.destroy());
    request.on('error', () => resolve(''));
  });
}
