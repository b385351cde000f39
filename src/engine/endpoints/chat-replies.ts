/** Answers of a chat in OpenAI's forms: one reply, or a stream of chunks. */
import { randomBytes } from 'node:crypto';
import type { Output } from '../api/output.ts';
import type { ToolUse } from '../api/tools.ts';
import type { EventStream } from '../http/reply.ts';
import type { AnswerEnd, AnswerRequest, Piece } from '../model/answer.ts';
import type { PlacedLogprob } from '../model/logprobs.ts';
import { type ReadCall, type ReadPiece, ToolCallReader } from '../tools/tool-call-reader.ts';
import type { Hearer } from './answers.ts';
import type { Usage } from './usage.ts';

export interface ChatHead {
  readonly id: string;
  /** Unix seconds. */
  readonly created: number;
  readonly model: string;
}

type FinishReason = 'stop' | 'length' | 'tool_calls';

/** One answer's calls, told from its text; without tools all is text. */
class Reading {
  readonly #reader: ToolCallReader | null;
  readonly #single: boolean;
  calls = 0;

  constructor(toolUse: ToolUse | null) {
    this.#reader =
      toolUse === null ? null : new ToolCallReader(new Set(toolUse.tools.map(({ name }) => name)));
    this.#single = toolUse !== null && !toolUse.parallel;
  }

  /** True once a single call was wanted and is there. */
  get complete(): boolean {
    return this.#single && this.calls > 0;
  }

  push(text: string): ReadPiece {
    return this.#counted(this.#reader?.push(text) ?? { text, calls: [] });
  }

  flush(): ReadPiece {
    if (this.complete) return { text: '', calls: [] };
    return this.#counted(this.#reader?.flush() ?? { text: '', calls: [] });
  }

  finish(end: AnswerEnd): FinishReason {
    if (end.reason === 'length') return 'length';
    return this.calls > 0 ? 'tool_calls' : 'stop';
  }

  #counted(piece: ReadPiece): ReadPiece {
    const calls = this.#single ? piece.calls.slice(0, Math.max(0, 1 - this.calls)) : piece.calls;
    this.calls += calls.length;
    return { text: piece.text, calls };
  }
}

const newCall = ({ name, arguments: given }: ReadCall) => ({
  id: `call_${randomBytes(12).toString('hex')}`,
  type: 'function' as const,
  function: { name, arguments: given },
});

/** Gathers the answers for one reply. */
export class ChatMessages implements Hearer {
  readonly #head: ChatHead;
  readonly #choices: {
    readonly reading: Reading;
    text: string;
    calls: ReadCall[];
    logprobs: PlacedLogprob[] | null;
    finish: FinishReason;
  }[];

  constructor(head: ChatHead, answers: readonly AnswerRequest[], toolUse: ToolUse | null) {
    this.#head = head;
    this.#choices = answers.map(({ logprobs }) => ({
      reading: new Reading(toolUse),
      text: '',
      calls: [],
      logprobs: logprobs === null ? null : [],
      finish: 'stop',
    }));
  }

  hear(index: number, piece: Piece): boolean {
    const choice = this.#choices[index]!;
    choice.logprobs?.push(...piece.logprobs);
    this.#add(index, choice.reading.push(piece.text));
    return choice.reading.complete;
  }

  end(index: number, end: AnswerEnd): void {
    const choice = this.#choices[index]!;
    this.#add(index, choice.reading.flush());
    choice.finish = choice.reading.finish(end);
  }

  reply(usage: Usage): unknown {
    const choices = this.#choices.map(({ text, calls, logprobs, finish }, index) => ({
      index,
      message: {
        role: 'assistant',
        content: calls.length > 0 && text === '' ? null : text,
        refusal: null,
        ...(calls.length > 0 ? { tool_calls: calls.map(newCall) } : {}),
      },
      logprobs: logprobs === null ? null : { content: logprobs, refusal: null },
      finish_reason: finish,
    }));
    return { ...this.#head, object: 'chat.completion', choices, usage };
  }

  #add(index: number, piece: ReadPiece): void {
    const choice = this.#choices[index]!;
    choice.text += piece.text;
    choice.calls.push(...piece.calls);
  }
}

/** Writes the answers as chunks, as they come. */
export class ChatStream implements Hearer {
  readonly #head: ChatHead;
  readonly #output: Output;
  readonly #events: EventStream;
  readonly #choices: {
    readonly reading: Reading;
    begun: boolean;
    calls: number;
    readonly logprobs: boolean;
  }[];

  constructor(
    head: ChatHead,
    output: Output,
    answers: readonly AnswerRequest[],
    toolUse: ToolUse | null,
    events: EventStream,
  ) {
    this.#head = head;
    this.#output = output;
    this.#events = events;
    this.#choices = answers.map(({ logprobs }) => ({
      reading: new Reading(toolUse),
      begun: false,
      calls: 0,
      logprobs: logprobs !== null,
    }));
  }

  async hear(index: number, piece: Piece, usage: Usage): Promise<boolean> {
    const choice = this.#choices[index]!;
    await this.#begin(index, usage);
    await this.#tell(index, choice.reading.push(piece.text), piece.logprobs, usage);
    return choice.reading.complete;
  }

  async end(index: number, end: AnswerEnd, usage: Usage): Promise<void> {
    const choice = this.#choices[index]!;
    await this.#begin(index, usage);
    await this.#tell(index, choice.reading.flush(), [], usage);
    await this.#send(index, {}, null, choice.reading.finish(end), usage);
  }

  close(usage: Usage): void {
    if (this.#output.includeUsage) {
      this.#events.send({ ...this.#head, object: 'chat.completion.chunk', choices: [], usage });
    }
    this.#events.done();
  }

  async #begin(index: number, usage: Usage): Promise<void> {
    const choice = this.#choices[index]!;
    if (choice.begun) return;
    choice.begun = true;
    await this.#send(index, { role: 'assistant', content: '', refusal: null }, null, null, usage);
  }

  async #tell(
    index: number,
    piece: ReadPiece,
    logprobs: readonly PlacedLogprob[],
    usage: Usage,
  ): Promise<void> {
    const choice = this.#choices[index]!;
    const told = choice.logprobs ? { content: logprobs, refusal: null } : null;
    if (piece.text !== '' || (told !== null && logprobs.length > 0))
      await this.#send(index, { content: piece.text }, told, null, usage);
    for (const call of piece.calls) {
      const calls = [{ index: choice.calls++, ...newCall(call) }];
      await this.#send(index, { tool_calls: calls }, null, null, usage);
    }
  }

  #send(
    index: number,
    delta: object,
    logprobs: object | null,
    finish: FinishReason | null,
    usage: Usage,
  ): void | Promise<void> {
    const choices = [{ index, delta, logprobs, finish_reason: finish }];
    const chunk = { ...this.#head, object: 'chat.completion.chunk', choices };
    if (this.#output.continuousUsage) return this.#events.send({ ...chunk, usage });
    if (this.#output.includeUsage) return this.#events.send({ ...chunk, usage: null });
    return this.#events.send(chunk);
  }
}
