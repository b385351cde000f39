/**
 * The gateway: the only process that sees prompts and outputs, and one that cannot remember. It has no database, no file
 * that it may write, no log of free text; what it knows of people are ids and limits (INFER-1).
 *
 * A request's way, each step in the file of its name:
 * authenticate → route → admit → forward → meter → forget.
 */
import type { Log } from '../log/log.ts';
import { CacheSalts } from './cache-salts.ts';
import type { ClientConnection } from './client-connection.ts';
import { allowOnly, engineTarget } from './connect.ts';
import { ControlLink } from './control-link.ts';
import { Endpoints } from './endpoints.ts';
import { Engines } from './engines.ts';
import type { Exchange } from './exchange.ts';
import { Idempotency } from './idempotency.ts';
import { openInside } from './inside.ts';
import { Listener } from './listen.ts';
import { Metrics } from './metrics.ts';
import type { Services } from './services.ts';
import type { GatewaySettings } from './settings.ts';
import { Snapshot } from './snapshot.ts';
import { walls } from './walls.ts';

const SWEEP_EXCHANGES_MS = 250;
const SWEEP_CONNECTIONS_MS = 1000;
const SWEEP_REPEATS_MS = 60_000;
/** Streams may finish this long after a stop was asked for. */
const STOP_STREAMS_MS = 30_000;
const STOP_RECORDS_MS = 5_000;
const STOP_POLL_MS = 50;

/** Serves until `stop()`: no new requests, running ones may finish, usage is delivered. */
export async function startGateway(settings: GatewaySettings, log: Log): Promise<{ stop(): Promise<void> }> {
  allowOnly([{ path: settings.link }, ...settings.engines.map(engineTarget)]);
  const snapshot = new Snapshot();
  const services: Services = {
    settings,
    log,
    snapshot,
    link: new ControlLink(settings, snapshot, log),
    engines: new Engines(settings.engines, log),
    metrics: new Metrics(),
    idempotency: new Idempotency(),
    salts: new CacheSalts(),
    running: new Set<Exchange>(),
  };
  const connections = new Set<ClientConnection>();
  const endpoints = new Endpoints(services, connections);
  const inside = await openInside(settings.inside, pages(services, connections));
  const listener = await Listener.open(settings, endpoints, connections, log);
  const timers = startSweeps(services, connections);
  return {
    async stop() {
      endpoints.stop();
      listener.close();
      for (const connection of connections) connection.stop();
      const until = Date.now() + STOP_STREAMS_MS;
      while (services.running.size > 0 && Date.now() < until) {
        await new Promise((resolve) => setTimeout(resolve, STOP_POLL_MS));
      }
      for (const connection of connections) connection.destroy();
      await services.link.stop(STOP_RECORDS_MS);
      services.engines.stop();
      for (const timer of timers) clearInterval(timer);
      inside.close();
    },
  };
}

function startSweeps(services: Services, connections: ReadonlySet<ClientConnection>): NodeJS.Timeout[] {
  const every = (ms: number, sweep: () => void): NodeJS.Timeout => setInterval(sweep, ms);
  return [
    every(SWEEP_EXCHANGES_MS, () => {
      const now = Date.now();
      for (const exchange of services.running) exchange.reply?.sweep(now);
    }),
    every(SWEEP_CONNECTIONS_MS, () => {
      const now = Date.now();
      for (const connection of connections) connection.sweep(now);
    }),
    every(SWEEP_REPEATS_MS, () => services.idempotency.sweep()),
  ];
}

function pages(services: Services, connections: ReadonlySet<ClientConnection>) {
  const { link, running, metrics, engines, snapshot } = services;
  return {
    health: () => ({
      ready: snapshot.whole,
      control: link.up,
      walls: walls(),
      engines: [...engines.all()].map((engine) => ({ number: engine.settings.number, up: engine.up })),
    }),
    metrics: () =>
      metrics.page({
        kept_connections: connections.size,
        kept_requests_running: running.size,
        kept_records_waiting: link.recorder.waiting,
        kept_control_up: link.up ? 1 : 0,
        kept_resident_bytes: process.memoryUsage.rss(),
      }),
  };
}
