/** Hosts that count as the operator's own: of this machine, or of a private network. */
import { lookup } from 'node:dns/promises';
import { BlockList, isIP } from 'node:net';

const own = new BlockList();
own.addSubnet('127.0.0.0', 8);
own.addSubnet('10.0.0.0', 8);
own.addSubnet('172.16.0.0', 12);
own.addSubnet('192.168.0.0', 16);
own.addAddress('::1', 'ipv6');
own.addSubnet('fc00::', 7, 'ipv6');

/** Whether every address of `host` is this machine's or a private network's. */
export async function isOwn(host: string): Promise<boolean> {
  const literal = host.replace(/^\[|\]$/g, '');
  if (isIP(literal) !== 0) return isOwnAddress(literal);
  if (literal === 'localhost' || literal.endsWith('.localhost')) return true;
  const found = await lookup(literal, { all: true }).catch(() => []);
  return found.length > 0 && found.every(({ address }) => isOwnAddress(address));
}

function isOwnAddress(address: string): boolean {
  return own.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');
}
