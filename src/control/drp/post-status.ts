/**
 * Tells an agent's host how a request stands (2.03): over TLS, following no redirect, reading no answer, and never to an
 * address of a private network unless that is configured. What the name leads to is looked at where it is connected to,
 * so that a name which leads elsewhere the second time gains nothing.
 */
import { lookup } from 'node:dns';
import { request } from 'node:https';
import { BlockList, isIP, type LookupFunction } from 'node:net';
import type { ExerciseStatus } from './words.ts';

const WHOLE_MS_MAX = 10_000;

const PRIVATE_V4 = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['224.0.0.0', 3],
] as const;
/** The last two lead to IPv4 addresses again. */
const PRIVATE_V6 = [
  ['::', 127],
  ['fc00::', 7],
  ['fe80::', 10],
  ['ff00::', 8],
  ['64:ff9b::', 32],
  ['2002::', 16],
] as const;

const PRIVATE = new BlockList();
for (const [network, bits] of PRIVATE_V4) PRIVATE.addSubnet(network, bits, 'ipv4');
for (const [network, bits] of PRIVATE_V6) PRIVATE.addSubnet(network, bits, 'ipv6');

/** Of this machine, a private network, or nobody's. */
export function isPrivate(address: string): boolean {
  const plain = address.replace(/^::ffff:(?=\d+\.)/i, '');
  const family = isIP(plain);
  return family === 0 || PRIVATE.check(plain, family === 4 ? 'ipv4' : 'ipv6');
}

class PrivateAddress extends Error {}

/** As Node's, and fails for names that lead to a private address, also among others. */
const publicLookup: LookupFunction = (hostname, options, answered) => {
  lookup(hostname, { ...options, all: true }, (error, addresses) => {
    if (error !== null) return answered(error, '', 0);
    const [first] = addresses;
    if (first === undefined || addresses.some(({ address }) => isPrivate(address)))
      return answered(new PrivateAddress('a private address'), '', 0);
    return options.all === true ? answered(null, addresses) : answered(null, first.address, first.family);
  });
};

export interface Telling {
  readonly url: string;
  readonly status: ExerciseStatus;
  readonly privateToo: boolean;
  readonly signal: AbortSignal;
}

/** Answers the status of the reply. Rejects where there is none in time, or the address is not one to connect to. */
export async function postStatus({ url, status, privateToo, signal }: Telling): Promise<number> {
  const host = new URL(url).hostname.replace(/^\[|\]$/g, '');
  if (!privateToo && isIP(host) !== 0 && isPrivate(host)) throw new PrivateAddress('a private address');
  const body = JSON.stringify(status);
  const ended = AbortSignal.any([signal, AbortSignal.timeout(WHOLE_MS_MAX)]);
  return new Promise((resolve, reject) => {
    const sent = request(url, {
      method: 'POST',
      agent: false,
      signal: ended,
      headers: { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) },
      ...(!privateToo && { lookup: publicLookup }),
    });
    sent.on('error', reject);
    sent.on('response', (reply) => {
      resolve(reply.statusCode ?? 0);
      reply.destroy();
    });
    sent.end(body);
  });
}
