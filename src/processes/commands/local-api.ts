/**
 * The API of the instance on this machine, past its public address: names, proxies and certificates are for others.
 */
import http, { type IncomingMessage } from 'node:http';
import https from 'node:https';
import type { Instance } from '../supervisor/instance.ts';
import { reachable } from '../supervisor/serving.ts';
import { CommandError } from './admin-client.ts';

export interface Reply {
  readonly status: number;
  readonly body: IncomingMessage;
}

/** `body` makes it a POST. Throws `CommandError` when nobody answers or `signal` ends it. */
export function askLocally(
  instance: Instance,
  place: string,
  key: string,
  signal: AbortSignal,
  body?: string,
): Promise<Reply> {
  const secure = instance.apiSecure;
  const options = {
    host: reachable(instance.apiHost),
    port: instance.apiPort,
    path: place,
    method: body === undefined ? 'GET' : 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    agent: false,
    // The certificate names the public address; what is asked here is this machine.
    rejectUnauthorized: false,
    signal,
  };
  return new Promise((resolve, reject) => {
    const request = (secure ? https : http).request(options, (message) => {
      resolve({ status: message.statusCode ?? 0, body: message });
    });
    request.on('error', () => {
      reject(
        new CommandError(
          signal.aborted
            ? 'Stopped.'
            : `The API does not answer on port ${instance.apiPort}: run \`kept doctor\`.`,
        ),
      );
    });
    request.end(body);
  });
}

/** The body as JSON; an empty object when it is none. */
export async function readJson(reply: Reply): Promise<unknown> {
  let text = '';
  reply.body.setEncoding('utf8');
  for await (const part of reply.body) text += part;
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}
