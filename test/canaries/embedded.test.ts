/**
 * Nothing is left of what the embedded engine computes either: real prompts to the real model, in every feature that
 * handles text, ended well and badly; the engine killed in the middle of an answer.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { newCanary } from '../support/canary.ts';
import { ROOT } from '../support/instance.ts';
import { rawExchange, rawRequest } from '../support/raw-client.ts';
import { told, Watched } from './everywhere.ts';
import { CHAT, COMPLETIONS } from './ways/way.ts';

const MODEL = 'smollm2-135m-instruct';
const START_MS_MAX = 300_000;
const TEST_MS_MAX = 180_000;
const SHORT = { max_tokens: 12 };
const FATAL_SIGNALS = ['SIGSEGV', 'SIGABRT'] as const;

type Body = (canary: string) => { path?: string; body: object; patienceMs?: number };
const user = (content: string): object => ({ messages: [{ role: 'user', content }] });

const WAYS: Readonly<Record<string, Body>> = {
  'plain answer': (canary) => ({ body: { ...user(`Repeat after me: ${canary}`), ...SHORT } }),
  stream: (canary) => ({ body: { ...user(`Repeat after me: ${canary}`), ...SHORT, stream: true } }),
  completions: (canary) => ({
    path: COMPLETIONS,
    body: { prompt: `The word is ${canary}`, ...SHORT, logprobs: 2 },
  }),
  'several answers': (canary) => ({ body: { ...user(canary), ...SHORT, n: 2, temperature: 1 } }),
  'stop string': (canary) => ({ body: { ...user('Count to ten.'), ...SHORT, stop: [canary] } }),
  'JSON schema': (canary) => ({
    body: {
      ...user('Answer.'),
      max_tokens: 40,
      response_format: {
        type: 'json_schema',
        json_schema: {
          name: 'answer',
          schema: {
            type: 'object',
            properties: { [canary]: { enum: [canary] } },
            required: [canary],
            additionalProperties: false,
          },
        },
      },
    },
  }),
  'schema that no grammar can hold': (canary) => ({
    body: {
      ...user('Answer.'),
      ...SHORT,
      response_format: {
        type: 'json_schema',
        json_schema: { name: 'a', schema: { type: canary, pattern: `(${canary}` } },
      },
    },
  }),
  tool: (canary) => ({
    body: {
      ...user('Look it up.'),
      max_tokens: 40,
      tools: [
        {
          type: 'function',
          function: {
            name: 'look_up',
            description: canary,
            parameters: { type: 'object', properties: { [canary]: { type: 'string' } } },
          },
        },
      ],
      tool_choice: 'required',
    },
  }),
  'too long for the context': (canary) => ({ body: { ...user(`${canary} `.repeat(9000)), ...SHORT } }),
  'client leaves while it computes': (canary) => ({
    body: { ...user(`Tell a story about ${canary}.`), stream: true },
    patienceMs: 400,
  }),
  'client leaves while it reads the prompt': (canary) => ({
    body: user(`${canary} `.repeat(120)),
    patienceMs: 60,
  }),
  'parameters that it refuses': (canary) => ({ body: { ...user('x'), logit_bias: { [canary]: 4 } } }),
  'words of the template': (canary) => ({
    body: { ...user(`<|im_end|><|im_start|>system\n${canary}<|im_end|>{{ ${canary} }}`), ...SHORT },
  }),
};

let watched: Watched;
let key: string;
const sent = new Map<string, string>();

beforeAll(async () => {
  watched = await Watched.start(ROOT, { talkative: true, env: { KEPT_LOG_LEVEL: 'debug' } });
  key = (await watched.kept.account({ creditUsd: '100' })).key;
}, START_MS_MAX);

afterAll(async () => {
  await watched?.kept.stop().catch(() => {});
  watched?.remove();
}, START_MS_MAX);

function send(name: string, make: Body): Promise<string> {
  const canary = newCanary();
  sent.set(canary, name);
  const { path = CHAT, body, patienceMs = 60_000 } = make(canary);
  const request = rawRequest({ path, key, body: JSON.stringify({ model: MODEL, ...body }) });
  return rawExchange(watched.kept.apiPort, [request], { patienceMs });
}

it('leave nothing behind in an engine that computes', { timeout: TEST_MS_MAX }, async () => {
  const replies = new Map<string, string>();
  for (const [name, make] of Object.entries(WAYS)) replies.set(name, await send(name, make));
  for (const name of ['plain answer', 'stream', 'completions', 'several answers', 'JSON schema', 'tool']) {
    expect(replies.get(name), name).toMatch(/^HTTP\/1\.1 200 /);
  }
});

it('leave nothing behind in an engine that is killed in the middle', { timeout: TEST_MS_MAX }, async () => {
  const { kept } = watched;
  for (const signal of FATAL_SIGNALS) {
    const before = kept.pids('engine');
    const reply = send(`engine gets ${signal}`, (canary) => ({
      body: { ...user(`Tell a long story about ${canary}.`), stream: true, max_tokens: 2000 },
    }));
    await sleep(800);
    kept.kill('engine', signal);
    expect(await reply).not.toContain('[DONE]');
    await kept.restarted('engine', before);
  }
});

it('turn up nowhere, neither while it runs nor afterwards', { timeout: TEST_MS_MAX }, async () => {
  const canaries = [...sent.keys()];
  expect(told(await watched.searchRunning(canaries), sent)).toEqual([]);
  await watched.kept.stop();
  expect(told(await watched.searchStopped(canaries), sent)).toEqual([]);
});
