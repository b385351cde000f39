/**
 * Asks an engine which models it serves: `GET {url}/models`. Believes nothing: the answer's size, time and shape are
 * limited, and a model whose name the link could not carry is left out.
 */
import { type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { z } from 'zod';
import type { MODEL_KINDS } from '../../link/words.ts';
import type { EngineAddress } from '../settings.ts';

const ANSWER_BYTES_MAX = 4 * 1024 * 1024;
const ANSWER_MS_MAX = 5_000;
export const MODELS_MAX = 1_000;
const TOKENS_MAX = 100_000_000;

/** What an engine says of one model; null where it says nothing. */
export interface EngineModel {
  readonly name: string;
  readonly kind: (typeof MODEL_KINDS)[number];
  readonly context: number | null;
}

const tokens = z.int().min(1).max(TOKENS_MAX).optional().catch(undefined);
const word = z.string().optional().catch(undefined);

/** One entry of the list; fields that engines disagree about are read where they are of the right kind. */
const entry = z.object({
  id: z.string().regex(/^[\w.:/@+-]{1,128}$/),
  /** vLLM, SGLang, Kept's own engine. */
  max_model_len: tokens,
  /** OpenRouter's word; several servers follow it. */
  context_length: tokens,
  /** llama-server. */
  meta: z.object({ n_ctx_train: tokens }).optional().catch(undefined),
  kind: word,
  type: word,
  task: word,
});

const answer = z.object({ data: z.array(z.unknown()).max(MODELS_MAX) });

/** Rejects when the engine cannot be reached or its answer is no list of models. */
export async function askModels(engine: EngineAddress, stop: AbortSignal): Promise<EngineModel[]> {
  const { data } = answer.parse(JSON.parse(await get(engine, stop)));
  const models = new Map<string, EngineModel>();
  for (const item of data) {
    const read = entry.safeParse(item);
    if (!read.success) continue;
    const { id, max_model_len, context_length, meta, kind, type, task } = read.data;
    const embeds = [kind, type, task].some((said) => said !== undefined && /^embed(ding|dings)?$/.test(said));
    models.set(id, {
      name: id,
      kind: embeds ? 'embedding' : 'chat',
      context: max_model_len ?? context_length ?? meta?.n_ctx_train ?? null,
    });
  }
  return [...models.values()];
}

function get(engine: EngineAddress, stop: AbortSignal): Promise<string> {
  const url = new URL(`${engine.url.replace(/\/$/, '')}/models`);
  const request = url.protocol === 'https:' ? requestHttps : requestHttp;
  return new Promise((resolve, reject) => {
    const sent = request(url, {
      signal: AbortSignal.any([stop, AbortSignal.timeout(ANSWER_MS_MAX)]),
      headers: {
        accept: 'application/json',
        ...(engine.key !== null && { authorization: `Bearer ${engine.key}` }),
      },
      ...(engine.socket !== null && { socketPath: engine.socket }),
      agent: false,
    });
    sent.on('error', reject);
    sent.on('response', (response) => {
      readAll(response).then(resolve, (error: Error) => {
        sent.destroy();
        reject(error);
      });
    });
    sent.end();
  });
}

async function readAll(response: IncomingMessage): Promise<string> {
  if (response.statusCode !== 200)
    throw new Error('an engine did not answer 200 to a request for its models');
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of response as AsyncIterable<Buffer>) {
    bytes += part.length;
    if (bytes > ANSWER_BYTES_MAX) throw new Error('an engine sent too long a list of models');
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}
