/**
 * The load generator, a program of its own: one JSON order a line on standard input, one JSON result a line on standard
 * output. Either a count of requests over some connections as fast as they go, or a steady rate whatever the replies
 * (so that a slow reply delays no later request's clock).
 */
import { createInterface } from 'node:readline';
import { Connection, prepare, type Reply } from './client.ts';

export interface Order {
  readonly port: number;
  readonly key: string;
  readonly body: unknown;
  /** As fast as possible over `connections`, or `perSecond`. */
  readonly pace: { readonly connections: number } | { readonly perSecond: number };
  readonly requests: number;
}

export interface Result {
  /** Replies with status 200. */
  readonly good: number;
  /** Replies with another status, by status; 0 for a broken connection. */
  readonly others: Readonly<Record<string, number>>;
  readonly seconds: number;
  /** Of the good ones, in milliseconds. */
  readonly firstByteMs: readonly number[];
  readonly wholeMs: readonly number[];
}

const replies: Reply[] = [];
const others: Record<string, number> = {};
const count = (status: number): void => {
  others[status] = (others[status] ?? 0) + 1;
};
const note = (reply: Reply): void => {
  if (reply.status === 200) replies.push(reply);
  else count(reply.status);
};

async function flood(order: Order, connections: number): Promise<void> {
  const request = prepare(order.port, order.key, order.body);
  let left = order.requests;
  const worker = async (): Promise<void> => {
    let connection = await Connection.open(order.port);
    while (left-- > 0) {
      try {
        note(await connection.send(request));
      } catch {
        count(0);
        connection = await Connection.open(order.port);
      }
    }
    connection.close();
  };
  await Promise.all(Array.from({ length: connections }, worker));
}

async function steady(order: Order, perSecond: number): Promise<void> {
  const request = prepare(order.port, order.key, order.body);
  const idle: Connection[] = [];
  const running: Promise<void>[] = [];
  const one = async (): Promise<void> => {
    const connection = idle.pop() ?? (await Connection.open(order.port));
    try {
      note(await connection.send(request));
      idle.push(connection);
    } catch {
      count(0);
    }
  };
  const begun = performance.now();
  for (let i = 0; i < order.requests; i++) {
    const dueMs = begun + (i * 1000) / perSecond - performance.now();
    if (dueMs > 0) await new Promise((resolve) => setTimeout(resolve, dueMs));
    running.push(one());
  }
  await Promise.all(running);
  for (const connection of idle) connection.close();
}

if (import.meta.main) {
  for await (const line of createInterface(process.stdin)) {
    const order = JSON.parse(line) as Order;
    replies.length = 0;
    for (const status of Object.keys(others)) delete others[status];
    const begun = performance.now();
    if ('connections' in order.pace) await flood(order, order.pace.connections);
    else await steady(order, order.pace.perSecond);
    const result: Result = {
      good: replies.length,
      others,
      seconds: (performance.now() - begun) / 1000,
      firstByteMs: replies.map((reply) => reply.firstByteMs),
      wholeMs: replies.map((reply) => reply.wholeMs),
    };
    process.stdout.write(`${JSON.stringify(result)}\n`);
  }
}
