/**
 * One inference request from its admission to its end: what the steps share. It holds no content but the checked
 * request, which `forget.ts` takes away as soon as it has been answered.
 */
import type { Id } from '../link/ids.ts';
import type { CatalogueModel } from '../link/words.ts';
import type { Reservation } from './admit.ts';
import type { ApiRequest } from './api/parameters.ts';
import type { ClientConnection } from './client-connection.ts';
import type { EngineConnection } from './engine-connection.ts';
import type { Engine } from './engines.ts';
import type { Repeat } from './idempotency.ts';
import type { Key } from './snapshot.ts';

/** What an exchange's reply does every quarter of a second. */
export interface Timed {
  sweep(now: number): void;
}

export class Exchange {
  readonly id: Id;
  readonly client: ClientConnection;
  readonly key: Key;
  readonly model: CatalogueModel;
  /** When it was admitted: the prices and the windows of that moment count. Until then when it came. */
  startedAt = Date.now();
  /** Header lines of the reply that are known at the start. */
  readonly headers: string;
  /** What was asked; null once it is no longer needed. */
  request: ApiRequest | null;
  repeat: Repeat | null;
  reservation: Reservation | null = null;
  /** Its usage is on the way to control; of the reservation only the slots are left. */
  recorded = false;
  engine: Engine | null = null;
  connection: EngineConnection | null = null;
  reply: Timed | null = null;
  /** When the engine's first byte came; 0 before. */
  firstByteAt = 0;
  /** The client has its answer, or is gone. */
  over = false;

  constructor(
    id: Id,
    client: ClientConnection,
    key: Key,
    model: CatalogueModel,
    request: ApiRequest,
    repeat: Repeat | null,
    headers: string,
  ) {
    this.id = id;
    this.client = client;
    this.key = key;
    this.model = model;
    this.request = request;
    this.repeat = repeat;
    this.headers = headers;
  }
}
