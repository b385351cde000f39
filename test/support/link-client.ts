/** A gateway's end of the link, driven by tests: speaks the real words over a real socket. */
import { connect, type Socket } from 'node:net';
import { newId } from '../../src/link/ids.ts';
import { encode, readMessages } from '../../src/link/wire.ts';
import {
  DOWN,
  type DownMessage,
  LINK_PROTOCOL,
  type Meter,
  UP,
  type UpMessage,
  type UsageRecord,
  type Wall,
} from '../../src/link/words.ts';

type Body<W extends DownMessage['word']> = Extract<DownMessage, { word: W }>['body'];
export type Held = Extract<UpMessage, { word: 'hello' }>['body']['held'][number];

export class LinkClient {
  readonly socket: Socket;
  readonly session: string;
  /** Everything that control said, in order. */
  readonly heard: DownMessage[] = [];
  #seq = 0;
  #listeners: (() => void)[] = [];

  constructor(path: string, session: string = newId()) {
    this.session = session;
    this.socket = connect(path);
    this.socket.on('error', () => {});
    readMessages(this.socket, DOWN, (message) => {
      this.heard.push(message);
      this.#wake();
    });
    this.socket.on('close', () => this.#wake());
  }

  /** Says hello and waits for the whole snapshot. */
  static async open(
    path: string,
    {
      session,
      pid = process.pid,
      missing = [],
      held = [],
    }: { session?: string; pid?: number; missing?: readonly Wall[]; held?: readonly Held[] } = {},
  ): Promise<LinkClient> {
    const client = new LinkClient(path, session);
    const hello = { protocol: LINK_PROTOCOL, session: client.session, pid, missing: [...missing], held };
    client.socket.write(encode(UP, 'hello', hello));
    await client.until('synced', () => true);
    return client;
  }

  get closed(): boolean {
    return this.socket.destroyed;
  }

  /** The first message of this kind that fits, heard already or yet to come. Rejects when the connection ends first. */
  async until<W extends DownMessage['word']>(word: W, fits: (body: Body<W>) => boolean): Promise<Body<W>> {
    let looked = 0;
    for (;;) {
      for (; looked < this.heard.length; looked++) {
        const message = this.heard[looked] as DownMessage;
        if (message.word === word && fits(message.body as Body<W>)) return message.body as Body<W>;
      }
      if (this.socket.destroyed) throw new Error(`the link ended before ${word}`);
      await new Promise<void>((resolve) => this.#listeners.push(resolve));
    }
  }

  async want(meter: Meter, need: number): Promise<Body<'granted'>> {
    const seq = ++this.#seq;
    this.socket.write(encode(UP, 'want', { seq, meter, need }));
    return this.until('granted', (body) => body.seq === seq);
  }

  /** Resolves when control says that it cannot answer this want yet. */
  async wantForLater(meter: Meter, need: number): Promise<void> {
    const seq = ++this.#seq;
    this.socket.write(encode(UP, 'want', { seq, meter, need }));
    await this.until('later', (body) => body.seq === seq);
  }

  give(meter: Meter, units: number, windowEndsAt = 0): void {
    this.socket.write(encode(UP, 'give', { meter, units, windowEndsAt }));
  }

  /** Resolves when the records are durable. */
  async records(records: readonly UsageRecord[]): Promise<void> {
    const seq = ++this.#seq;
    this.socket.write(encode(UP, 'records', { seq, records }));
    await this.until('recorded', (body) => body.seq === seq);
  }

  async voids(ids: readonly string[]): Promise<void> {
    const seq = ++this.#seq;
    this.socket.write(encode(UP, 'voids', { seq, ids }));
    await this.until('recorded', (body) => body.seq === seq);
  }

  /** Resolves when control has ended the connection. */
  async ended(): Promise<void> {
    if (!this.socket.closed) await new Promise((resolve) => this.socket.once('close', resolve));
  }

  close(): void {
    this.socket.destroy();
  }

  #wake(): void {
    for (const resolve of this.#listeners.splice(0)) resolve();
  }
}

/** A usage record of one request. */
export function usage(
  account: string,
  key: string,
  price: number,
  more: Partial<UsageRecord> = {},
): UsageRecord {
  return {
    id: newId(),
    account,
    key,
    model: 1,
    engine: 1,
    endpoint: 'chat',
    startedAt: Date.now(),
    durationMs: 12,
    firstByteMs: 3,
    promptTokens: 10,
    cachedTokens: 2,
    completionTokens: 5,
    reasoningTokens: 0,
    images: 0,
    audioSeconds: 0,
    price,
    ending: 'complete',
    estimated: false,
    stream: true,
    ...more,
  };
}
