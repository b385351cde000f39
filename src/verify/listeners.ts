/** At which ports processes listen for others than this machine. */
import { BlockList, isIPv6 } from 'node:net';
import { socketsOf } from './sockets.ts';

const HERE = new BlockList();
HERE.addSubnet('127.0.0.0', 8, 'ipv4');
HERE.addAddress('::1', 'ipv6');

/** Each once, in order. Rejects where a process cannot be looked into. */
export async function portsOpenToOthers(pids: readonly number[]): Promise<number[]> {
  const sockets = (await Promise.all(pids.map((pid) => socketsOf(pid)))).flat();
  const ports = sockets
    .filter(({ state }) => state === 'listening')
    .filter(({ here: { address } }) => !HERE.check(address, isIPv6(address) ? 'ipv6' : 'ipv4'))
    .map(({ here }) => here.port);
  return [...new Set(ports)].sort((one, two) => one - two);
}
