/** An inference request through the steps: authenticated before, here read, routed, admitted and forwarded. */
import type { CatalogueModel, Endpoint } from '../link/words.ts';
import { admit, admitNow, type Reservation, release } from './admit.ts';
import { parseBody } from './api/body.ts';
import { ApiError } from './api/errors.ts';
import { type ApiRequest, readChat, readCompletion, readEmbedding } from './api/parameters.ts';
import type { Need } from './bound.ts';
import type { ClientConnection } from './client-connection.ts';
import { Exchange } from './exchange.ts';
import { forget } from './forget.ts';
import { forward } from './forward.ts';
import { type Candidate, route } from './route.ts';
import { sendError } from './send-error.ts';
import type { Services } from './services.ts';
import type { Key } from './snapshot.ts';

const READ: Readonly<Record<Endpoint, (body: unknown) => ApiRequest>> = {
  chat: readChat,
  completions: readCompletion,
  embeddings: readEmbedding,
};

/** What the head of an inference request said. */
export interface Asked {
  readonly endpoint: Endpoint;
  readonly key: Key;
  /** Our id of the request, for the reply's headers and the record. */
  readonly id: string;
  /** Header lines that every reply to it has. */
  readonly headers: string;
  readonly idempotencyKey: string;
}

/** Runs a request whose body has come. Throws `ApiError` for what can be refused at once. */
export function infer(services: Services, client: ClientConnection, asked: Asked, body: Buffer): void {
  const { key, endpoint } = asked;
  const bodyBytes = body.length;
  const request = READ[endpoint](parseBody(body));
  client.forgetBody();
  const model = findModel(services, key, request);
  const candidates = route(model, key.account.state.terms, request.provider, services.engines);
  mayRunWithoutControl(services);
  const about = `${endpoint} ${model.number} ${bodyBytes} ${request.stream}`;
  const repeat = services.idempotency.begin(key.state.account, asked.idempotencyKey, about);
  const exchange = new Exchange(asked.id, client, key, model, request, repeat, asked.headers);
  services.running.add(exchange);
  const need: Need = {
    key,
    model,
    bodyBytes,
    single: endpoint === 'chat',
    n: request.answers,
    maxOutput: endpoint === 'embeddings' ? 0 : request.maxOutput,
  };
  const reservation = admitNow(need);
  if (reservation !== null) {
    exchange.reservation = reservation;
    forward(services, exchange, candidates);
  } else {
    askToAdmit(services, exchange, asked, need, candidates);
  }
}

function findModel(services: Services, key: Key, request: ApiRequest): CatalogueModel {
  const model = services.snapshot.model(request.model);
  if (model === undefined) throw new ApiError('model_not_found', { param: 'model' });
  if (key.state.models !== null && !key.state.models.includes(model.number)) {
    throw new ApiError('model_not_allowed', { param: 'model' });
  }
  if ((model.kind === 'embedding') !== (request.endpoint === 'embeddings')) {
    throw new ApiError('unsupported_endpoint', { param: 'model' });
  }
  return model;
}

/** While control is away or stands still, requests run on what was granted before, up to a stated number. */
function mayRunWithoutControl(services: Services): void {
  const { link, settings, running } = services;
  if (link.up && !link.recorder.stalled) return;
  if (link.recorder.waiting + running.size >= settings.unrecordedMax) {
    throw new ApiError('control_away', { retryAfter: 1 });
  }
}

function askToAdmit(
  services: Services,
  exchange: Exchange,
  asked: Asked,
  need: Need,
  candidates: readonly Candidate[],
): void {
  exchange.client.whenLeft(() => forget(services, exchange));
  const admitted = (reservation: Reservation): void => {
    if (exchange.over) {
      release(reservation);
      return;
    }
    exchange.startedAt = Date.now();
    exchange.reservation = reservation;
    forward(services, exchange, candidates);
  };
  const refused = (error: unknown): void => {
    if (exchange.over) return;
    forget(services, exchange);
    sendError(services, exchange.client, exchange.headers, error, asked.endpoint);
  };
  admit(need, services.link, services.snapshot).then(admitted, refused);
}
