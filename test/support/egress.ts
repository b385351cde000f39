/**
 * Every connection that a control of a test's makes goes to a declared place (DISCLOSE-2): whoever started it is told at
 * its end of each that did not. A control in a process of its own has the guard itself, which refuses and logs.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import net from 'node:net';
import { keyOf, placeAsked } from '../../src/control/processors/guard.ts';
import { placesOf } from '../../src/control/processors/index.ts';
import type { ControlSettings } from '../../src/control/settings.ts';

interface Watch {
  readonly declared: Set<string>;
  readonly elsewhere: string[];
}

const watching = new AsyncLocalStorage<Watch>();
let isLaid = false;

/** Once for the process of the tests; connections of the tests themselves are not looked at. */
function layOver(): void {
  if (isLaid) return;
  isLaid = true;
  const connect = net.Socket.prototype.connect as (this: net.Socket, ...args: unknown[]) => net.Socket;
  net.Socket.prototype.connect = function (this: net.Socket, ...args: unknown[]): net.Socket {
    const watch = watching.getStore();
    const key = keyOf(placeAsked(args));
    if (watch !== undefined && !watch.declared.has(key)) watch.elsewhere.push(key);
    return connect.apply(this, args);
  } as typeof net.Socket.prototype.connect;
}

/** Runs `start` and all that follows from it under watch; `require` throws where it connected elsewhere. */
export function watchEgress(settings: ControlSettings) {
  layOver();
  const watch: Watch = { declared: new Set(), elsewhere: [] };
  return {
    /** Settings may be others at each start. */
    run<T>(start: () => Promise<T>): Promise<T> {
      for (const place of placesOf(settings)) watch.declared.add(keyOf(place));
      return watching.run(watch, start);
    },
    require(): void {
      if (watch.elsewhere.length > 0)
        throw new Error(`control connected to places that are not declared: ${watch.elsewhere.join(', ')}`);
    },
  };
}

/** Throws where a log holds a connection that the guard refused. */
export function requireNoRefusal(log: string): void {
  if (log.includes('"event":"egress_refused"'))
    throw new Error('control was refused a connection to a place that is not declared');
}
