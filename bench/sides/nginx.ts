/** Debian's nginx as a reverse proxy with the settings that its documentation advises for keep-alive and streams. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import net, { type AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Side } from './side.ts';

const NGINX = '/usr/sbin/nginx';

export const hasNginx = (): boolean => existsSync(NGINX);

const configuration = (folder: string, port: number, enginePort: number): string => `
worker_processes 1;
daemon off;
pid ${folder}/nginx.pid;
error_log stderr crit;
events { worker_connections 4096; }
http {
  access_log off;
  client_body_temp_path ${folder}/body;
  proxy_temp_path ${folder}/proxy;
  fastcgi_temp_path ${folder}/fastcgi;
  uwsgi_temp_path ${folder}/uwsgi;
  scgi_temp_path ${folder}/scgi;
  keepalive_requests 1000000000;
  tcp_nodelay on;
  upstream engine {
    server 127.0.0.1:${enginePort};
    keepalive 1024;
    keepalive_requests 1000000000;
  }
  server {
    listen 127.0.0.1:${port} backlog=2048;
    location / {
      proxy_pass http://engine;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_buffering off;
    }
  }
}
`;

/** Starts nginx before the engine on `enginePort`. */
export async function startNginx(enginePort: number): Promise<Side> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'kept-bench-nginx-'));
  const port = await freePort();
  const file = path.join(folder, 'nginx.conf');
  writeFileSync(file, configuration(folder, port, enginePort));
  const master = spawn(NGINX, ['-c', file, '-p', folder], { stdio: ['ignore', 'ignore', 'inherit'] });
  const leaveNothing = (): void => {
    master.kill('SIGTERM');
    rmSync(folder, { recursive: true, force: true });
  };
  process.once('exit', leaveNothing);
  await untilAnswers(port);
  const pid = await workerOf(master.pid ?? 0);
  return {
    name: 'nginx',
    port,
    key: 'none',
    pid,
    stop: async () => {
      leaveNothing();
      if (master.exitCode === null) await once(master, 'exit');
    },
  };
}

/** The port answers a moment before the one worker is there. */
async function workerOf(master: number): Promise<number> {
  for (;;) {
    const [worker = ''] = readFileSync(`/proc/${master}/task/${master}/children`, 'latin1').trim().split(' ');
    if (worker !== '') return Number(worker);
    await sleep(10);
  }
}

/** A port of loopback that nobody holds right now. */
export async function freePort(): Promise<number> {
  const server = net.createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

const START_TRIES = 100;
const START_TRY_MS = 50;

/** Waits until something accepts connections on `port`. */
export async function untilAnswers(port: number): Promise<void> {
  for (let i = 0; i < START_TRIES; i++) {
    const open = await new Promise<boolean>((resolve) => {
      const socket = net.connect(port, '127.0.0.1');
      socket.on('connect', () => resolve(true));
      socket.on('error', () => resolve(false));
      socket.on('close', () => resolve(false));
      socket.on('connect', () => socket.destroy());
    });
    if (open) return;
    await new Promise((resolve) => setTimeout(resolve, START_TRY_MS));
  }
  throw new Error(`Nothing answers on port ${port} after ${(START_TRIES * START_TRY_MS) / 1000} s.`);
}
