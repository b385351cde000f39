/** What every step may use: made once at the start, never replaced. */
import type { Log } from '../log/log.ts';
import type { CacheSalts } from './cache-salts.ts';
import type { ControlLink } from './control-link.ts';
import type { Engines } from './engines.ts';
import type { Exchange } from './exchange.ts';
import type { Idempotency } from './idempotency.ts';
import type { Metrics } from './metrics.ts';
import type { GatewaySettings } from './settings.ts';
import type { Snapshot } from './snapshot.ts';

export interface Services {
  readonly settings: GatewaySettings;
  readonly log: Log;
  readonly link: ControlLink;
  readonly snapshot: Snapshot;
  readonly engines: Engines;
  readonly metrics: Metrics;
  readonly idempotency: Idempotency;
  readonly salts: CacheSalts;
  /** Exchanges that have not ended. */
  readonly running: Set<Exchange>;
}
