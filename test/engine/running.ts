/** A real engine with the real default model, in this process, for the tests of one file. */
import { mkdirSync } from 'node:fs';
import OpenAI from 'openai';
import {
  ENGINE_DEFAULTS,
  type EngineSettings,
  type RunningEngine,
  startEngine,
} from '../../src/engine/index.ts';
import { fetchDefaultModel } from '../../src/processes/model/fetch-model.ts';

export const MODEL = 'smollm2-135m-instruct';

export interface TestEngine {
  readonly engine: RunningEngine;
  /** With `/v1`. */
  readonly url: string;
  readonly client: OpenAI;
  /** Errors that the engine reported; must stay empty. */
  readonly faults: unknown[];
}

export async function modelPath(): Promise<string> {
  const folder = process.env.KEPT_MODEL_CACHE!;
  mkdirSync(folder, { recursive: true });
  return fetchDefaultModel({ folder, onProgress: () => {}, signal: new AbortController().signal });
}

export async function settingsFor(more: Partial<EngineSettings> = {}): Promise<EngineSettings> {
  return {
    ...ENGINE_DEFAULTS,
    listen: { host: '127.0.0.1', port: 0 },
    modelPath: await modelPath(),
    modelName: MODEL,
    context: 1024,
    sequences: 4,
    ...more,
  };
}

export async function runEngine(more: Partial<EngineSettings> = {}): Promise<TestEngine> {
  const faults: unknown[] = [];
  const engine = await startEngine(await settingsFor(more), (_event, _fields, error) => {
    if (error !== undefined) faults.push(error);
  });
  const url = `http://127.0.0.1:${engine.port}/v1`;
  return { engine, url, faults, client: new OpenAI({ baseURL: url, apiKey: 'none', maxRetries: 0 }) };
}

export interface RawReply {
  readonly status: number;
  readonly headers: Headers;
  readonly body: { error: { message: string; type: string; param: string | null; code: string | null } };
}

/** Posts a body as it is: text, or an object as JSON. */
export async function post(url: string, body: string | object): Promise<RawReply> {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const response = await fetch(url, { method: 'POST', body: text });
  return {
    status: response.status,
    headers: response.headers,
    body: (await response.json()) as RawReply['body'],
  };
}

export const ask = (text: string) => [{ role: 'user' as const, content: text }];
