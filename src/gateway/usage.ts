/** What engines say about usage, read with suspicion: numbers that cannot be are as if nothing had been said. */
import type { Tokens } from '../link/price.ts';

const TOKENS_MAX = 2 ** 31;
const MICRO = 1_000_000;

const isObject = (v: unknown): v is Record<string, unknown> =>
  typeof v === 'object' && v !== null && !Array.isArray(v);
const isCount = (v: unknown): v is number =>
  Number.isInteger(v) && (v as number) >= 0 && (v as number) <= TOKENS_MAX;

/** OpenAI's `usage` object as counts; null when it is missing or cannot be. A reported zero is zero. */
export function readUsage(usage: unknown): Tokens | null {
  if (!isObject(usage)) return null;
  const prompt = usage.prompt_tokens;
  const completion = usage.completion_tokens ?? 0;
  if (!isCount(prompt) || !isCount(completion)) return null;
  const cached = detail(usage.prompt_tokens_details, 'cached_tokens');
  const reasoning = detail(usage.completion_tokens_details, 'reasoning_tokens');
  return {
    prompt,
    cached: Math.min(cached, prompt),
    completion,
    reasoning: Math.min(reasoning, completion),
  };
}

function detail(details: unknown, name: string): number {
  const value = isObject(details) ? details[name] : 0;
  return isCount(value) ? value : 0;
}

/** The `usage` that a client is told: what the engine said where it said something, and what is charged. */
export function usageBody(reported: unknown, tokens: Tokens, price: number, estimated: boolean): object {
  const said = !estimated && isObject(reported) ? reported : {};
  return {
    ...said,
    prompt_tokens: tokens.prompt,
    completion_tokens: tokens.completion,
    total_tokens: tokens.prompt + tokens.completion,
    estimated_cost: price / MICRO,
    ...(estimated ? { estimated: true } : {}),
  };
}

/** Of a choice or delta: whether it says something (text, reasoning, a refusal or a tool call). */
export function saysSomething(choice: unknown): boolean {
  if (!isObject(choice)) return false;
  if (typeof choice.text === 'string') return choice.text !== '';
  const said = choice.delta ?? choice.message;
  if (!isObject(said)) return false;
  const texts = [said.content, said.reasoning_content, said.reasoning, said.refusal];
  if (texts.some((text) => typeof text === 'string' && text !== '')) return true;
  return Array.isArray(said.tool_calls) && said.tool_calls.length > 0;
}
