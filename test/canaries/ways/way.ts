/** A way for content into the system: what is sent, and how the exchange is ended. */
import { type RawOptions, type RawRequest, rawExchange, rawRequest } from '../../support/raw-client.ts';

export interface Stand {
  readonly apiPort: number;
  readonly sitePort: number;
  readonly metricsPort: number | null;
  /** A key with credit. */
  readonly key: string;
  /** A key of an account without credit. */
  readonly poorKey: string;
  /** A model that the instance serves. */
  readonly model: string;
  readonly embeddingModel: string;
}

export interface Way {
  readonly name: string;
  /** Sends `canary` its way. Answers what came back, for the curious. */
  readonly run: (stand: Stand, canary: string) => Promise<string>;
  /** What is sent this way is none of the engine's business: it must not even reach it. */
  readonly staysHere?: true;
}

export const CHAT = '/v1/chat/completions';
export const COMPLETIONS = '/v1/completions';
export const EMBEDDINGS = '/v1/embeddings';

/** Sends one well-formed request with a good key. */
export const send = (stand: Stand, request: RawRequest, options?: RawOptions): Promise<string> =>
  rawExchange(stand.apiPort, [rawRequest({ key: stand.key, ...request })], options);

/** A chat body that says `content`, with more fields. */
export const chat = (stand: Stand, content: unknown, more: object = {}): object => ({
  model: stand.model,
  messages: [{ role: 'user', content }],
  ...more,
});

export const sendChat = (
  stand: Stand,
  content: unknown,
  more: object = {},
  options?: RawOptions,
): Promise<string> => send(stand, { path: CHAT, body: JSON.stringify(chat(stand, content, more)) }, options);
