/**
 * Step 6: the end of every exchange, however it ended. Takes away what was asked, lets go of the engine, gives back
 * what the request held. After this nothing of the request is reachable but its usage record (INFER-1).
 */
import { freeSlots, release } from './admit.ts';
import type { Exchange } from './exchange.ts';
import type { Services } from './services.ts';

export function forget(services: Services, exchange: Exchange): void {
  if (exchange.over) return;
  exchange.over = true;
  exchange.client.whenLeft(null);
  exchange.connection?.abort();
  exchange.connection = null;
  exchange.reply = null;
  exchange.request = null;
  if (exchange.reservation !== null) {
    if (exchange.recorded) freeSlots(exchange.reservation);
    else release(exchange.reservation);
    exchange.reservation = null;
  }
  exchange.repeat?.ended();
  exchange.repeat = null;
  services.running.delete(exchange);
}
