/** An agent of the Data Rights Protocol, written on another library than ours: it signs by TweetNaCl's combined mode. */
import nacl from 'tweetnacl';
import type { AgentSettings } from '../../src/control/drp/index.ts';

const MINUTE_MS = 60_000;
export const BUSINESS = 'KEPT_EXAMPLE';

export type Message = Readonly<Record<string, unknown>>;
export interface Reply {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape
  readonly body: any;
  readonly headers: Headers;
}

export class Agent {
  readonly id: string;
  readonly keys = nacl.sign.keyPair();
  token = '';
  #site = '';

  constructor(id: string) {
    this.id = id;
  }

  at(site: string): this {
    this.#site = site;
    return this;
  }

  /** As the directory has it. */
  settings(callbackHost: string | null = null): AgentSettings {
    const verifyKey = Buffer.from(this.keys.publicKey).toString('base64');
    return { id: this.id, name: `${this.id} for people`, verifyKey, callbackHost };
  }

  sign(message: unknown): string {
    const bytes = new TextEncoder().encode(JSON.stringify(message));
    return Buffer.from(nacl.sign(bytes, this.keys.secretKey)).toString('base64');
  }

  /** With a window of ten minutes that began a moment ago. */
  message(more: Message = {}): Message {
    const issued = Date.now() - 1000;
    return {
      'agent-id': this.id,
      'business-id': BUSINESS,
      'issued-at': new Date(issued).toISOString(),
      'expires-at': new Date(issued + 10 * MINUTE_MS).toISOString(),
      'drp.version': '0.9.4',
      ...more,
    };
  }

  async send(method: string, path: string, body?: string, token = this.token): Promise<Reply> {
    const response = await fetch(`${this.#site}/v1${path}`, {
      method,
      headers: {
        ...(token !== '' && { authorization: `Bearer ${token}` }),
        ...(body !== undefined && { 'content-type': 'text/plain' }),
      },
      ...(body !== undefined && { body }),
    });
    const text = await response.text();
    return {
      status: response.status,
      body: text === '' ? null : JSON.parse(text),
      headers: response.headers,
    };
  }

  async setUp(): Promise<void> {
    const reply = await this.send('POST', `/agent/${this.id}`, this.sign(this.message()), '');
    if (reply.status !== 200) throw new Error(`set-up: ${reply.status}`);
    this.token = reply.body.token;
  }

  exercise(right: string, more: Message = {}): Promise<Reply> {
    return this.post(this.message({ exercise: right, ...more }));
  }

  post(message: unknown): Promise<Reply> {
    return this.send('POST', '/data-rights-request', this.sign(message));
  }

  status(id: string): Promise<Reply> {
    return this.send('GET', `/data-rights-request/${id}`);
  }

  revoke(id: string, message: unknown = { reason: 'I changed my mind' }): Promise<Reply> {
    return this.send('DELETE', `/data-rights-request/${id}`, this.sign(message));
  }
}
