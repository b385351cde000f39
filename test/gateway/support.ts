/** Small words for tests at the gateway's front door: accounts without a process for each command, requests, waiting. */
import { readFileSync } from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Instance } from '../support/instance.ts';

const POLL_MS = 20;
const PATIENCE_MS = 20_000;

/** What an account or key is given; amounts are US dollars as text. */
export interface Limits {
  readonly rpm?: number;
  readonly tpm?: number;
  readonly concurrency?: number;
  readonly budget_day?: string;
  readonly budget_month?: string;
  readonly budget_day_tokens?: number;
  readonly budget_month_tokens?: number;
}

export interface KeyOptions {
  readonly limits?: Limits;
  readonly models?: readonly string[];
  readonly networks?: readonly string[];
  readonly expires?: string;
}

export interface AccountOptions {
  readonly creditUsd?: string;
  readonly limits?: Limits;
  readonly terms?: object;
  readonly key?: KeyOptions;
}

export interface TestAccount {
  readonly id: string;
  readonly keyId: string;
  readonly key: string;
}

/** One usage record as the admin API shows it. */
export interface UsageRecord {
  readonly id: string;
  readonly prompt_tokens: number;
  readonly completion_tokens: number;
  readonly cached_tokens: number;
  readonly reasoning_tokens: number;
  readonly price_microusd: number;
  readonly ending: string;
  readonly estimated: boolean;
  readonly stream: boolean;
  readonly engine: number;
}

export interface Usage {
  readonly totals: { readonly requests: number; readonly price_microusd: number };
  readonly records: readonly UsageRecord[];
}

/** Asks the admin socket of an instance, as its commands do. */
export function admin<T>(
  instance: Instance,
  method: 'GET' | 'POST' | 'PATCH',
  at: string,
  body?: object,
): Promise<T> {
  const file = readFileSync(path.join(instance.dataFolder, 'instance.json'), 'utf8');
  const { adminSocket: socketPath } = JSON.parse(file) as { adminSocket: string };
  return new Promise((resolve, reject) => {
    const headers = body === undefined ? {} : { 'content-type': 'application/json' };
    const request = http.request({ socketPath, method, path: at, agent: false, headers });
    request.on('error', reject);
    request.on('response', async (response) => {
      const text = Buffer.concat(await response.toArray()).toString();
      if (response.statusCode! < 400) resolve(JSON.parse(text) as T);
      else reject(new Error(`admin ${method} ${at}: ${text}`));
    });
    request.end(body === undefined ? undefined : JSON.stringify(body));
  });
}

let made = 0;

/** A new account with 10 USD unless said otherwise, and a key of it. */
export async function newAccount(instance: Instance, options: AccountOptions = {}): Promise<TestAccount> {
  const email = `person-${process.pid}-${++made}@example.org`;
  const { id } = await admin<{ id: string }>(instance, 'POST', '/accounts', { email, name: 'A Person' });
  const { creditUsd = '10', limits, terms } = options;
  if (limits !== undefined || terms !== undefined) {
    await admin(instance, 'PATCH', `/accounts/${id}`, { ...(limits && { limits }), ...(terms && { terms }) });
  }
  if (creditUsd !== '0')
    await admin(instance, 'POST', `/accounts/${id}/credit`, { amount: creditUsd, reason: 'a test' });
  return { id, ...(await newKey(instance, id, options.key)) };
}

export async function newKey(
  instance: Instance,
  account: string,
  options: KeyOptions = {},
): Promise<{ keyId: string; key: string }> {
  const body = { name: 'a test', ...options };
  const key = await admin<{ id: string; key: string }>(instance, 'POST', `/accounts/${account}/keys`, body);
  return { keyId: key.id, key: key.key };
}

export const usageOf = (instance: Instance, account: string): Promise<Usage> =>
  admin(instance, 'GET', `/accounts/${account}/usage`);

/** Micro-dollars. */
export const balanceOf = async (instance: Instance, account: string): Promise<number> =>
  (await admin<{ balance_microusd: number }>(instance, 'GET', `/accounts/${account}`)).balance_microusd;

/** Waits until an account has `count` records, and answers its usage. */
export async function usageWhen(instance: Instance, account: string, count: number): Promise<Usage> {
  let usage: Usage | null = null;
  await until(async () => {
    usage = await usageOf(instance, account);
    return usage.records.length >= count;
  });
  return usage!;
}

/** Waits until something is so; throws when it does not come about. */
export async function until(isSo: () => boolean | Promise<boolean>, patienceMs = PATIENCE_MS): Promise<void> {
  const deadline = Date.now() + patienceMs;
  while (!(await isSo())) {
    if (Date.now() > deadline) throw new Error('What was waited for did not happen.');
    await sleep(POLL_MS);
  }
}

/** A chat request whose prompt tells the lying engine what to play. */
export const chat = (says: string, more: object = {}): object => ({
  model: 'liar',
  messages: [{ role: 'user', content: says }],
  ...more,
});

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The body as JSON; `{}` where it is none. */
  // biome-ignore lint/suspicious/noExplicitAny: what a reply holds is what tests look at
  readonly json: any;
}

/** Posts `body` and reads the whole answer. */
export async function ask(
  instance: Instance,
  key: string,
  body: object,
  options: { path?: string; headers?: Record<string, string>; signal?: AbortSignal } = {},
): Promise<Answer> {
  const reply = await fetch(instance.apiUrl + (options.path ?? '/v1/chat/completions'), {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json', ...options.headers },
    body: JSON.stringify(body),
    ...(options.signal && { signal: options.signal }),
  });
  const text = await reply.text();
  return { status: reply.status, headers: reply.headers, text, json: parsed(text) };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}

/** The data of each event of a stream, in order. */
export const eventsOf = (text: string): string[] =>
  text
    .split('\n')
    .filter((line) => line.startsWith('data: '))
    .map((line) => line.slice('data: '.length));

/** The last event that is not `[DONE]`, as JSON. */
// biome-ignore lint/suspicious/noExplicitAny: what a reply holds is what tests look at
export const lastEvent = (text: string): any =>
  JSON.parse(eventsOf(text).findLast((data) => data !== '[DONE]') ?? '{}');

/** An answer that is being read while it comes. */
export interface Listening {
  /** Everything that came so far, the head as well. */
  text(): string;
  /** Resolves when the other side has ended. */
  readonly ended: Promise<void>;
  leave(): void;
}

/** Sends a request by hand over node:http and keeps what comes. */
export function listen(instance: Instance, key: string, body: object): Listening {
  let text = '';
  let status = 0;
  const request = http.request(`${instance.apiUrl}/v1/chat/completions`, {
    method: 'POST',
    agent: false,
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
  });
  const ended = new Promise<void>((resolve) => {
    request.on('error', () => resolve());
    request.on('response', (response) => {
      status = response.statusCode!;
      response.on('data', (part: Buffer) => {
        text += part.toString('utf8');
      });
      response.on('error', () => {});
      response.on('close', () => resolve());
    });
  });
  request.end(JSON.stringify(body));
  return {
    text: () => (status === 0 ? '' : `${status}\n${text}`),
    ended,
    leave: () => request.destroy(),
  };
}
