/** Computes the answers of one request, all at once, each with its own seed, and adds up what they use. */
import type { AnswerEnd, AnswerRequest, Piece } from '../model/answer.ts';
import type { Engine } from '../model/engine.ts';
import { type Usage, usageOf } from './usage.ts';

/** Takes what answers say as it comes; `choice` counts them from 0. */
export interface Hearer {
  /** True ends the choice. */
  hear(choice: number, piece: Piece, usage: Usage): boolean | Promise<boolean>;
  end(choice: number, end: AnswerEnd, usage: Usage): void | Promise<void>;
}

/**
 * Answers `requests` in parallel and resolves with what they used. The first failure ends them all.
 * `promptTokens` counts each different prompt once, as OpenAI does.
 */
export async function answerAll(
  engine: Engine,
  requests: readonly AnswerRequest[],
  promptTokens: number,
  hearer: Hearer,
): Promise<Usage> {
  engine.slots.admit(requests.length);
  const counts = requests.map(() => 0);
  const usage = (): Usage =>
    usageOf(
      promptTokens,
      counts.reduce((sum, count) => sum + count, 0),
    );
  const failed = new AbortController();
  const answerOne = async (request: AnswerRequest, choice: number): Promise<void> => {
    const signal = requests.length === 1 ? request.signal : AbortSignal.any([request.signal, failed.signal]);
    const end = await engine.answer({ ...request, signal }, (piece) => {
      counts[choice] = piece.tokens;
      return hearer.hear(choice, piece, usage());
    });
    counts[choice] = end.tokens;
    await hearer.end(choice, end, usage());
  };
  const answers = requests.map(answerOne);
  try {
    await Promise.all(answers);
  } catch (error) {
    failed.abort();
    await Promise.allSettled(answers);
    throw error;
  }
  return usage();
}
