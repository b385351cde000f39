/** Waits until both servers say that they are ready. */
import http from 'node:http';
import https from 'node:https';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Config } from '../../config/index.ts';
import { StartError } from '../start-error.ts';

const SERVING_MS_MAX = 60_000;
const POLL_MS = 50;
const ANSWER_MS = 2000;

export async function untilServing(config: Config, signal: AbortSignal): Promise<void> {
  const api = { secure: config.tls !== null, host: reachable(config.apiHost), port: config.apiPort };
  const site = { secure: false, host: reachable(config.siteHost), port: config.sitePort };
  const deadline = Date.now() + SERVING_MS_MAX;
  for (const [server, what] of [
    [site, 'The site'],
    [api, 'The API'],
  ] as const) {
    while ((await statusOf(server, '/readyz')) !== 200) {
      signal.throwIfAborted();
      if (Date.now() > deadline) {
        throw new StartError(
          `${what} started but is not ready after ${SERVING_MS_MAX / 1000} s: check that the engines answer, then start again.`,
        );
      }
      await sleep(POLL_MS);
    }
  }
}

/** The address to knock at for a server that listens on `host`. */
export function reachable(host: string): string {
  return host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host;
}

interface Server {
  readonly secure: boolean;
  readonly host: string;
  readonly port: number;
}

/** The status of `GET path`, or 0 when nobody answers. */
export function statusOf({ secure, host, port }: Server, path: string): Promise<number> {
  return new Promise((resolve) => {
    // The certificate names the public address, not this one.
    const options = { host, port, path, timeout: ANSWER_MS, agent: false, rejectUnauthorized: false };
    const request = (secure ? https : http).get(options, (reply) => {
      reply.resume();
      resolve(reply.statusCode ?? 0);
    });
    request.on('timeout', () => request.destroy());
    request.on('error', () => resolve(0));
  });
}
