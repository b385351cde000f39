/**
 * Control connects to declared places only (DISCLOSE-2). Whatever library asks, and whatever made it ask: another place
 * is refused before a name is looked up, and counted. Laid over `net`, which everything in JavaScript connects by; what
 * runs outside of this process (`master_key_command`) is not held by it.
 */
import dgram from 'node:dgram';
import { syncBuiltinESMExports } from 'node:module';
import net from 'node:net';
import type { Place } from './places.ts';

/** Refused places that are remembered for `doctor`. */
const REMEMBERED_MAX = 20;

/** Something of control's connected to a place that is not declared. */
export class EgressRefused extends Error {
  override readonly name = 'EgressRefused';
  /** As connections that fail have one. */
  readonly code = 'EGRESS_REFUSED';
}

export interface Egress {
  /** Connections begun since the start, by recipient. */
  readonly begun: ReadonlyMap<string, number>;
  /** The other ends of those that stand now, over TCP. */
  ends(): readonly End[];
  /** Refused since the start. */
  readonly refused: number;
  /** Hosts and ports of the last ones that were refused, for the operator of this machine only. */
  readonly refusedPlaces: readonly string[];
}

export interface End {
  readonly address: string;
  readonly port: number;
}

/** What `net.Socket.connect` is asked for. */
interface Asked {
  readonly path?: unknown;
  readonly host?: unknown;
  readonly port?: unknown;
}

/** Counts without refusing: for a control that runs within another program, such as a test's. */
export const NO_EGRESS: Egress = { begun: new Map(), ends: () => [], refused: 0, refusedPlaces: [] };

/** For good: from here on no connection leads elsewhere. `onRefused` hears of each that was refused. */
export function guardEgress(places: readonly Place[], onRefused: (error: EgressRefused) => void): Egress {
  const byKey = new Map(places.map((place) => [keyOf(place), place.recipient]));
  const begun = new Map<string, number>();
  const open = new Set<net.Socket>();
  const refusedPlaces = new Set<string>();
  let refused = 0;
  // `by`: whatever stands above it in the stack is who asked.
  const refuse = (where: string, by: (...args: never) => unknown): EgressRefused => {
    const error = new EgressRefused('No recipient is declared there.');
    Error.captureStackTrace(error, by);
    refused += 1;
    if (refusedPlaces.size < REMEMBERED_MAX) refusedPlaces.add(where.slice(0, 255));
    onRefused(error);
    return error;
  };

  const connect = net.Socket.prototype.connect as (this: net.Socket, ...args: unknown[]) => net.Socket;
  function guarded(this: net.Socket, ...args: unknown[]): net.Socket {
    const key = keyOf(placeAsked(args));
    const recipient = byKey.get(key);
    // As an outage, so that every library ends as it does when nobody answers.
    if (recipient === undefined) return this.destroy(refuse(key, guarded));
    begun.set(recipient, (begun.get(recipient) ?? 0) + 1);
    open.add(this);
    this.once('close', () => open.delete(this));
    return connect.apply(this, args);
  }
  function noDatagrams(): never {
    throw refuse('datagrams', noDatagrams);
  }
  replace(net.Socket.prototype, 'connect', guarded);
  replace(dgram, 'createSocket', noDatagrams);
  syncBuiltinESMExports();
  return {
    begun,
    ends: () =>
      [...open].flatMap(({ remoteAddress: address, remotePort: port }) =>
        address === undefined || port === undefined ? [] : [{ address, port }],
      ),
    get refused() {
      return refused;
    },
    get refusedPlaces() {
      return [...refusedPlaces];
    },
  };
}

/** Nobody can put the old function back. */
function replace(of: object, name: string, value: unknown): void {
  Object.defineProperty(of, name, { value, writable: false, configurable: false, enumerable: true });
}

/** One text for a place, however it was written. */
export function keyOf({ path, host, port }: Asked): string {
  if (typeof path === 'string') return `socket ${path}`;
  const name = typeof host === 'string' && host !== '' ? host : 'localhost';
  return `${name.toLowerCase().replace(/^\[|\]$|\.$/g, '')}:${Number(port)}`;
}

/** What arguments of `connect` name, in all the forms that Node takes. */
export function placeAsked(args: readonly unknown[]): Asked {
  // `net.connect` hands its arguments on as one normalised array.
  const first = Array.isArray(args[0]) ? args[0][0] : args[0];
  if (typeof first === 'object' && first !== null) return first as Asked;
  if (typeof first === 'number' || (typeof first === 'string' && /^\d+$/.test(first)))
    return typeof args[1] === 'string' ? { port: first, host: args[1] } : { port: first };
  return { path: first };
}
