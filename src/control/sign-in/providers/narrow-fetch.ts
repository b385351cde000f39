/**
 * Requests to a provider: to addresses that were declared, over TLS, within a time and a size, following no redirect. A
 * provider is the operator's choice, and yet not one of us.
 */
import type { CustomFetch, FetchBody } from 'openid-client';
import { isHere } from '../../on-this-machine.ts';

const ANSWER_BYTES_MAX = 512 * 1024;
const ANSWER_MS_MAX = 10_000;
const NO_BODY = new Set([204, 205, 304]);

/** `isDeclared`: whether a request may go there. Rejects for any other address, and for what is too long or too late. */
export function narrowFetch(isDeclared: (url: string) => boolean, withoutTls: boolean): CustomFetch {
  return async (url, { method, headers, body }) => {
    const isSafe = new URL(url).protocol === 'https:' || (withoutTls && isHere(url));
    if (!isSafe || !isDeclared(url)) throw new Error('an address that the provider did not declare');
    const signal = AbortSignal.timeout(ANSWER_MS_MAX);
    const sent = { method, headers, redirect: 'manual', signal } as const;
    const reply = await fetch(url, body == null ? sent : { ...sent, body: asText(body) });
    const { status } = reply;
    const bytes = await read(reply);
    return new Response(NO_BODY.has(status) ? null : bytes, { status, headers: reply.headers });
  };
}

/** The library sends forms only. */
function asText(body: FetchBody): string {
  if (body instanceof URLSearchParams || typeof body === 'string') return body.toString();
  throw new Error('a body that is no form');
}

async function read(reply: Response): Promise<Uint8Array<ArrayBuffer>> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of reply.body ?? []) {
    length += part.length;
    if (length > ANSWER_BYTES_MAX) throw new Error('an answer that is too long');
    parts.push(part);
  }
  return new Uint8Array(Buffer.concat(parts));
}
