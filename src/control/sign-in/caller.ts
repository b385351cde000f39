/** Who asks, as far as we look: the truncated network, the kind of device, the cookies. The raw address goes no further. */
import { BlockList, isIP, isIPv4 } from 'node:net';
import { type Device, deviceOf } from './device.ts';

export interface Caller {
  /** `192.0.2.0`, `2001:db8::`: the first 24 or 48 bits of the address. */
  readonly network: string;
  readonly device: Device;
  /** The request's Cookie header. */
  readonly cookies: string;
}

/** Hops of a forwarding chain that are looked at, from the right. */
const HOPS_MAX = 32;
const V6_GROUPS_KEPT = 3;
const UNKNOWN = '0.0.0.0';

/** The networks whose `X-Forwarded-For` is believed, ready to be asked. */
export function trustedBy(networks: readonly string[]): BlockList {
  const list = new BlockList();
  for (const network of networks) {
    const [address = '', bits = ''] = network.split('/');
    list.addSubnet(address, Number(bits), isIPv4(address) ? 'ipv4' : 'ipv6');
  }
  return list;
}

/** `peer`: the address that the connection comes from. */
export function callerOf(headers: Headers, peer: string | undefined, trusted: BlockList): Caller {
  return {
    network: truncated(clientOf(headers.get('x-forwarded-for'), peer, trusted)),
    device: deviceOf(headers.get('user-agent')),
    cookies: headers.get('cookie') ?? '',
  };
}

/** Whether the caller's address lies in one of these networks (CIDR); the address itself goes no further. */
export function isFromOne(
  headers: Headers,
  peer: string | undefined,
  trusted: BlockList,
  networks: readonly string[],
): boolean {
  return isTrusted(clientOf(headers.get('x-forwarded-for'), peer, trusted), trustedBy(networks));
}

/** Walks the chain from the right, through trusted proxies only. */
function clientOf(forwarded: string | null, peer: string | undefined, trusted: BlockList): string {
  let client = unmapped(peer ?? '');
  const hops = (forwarded ?? '').split(',').slice(-HOPS_MAX);
  while (isTrusted(client, trusted)) {
    const before = unmapped((hops.pop() ?? '').trim());
    if (isIP(before) === 0) break;
    client = before;
  }
  return client;
}

const isTrusted = (address: string, trusted: BlockList): boolean =>
  isIP(address) !== 0 && trusted.check(address, isIPv4(address) ? 'ipv4' : 'ipv6');

const unmapped = (address: string): string => address.replace(/^::ffff:(?=\d+\.)/i, '').replace(/%.*$/, '');

function truncated(address: string): string {
  if (isIPv4(address)) return address.replace(/\.\d+$/, '.0');
  if (isIP(address) === 0) return UNKNOWN;
  const [head = '', tail] = address.toLowerCase().split('::');
  const before = head === '' ? [] : head.split(':');
  const after = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - before.length - after.length);
  const groups = [...before, ...Array<string>(zeros).fill('0'), ...after].slice(0, V6_GROUPS_KEPT);
  return `${groups.map((group) => Number.parseInt(group, 16).toString(16)).join(':')}::`;
}
