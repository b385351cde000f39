/** The embedded engine's process. */
import net from 'node:net';
import { startEngine } from '../engine/index.ts';
import type { EngineEvent } from '../engine/report.ts';
import type { EngineSettings } from '../engine/settings.ts';
import type { Inherited } from '../gateway/walls.ts';
import type { Level } from '../log/fields.ts';
import { faultFields } from '../log/log.ts';
import { runRole } from './role.ts';

/** What the process itself says, whatever the role. */
const SAID_BY_ROLE: readonly EngineEvent[] = ['ready', 'stopping'];
const LEVELS: Readonly<Partial<Record<EngineEvent, Level>>> = { fault: 'error', sequence_failed: 'error' };

await runRole<EngineSettings>('engine', ({ settings, inherited }, log) => {
  listenOnInherited(inherited);
  return startEngine(settings, (event, fields, error) => {
    if (SAID_BY_ROLE.includes(event)) return;
    log(LEVELS[event] ?? 'info', event, error === undefined ? fields : { ...fields, ...faultFields(error) });
  });
});

/** The engine may make no socket either: where it asks for a path that the launcher has made, it gets that one. */
function listenOnInherited(inherited: readonly Inherited[]): void {
  const listen = net.Server.prototype.listen as (this: net.Server, ...args: unknown[]) => net.Server;
  net.Server.prototype.listen = function (this: net.Server, ...args: unknown[]): net.Server {
    const first = args[0];
    const asked = typeof first === 'object' && first !== null ? (first as { path?: unknown }).path : first;
    const socket = inherited.find((one) => one.path === asked);
    if (socket === undefined || socket.fd === null) return listen.apply(this, args);
    return listen.call(this, { fd: socket.fd }, ...args.filter((a) => typeof a === 'function'));
  } as typeof net.Server.prototype.listen;
}
