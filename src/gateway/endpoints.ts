/**
 * The public paths: what each is for, who may ask, and who answers. Every path also stands under `/v1/openai`; a query
 * is passed over.
 */
import { newId } from '../link/ids.ts';
import type { Endpoint } from '../link/words.ts';
import { ApiError } from './api/errors.ts';
import { keyBody, type LimitFacts } from './api/key-page.ts';
import { modelBody, modelsBody } from './api/models-page.ts';
import { PLACES, type Place, POSTED } from './api/places.ts';
import { authenticate } from './authenticate.ts';
import { captureRequest } from './capture.ts';
import type { ClientConnection, Dispatcher, Work } from './client-connection.ts';
import type { RequestHead } from './http/request-head.ts';
import { infer } from './infer.ts';
import { type Networks, parseNetworks } from './network.ts';
import { limitOf, rateHeaders } from './rate-headers.ts';
import { JSON_TYPE } from './reply.ts';
import { sendError } from './send-error.ts';
import type { Services } from './services.ts';
import type { Key } from './snapshot.ts';
import { walls } from './walls.ts';

type AnyPlace = Place | 'other';

const MODEL_PREFIX = '/v1/models/';
const OPENAI_PREFIX = '/v1/openai/';
const CORS_SECONDS = 600;
/** What a browser may make of an answer, should one open it: nothing (ASVS 3.4). */
const SAFETY =
  "x-content-type-options: nosniff\r\ncontent-security-policy: default-src 'none'; frame-ancestors 'none'\r\n";
/** Two years (RFC 6797). */
const stayOnHttps = (apiUrl: string): string =>
  apiUrl.startsWith('https:') ? 'strict-transport-security: max-age=63072000; includeSubDomains\r\n' : '';
/** A body that nobody asked for may be this long; it is read and passed over. */
const IGNORED_BODY_BYTES_MAX = 16 * 1024;

export class Endpoints implements Dispatcher {
  readonly #services: Services;
  readonly #connections: Set<ClientConnection>;
  readonly #trusted: Networks;
  /** The same on every answer. */
  readonly #always: string;
  readonly #siteOrigins: ReadonlySet<string>;
  #stopping = false;

  constructor(services: Services, connections: Set<ClientConnection>) {
    this.#services = services;
    this.#connections = connections;
    this.#trusted = parseNetworks(services.settings.trustedProxies);
    const site = services.settings.siteUrl.replace(/\/$/, '');
    this.#always = `link: <${site}/privacy>; rel="privacy-policy"\r\n${SAFETY}${stayOnHttps(services.settings.apiUrl)}`;
    this.#siteOrigins = originsOf(services.settings.siteUrl);
  }

  /** From now on every new request is refused. */
  stop(): void {
    this.#stopping = true;
  }

  begin(client: ClientConnection, head: RequestHead): Work {
    const id = newId();
    const headers = this.#headers(id, head.origin);
    let place: AnyPlace = 'other';
    try {
      const path = pathOf(head.target);
      place = PLACES.get(path) ?? (path.startsWith(MODEL_PREFIX) ? 'models' : 'other');
      return this.#work(client, head, place, path, id, headers);
    } catch (error) {
      sendError(this.#services, client, headers + allowLine(error, place), error, place);
      return () => {};
    }
  }

  refuse(client: ClientConnection, error: ApiError): void {
    const headers = this.#headers(newId(), '') + allowLine(error, 'other');
    sendError(this.#services, client, headers, error, 'other');
  }

  closed(client: ClientConnection): void {
    this.#connections.delete(client);
  }

  #work(
    client: ClientConnection,
    head: RequestHead,
    place: AnyPlace,
    path: string,
    id: string,
    headers: string,
  ): Work {
    if (place === 'other') throw new ApiError('not_found');
    if (!(POSTED.has(place) && head.method === 'POST')) checkIgnoredBody(head);
    if (head.method === 'OPTIONS') {
      return () => client.reply(204, JSON_TYPE, this.#preflight(headers, place), '');
    }
    if (place === 'healthz' || place === 'readyz') return () => this.#health(client, place, headers);
    if (this.#stopping) throw new ApiError('shutting_down', { retryAfter: 1 });
    const posted = POSTED.has(place);
    const right = posted ? head.method === 'POST' : head.method === 'GET' || head.method === 'HEAD';
    if (!right) throw new ApiError('method_not_allowed');
    const { snapshot, link } = this.#services;
    const key = authenticate(head.authorization, client, this.#trusted, snapshot, link.hasher);
    if (place === 'models') return () => this.#models(client, path, headers);
    if (place === 'key') return () => void this.#key(client, key, headers);
    checkBody(head);
    const { idempotencyKey } = head;
    const asked = {
      endpoint: place as Endpoint,
      key,
      id,
      headers: headers + rateHeaders(key),
      idempotencyKey,
    };
    return (body) => {
      captureRequest(this.#services, client, asked, body);
      try {
        infer(this.#services, client, asked, body);
      } catch (error) {
        sendError(this.#services, client, asked.headers, error, place);
      }
    };
  }

  #headers(id: string, origin: string): string {
    const always = `x-request-id: req_${id}\r\n${this.#always}`;
    if (origin === '' || !this.#siteOrigins.has(origin)) return always;
    return `${always}access-control-allow-origin: ${origin}\r\nvary: origin\r\naccess-control-expose-headers: x-request-id, retry-after, x-ratelimit-limit-requests, x-ratelimit-remaining-requests, x-ratelimit-reset-requests, x-ratelimit-limit-tokens, x-ratelimit-remaining-tokens, x-ratelimit-reset-tokens\r\n`;
  }

  #preflight(headers: string, place: AnyPlace): string {
    return `${headers}allow: ${methodsOf(place)}\r\naccess-control-allow-methods: GET, POST\r\naccess-control-allow-headers: authorization, content-type, idempotency-key\r\naccess-control-max-age: ${CORS_SECONDS}\r\n`;
  }

  #health(client: ClientConnection, place: 'healthz' | 'readyz', headers: string): void {
    const { snapshot, engines } = this.#services;
    const engineUp = [...engines.all()].some((engine) => engine.up);
    const ready = snapshot.whole && snapshot.models().length > 0 && engineUp && !this.#stopping;
    const status = place === 'healthz' || ready ? 200 : 503;
    const body = {
      status: status === 200 ? 'ok' : 'not_ready',
      control: this.#services.link.up,
      walls: walls(),
    };
    client.reply(status, JSON_TYPE, headers, JSON.stringify(body));
  }

  #models(client: ClientConnection, path: string, headers: string): void {
    const { snapshot, settings, log, metrics } = this.#services;
    if (path === '/v1/models') {
      client.reply(200, JSON_TYPE, headers, modelsBody(snapshot.models(), settings.engines));
      return;
    }
    const model = snapshot.model(decoded(path.slice(MODEL_PREFIX.length)));
    if (model === undefined) {
      sendError(
        { log, metrics },
        client,
        headers,
        new ApiError('model_not_found', { param: 'model' }),
        'models',
      );
    } else client.reply(200, JSON_TYPE, headers, modelBody(model, settings.engines));
  }

  async #key(client: ClientConnection, key: Key, headers: string): Promise<void> {
    const { state } = key;
    const models = this.#services.snapshot.models();
    const limits = await this.#limits(key);
    client.reply(
      200,
      JSON_TYPE,
      headers,
      keyBody({
        key: state.id,
        account: state.account,
        expiresAt: state.expiresAt,
        models:
          state.models?.flatMap((number) => models.find((one) => one.number === number)?.name ?? []) ?? null,
        networks: state.networks,
        limits,
      }),
    );
  }

  /** Asks control what is left of each limit; what it cannot say is null. */
  async #limits(key: Key): Promise<LimitFacts[]> {
    const { plan, state, account } = key;
    const facts: LimitFacts[] = [];
    for (const meter of [...plan.money, ...plan.requests, ...plan.tokens, ...plan.slots]) {
      const { kind, of } = meter.name;
      const whose = of === state.id ? 'key' : 'account';
      const limit = limitOf(kind, (whose === 'key' ? state : account.state).limits);
      try {
        const grant = await this.#services.link.want(meter.name, 0);
        this.#services.snapshot.meters.granted(meter, grant);
        const left = Math.max(0, meter.remaining());
        facts.push({ of: whose, kind, limit: limit ?? grant.limit, left, resetsAt: grant.windowEndsAt });
      } catch {
        facts.push({ of: whose, kind, limit, left: null, resetsAt: 0 });
      }
    }
    return facts;
  }
}

/** The path without its query, and without OpenAI's prefix. */
function pathOf(target: string): string {
  const query = target.indexOf('?');
  const path = query < 0 ? target : target.slice(0, query);
  return path.startsWith(OPENAI_PREFIX) ? `/v1/${path.slice(OPENAI_PREFIX.length)}` : path;
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return '';
  }
}

function methodsOf(place: AnyPlace): string {
  if (place === 'other') return 'GET, HEAD, POST, OPTIONS';
  return POSTED.has(place) ? 'POST, OPTIONS' : 'GET, HEAD, OPTIONS';
}

/** The `allow` line that a 405 has to have (RFC 9110, 15.5.6). */
const allowLine = (error: unknown, place: AnyPlace): string =>
  error instanceof ApiError && error.code === 'method_not_allowed' ? `allow: ${methodsOf(place)}\r\n` : '';

/** Nobody who has no key may make us hold a large body. */
function checkIgnoredBody(head: RequestHead): void {
  if (head.chunked || head.contentLength > IGNORED_BODY_BYTES_MAX) {
    throw new ApiError('body_too_large', { numbers: { max_bytes: IGNORED_BODY_BYTES_MAX } });
  }
}

/** JSON, in no coding: nothing else is read. */
function checkBody(head: RequestHead): void {
  if (head.contentEncoding !== '' && head.contentEncoding !== 'identity') {
    throw new ApiError('unsupported_content_encoding');
  }
  const type = head.contentType;
  if (type === JSON_TYPE || type === '') return;
  const end = type.indexOf(';');
  const media = (end < 0 ? type : type.slice(0, end)).trim().toLowerCase();
  if (media !== JSON_TYPE) throw new ApiError('unsupported_content_type');
}

/** The site's own origin; on this machine `localhost` and `127.0.0.1` are the same site. */
function originsOf(siteUrl: string): ReadonlySet<string> {
  const url = new URL(siteUrl);
  const origins = new Set([url.origin]);
  for (const name of ['localhost', '127.0.0.1']) {
    if (url.hostname !== 'localhost' && url.hostname !== '127.0.0.1') break;
    url.hostname = name;
    origins.add(url.origin);
  }
  return origins;
}
