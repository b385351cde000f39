/** A reply in one piece: read whole, its usage made durable, then given to the client. */

import { ApiError } from './api/errors.ts';
import type { Break, ReplyReader } from './engine-connection.ts';
import type { Exchange } from './exchange.ts';
import type { Forwarding } from './forward.ts';
import type { ReplyHead } from './http/reply-head.ts';
import { record } from './meter.ts';
import { JSON_TYPE } from './reply.ts';
import type { Services } from './services.ts';
import { readUsage, saysSomething, usageBody } from './usage.ts';

const REPLY_BYTES_MAX = 32 * 1024 * 1024;
/** Of an error only its beginning is looked at. */
const ERROR_BYTES_MAX = 64 * 1024;

type Answer = Readonly<Record<string, unknown>>;

export class PlainReply implements ReplyReader {
  readonly #services: Services;
  readonly #exchange: Exchange;
  readonly #forwarding: Forwarding;
  #status = 0;
  #retryAfter = -1;
  #length = -1;
  #parts: Buffer[] = [];
  #bytes = 0;
  /** The body, where it came in one piece. */
  #text: string | null = null;

  constructor(services: Services, exchange: Exchange, forwarding: Forwarding) {
    this.#services = services;
    this.#exchange = exchange;
    this.#forwarding = forwarding;
  }

  head(head: ReplyHead): void {
    this.#status = head.status;
    this.#retryAfter = head.retryAfter;
    this.#length = head.contentLength;
    this.#exchange.firstByteAt = Date.now();
    // We ask for no coding; an engine that uses one all the same cannot be read.
    if (head.contentEncoding !== '') this.#forwarding.failed('malformed');
  }

  piece(buffer: Buffer, from: number, to: number): void {
    this.#bytes += to - from;
    if (this.#status !== 200 && this.#bytes > ERROR_BYTES_MAX) return;
    if (this.#bytes > REPLY_BYTES_MAX) {
      this.#forget();
      this.#forwarding.refused(new ApiError('engine_reply_too_large'));
      return;
    }
    if (to - from === this.#length) this.#text = buffer.toString('utf8', from, to);
    else this.#parts.push(Buffer.from(buffer.subarray(from, to)));
  }

  read(): boolean {
    return true;
  }

  end(): void {
    this.#exchange.connection = null;
    const text = this.#text ?? Buffer.concat(this.#parts).toString();
    this.#forget();
    if (this.#status !== 200) {
      this.#forwarding.engineError(this.#status, text, this.#retryAfter);
      return;
    }
    let answer: unknown;
    try {
      answer = JSON.parse(text);
    } catch {
      this.#forwarding.failed('malformed');
      return;
    }
    if (typeof answer !== 'object' || answer === null || Array.isArray(answer)) {
      this.#forwarding.failed('malformed');
    } else if ('error' in answer && answer.error != null) {
      this.#forwarding.engineError(500, text, this.#retryAfter);
    } else {
      this.#answer(answer as Answer, text);
    }
  }

  broken(how: Break): void {
    this.#exchange.connection = null;
    this.#forget();
    this.#forwarding.failed(how);
  }

  /** Nothing of it goes out before its record is durable. */
  #answer(answer: Answer, text: string): void {
    const exchange = this.#exchange;
    const services = this.#services;
    this.#forwarding.succeeded();
    const reported = readUsage(answer.usage);
    const tokens = reported ?? { prompt: 0, cached: 0, completion: countChoices(answer), reasoning: 0 };
    const estimated = reported === null;
    const ending = endedAtLimit(answer) ? 'length' : 'complete';
    const price = record(services, exchange, { tokens, estimated, ending }, (durable) => {
      if (!durable) {
        this.#forwarding.refused(new ApiError('usage_not_recorded', { retryAfter: 1 }));
        return;
      }
      if (exchange.over) return;
      const told = estimated ? null : withCost(text, answer, exchange.model.name, price);
      this.#forwarding.answered(200);
      exchange.client.reply(
        200,
        JSON_TYPE,
        exchange.headers,
        told ?? rewritten(answer, exchange.model.name, usageBody(answer.usage, tokens, price, estimated)),
      );
    });
  }

  #forget(): void {
    for (const part of this.#parts) part.fill(0);
    this.#parts = [];
    this.#text = null;
  }
}

const USAGE_OPENS = '"usage":{';
const COST_DIGITS = 6;

/**
 * The engine's own text with the cost put into its usage; null when it has to be written anew. Its quotes unescaped,
 * the opening of `usage` cannot stand inside a text; where it stands once it is the one that was read.
 */
function withCost(text: string, answer: Answer, model: string, price: number): string | null {
  if (answer.model !== model) return null;
  const at = text.lastIndexOf(USAGE_OPENS);
  if (at < 0 || text.indexOf(USAGE_OPENS) !== at || !takesCost(answer.usage)) return null;
  const inside = at + USAGE_OPENS.length;
  const cost = (price / 10 ** COST_DIGITS).toFixed(COST_DIGITS);
  return `${text.slice(0, inside)}"estimated_cost":${cost},${text.slice(inside)}`;
}

/** Whether our cost can stand before what the engine said: it said something, and nothing of that name. */
const takesCost = (usage: unknown): boolean =>
  Object.keys(usage as object).length > 0 && !Object.hasOwn(usage as object, 'estimated_cost');

const rewritten = (answer: Answer, model: string, usage: object): string =>
  JSON.stringify({ ...answer, model, usage });

/** One token for each answer that says something: all that can be known without a tokenizer. */
function countChoices(answer: Answer): number {
  const choices = answer.choices;
  return Array.isArray(choices) ? choices.filter(saysSomething).length : 0;
}

function endedAtLimit(answer: Answer): boolean {
  const choices = answer.choices;
  return Array.isArray(choices) && choices.some((choice) => choice?.finish_reason === 'length');
}
