/** `POST /v1/chat/completions`: reads the request, has it answered, and writes the reply. */
import { randomBytes } from 'node:crypto';
import { modelNotFound, unsupported } from '../api/api-error.ts';
import { type Body, readFlag, readModel, readObject, readWhole } from '../api/fields.ts';
import { readMessages } from '../api/messages.ts';
import { type Output, readOutput } from '../api/output.ts';
import { readResponseFormat, SCHEMA_PARAM } from '../api/response-format.ts';
import { readSampling } from '../api/sampling.ts';
import { readToolUse, type ToolUse } from '../api/tools.ts';
import { grammarOfCalls, grammarOfFormat } from '../grammar/grammars.ts';
import { EventStream, sendJson } from '../http/reply.ts';
import type { AnswerRequest } from '../model/answer.ts';
import type { Engine } from '../model/engine.ts';
import { answerAll } from './answers.ts';
import { type ChatHead, ChatMessages, ChatStream } from './chat-replies.ts';
import type { Exchange } from './context.ts';

/** Likeliest tokens told for each token at most, as OpenAI has it. */
const TOP_LOGPROBS_MAX = 20;

interface ChatRequest {
  readonly output: Output;
  readonly toolUse: ToolUse | null;
  readonly answers: readonly AnswerRequest[];
  readonly promptTokens: number;
}

export async function chat(body: Body, exchange: Exchange): Promise<void> {
  const { engine, response, signal } = exchange;
  const { output, toolUse, answers, promptTokens } = readChat(body, engine, signal);
  const head: ChatHead = {
    id: newId('chatcmpl'),
    created: Math.floor(Date.now() / 1000),
    model: engine.name,
  };
  if (!output.stream) {
    const messages = new ChatMessages(head, answers, toolUse);
    const usage = await answerAll(engine, answers, promptTokens, messages);
    sendJson(response, 200, messages.reply(usage));
    return;
  }
  const events = new EventStream(response);
  const stream = new ChatStream(head, output, answers, toolUse, events);
  try {
    stream.close(await answerAll(engine, answers, promptTokens, stream));
  } catch (error) {
    if (!response.headersSent) throw error;
    events.fail(error);
  }
}

export const newId = (prefix: string): string => `${prefix}-${randomBytes(16).toString('hex')}`;

function readChat(body: Body, engine: Engine, signal: AbortSignal): ChatRequest {
  if (readModel(body) !== engine.name) throw modelNotFound();
  refuseUnsupported(body);
  const output = readOutput(body, null);
  const toolUse = readToolUse(body);
  const sampling = readSampling(body, engine.vocabulary);
  const grammar =
    toolUse?.choice === 'must'
      ? engine.grammar(grammarOfCalls(toolUse), 'tools')
      : engine.grammar(grammarOfFormat(readResponseFormat(body)), SCHEMA_PARAM);
  const variables = readObject(body, 'chat_template_kwargs') ?? {};
  const messages = readMessages(body);
  engine.refuseEndless(
    messages.map(({ text }) => text),
    'messages',
  );
  const prompt = engine.template.tokens(messages, toolUse?.tools ?? [], variables);
  const answer = (choice: number): AnswerRequest => ({
    prompt,
    sampling: { ...sampling, seed: (sampling.seed + choice) >>> 0 },
    stop: output.stop,
    maxTokens: engine.room(prompt, output.maxTokens, 'messages'),
    grammar,
    logprobs: readLogprobs(body),
    signal,
  });
  const answers = Array.from({ length: output.n }, (_, choice) => answer(choice));
  return { output, toolUse, answers, promptTokens: prompt.length };
}

function readLogprobs(body: Body): number | null {
  const top = readWhole(body, 'top_logprobs', 0, TOP_LOGPROBS_MAX, null);
  const wanted = readFlag(body, 'logprobs', false);
  if (top !== null && !wanted)
    throw unsupported('top_logprobs', 'top_logprobs may only be given where logprobs is true.');
  return wanted ? (top ?? 0) : null;
}

function refuseUnsupported(body: Body): void {
  const modalities = body.modalities;
  const textOnly =
    modalities === undefined || modalities === null || JSON.stringify(modalities) === '["text"]';
  if (!textOnly) throw unsupported('modalities', 'This model answers in text only: leave modalities out.');
  if (isGiven(body.audio)) throw unsupported('audio', 'This model answers in text only: leave audio out.');
}

const isGiven = (value: unknown): boolean => value !== undefined && value !== null;
