/**
 * A control that says yes: one account with one key, one model, every want granted, every record acknowledged at once.
 * It lets the gateway's own cost be measured without a database; the figures that count are taken with the real one.
 */
import { createHmac, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import net, { type Socket } from 'node:net';
import { makeApiKey } from '../../src/link/api-key.ts';
import { newId } from '../../src/link/ids.ts';
import { encode, readMessages } from '../../src/link/wire.ts';
import { DOWN, type DownMessage, LINK_PROTOCOL, UP, type UpMessage } from '../../src/link/words.ts';

const CONTEXT_TOKENS = 8192;
/** 0.10 USD a million tokens, in micro-dollars. */
const PRICE = 100_000;
/** What each want is granted at least, in units of its meter. */
const GRANT = 1_000_000_000;
const LIMIT = 1_000_000_000_000;

const UNLIMITED = {
  requestsPerMinute: null,
  tokensPerMinute: null,
  concurrency: null,
  budgetDay: null,
  budgetMonth: null,
  budgetDayTokens: null,
  budgetMonthTokens: null,
};

export interface StubControl {
  /** A key that every gateway on the link accepts. */
  readonly key: string;
  /** Usage records that arrived. */
  records(): number;
  stop(): Promise<void>;
}

/** Listens on the local socket `at` and knows the model `model` on engine 0. */
export async function startStubControl(at: string, model: string): Promise<StubControl> {
  const pepper = randomBytes(32);
  const key = makeApiKey();
  const account = newId();
  let records = 0;
  const send = (socket: Socket, word: DownMessage['word'], body: DownMessage['body']): void => {
    socket.write(encode(DOWN, word, body as never));
  };
  const snapshot = (socket: Socket): void => {
    const prices = { prompt: PRICE, cached: PRICE, completion: PRICE, reasoning: PRICE };
    const entry = {
      number: 1,
      name: model,
      kind: 'chat',
      context: CONTEXT_TOKENS,
      maxOutput: CONTEXT_TOKENS,
      prices,
    } as const;
    const terms = {
      zeroRetention: false,
      allowTraining: false,
      region: null,
      allowSharedCache: true,
      withoutEngines: [],
      withoutRegions: [],
    };
    const hash = createHmac('sha256', pepper).update(key).digest('hex');
    send(socket, 'welcome', { protocol: LINK_PROTOCOL, pepper: pepper.toString('hex'), billing: 'prepaid' });
    send(socket, 'catalogue', {
      models: [{ ...entry, created: 0, engines: [{ engine: 0, upstream: model }] }],
    });
    send(socket, 'account', { id: account, active: true, limits: UNLIMITED, terms, capture: null });
    send(socket, 'key', {
      id: newId(),
      account,
      hash,
      active: true,
      expiresAt: null,
      models: null,
      networks: null,
      limits: UNLIMITED,
    });
    send(socket, 'synced', {});
  };
  const hear = (socket: Socket, { word, body }: UpMessage): void => {
    if (word === 'hello') snapshot(socket);
    else if (word === 'want') {
      const units = Math.max(body.need, GRANT);
      send(socket, 'granted', { seq: body.seq, units, limit: LIMIT, left: LIMIT, windowEndsAt: 0 });
    } else if (word === 'records') {
      records += body.records.length;
      send(socket, 'recorded', { seq: body.seq });
    } else if (word === 'voids') send(socket, 'recorded', { seq: body.seq });
  };
  const sockets = new Set<Socket>();
  const server = net.createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => {});
    readMessages(socket, UP, (message) => hear(socket, message));
  });
  server.listen(at);
  await once(server, 'listening');
  return {
    key,
    records: () => records,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}
