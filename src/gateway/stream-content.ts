/**
 * What stands in the events of one stream: counts content, finds usage, errors and the end. Ordinary content chunks
 * are alike but for their text: what stands before and behind it is learned from one that was parsed, and whatever is
 * made of the same two parts around a text says the same. Every event that differs is parsed.
 */
import type { Tokens } from '../link/price.ts';
import type { Endpoint } from '../link/words.ts';
import { readUsage, saysSomething } from './usage.ts';

/** What a content chunk has before its text. */
const LEAD: Readonly<Record<Endpoint, string>> = {
  chat: '"delta":{"content":"',
  completions: '"text":"',
  embeddings: '"text":"',
};
const BACKSLASH = 92;
/** Held back at most, in characters: the last few events of a stream. */
const HELD_CHARS_MAX = 1024 * 1024;

export interface Taken {
  /** Events to be passed on as they are. */
  readonly pass: string;
  readonly state: 'more' | 'done' | 'error' | 'malformed';
  readonly errorText: string;
}

type Chunk = Record<string, unknown>;
type Look = 'pass' | 'taken' | 'done' | 'error' | 'malformed';

export class StreamContent {
  readonly #lead: string;
  readonly #rename: readonly [from: string, to: string] | null;
  readonly #model: string;
  readonly #answers: number;
  /** What stands before and behind the text of an ordinary chunk; '' until one has been learned. */
  #before = '';
  #behind = '';
  #finishes = 0;
  #count = 0;
  /** The engine's usage object, as it last said it. */
  reported: unknown = null;
  #tokens: Tokens | null = null;
  /** From the chunk that carries usage on nothing is passed on. */
  #holding = false;
  #held: Chunk[] = [];
  #heldChars = 0;
  #lastChunk: Chunk | null = null;
  #rewritten = '';
  #errorText = '';
  /** A finish reason or final usage was seen: an end without `[DONE]` is an end. */
  finished = false;
  endedAtLimit = false;

  /** `answers`: how many finish reasons a whole stream has. */
  constructor(endpoint: Endpoint, upstream: string, model: string, answers: number) {
    this.#answers = answers;
    this.#lead = LEAD[endpoint];
    this.#model = model;
    this.#rename = upstream === model ? null : [`"model":"${upstream}"`, `"model":"${model}"`];
  }

  /** Takes whole events in, each ended by an empty line. */
  take(events: string): Taken {
    const text = this.#rename === null ? events : events.replaceAll(this.#rename[0], this.#rename[1]);
    const from = this.#holding ? 0 : this.#countOrdinary(text);
    if (from === text.length) return { pass: text, state: 'more', errorText: '' };
    return this.#oneByOne(text, from);
  }

  /** Tokens as the engine reported them, or one for each content chunk. */
  measure(): { tokens: Tokens; estimated: boolean } {
    if (this.#tokens !== null) return { tokens: this.#tokens, estimated: false };
    return { tokens: { prompt: 0, cached: 0, completion: this.#count, reasoning: 0 }, estimated: true };
  }

  /** The held events as text, with `usage` in a last chunk if it is given. */
  held(usage: object | null): string {
    let text = '';
    for (const chunk of this.#held) {
      if (!Array.isArray(chunk.choices) || chunk.choices.length === 0) continue;
      text += written({ ...chunk, usage: undefined });
    }
    if (usage === null) return text;
    const { choices: _, usage: __, ...about } = this.#lastChunk ?? { object: 'chat.completion.chunk' };
    return text + written({ ...about, model: this.#model, choices: [], usage });
  }

  /** Counts content chunks like those before; returns where the first event that is something else starts. */
  #countOrdinary(text: string): number {
    for (let start = 0; ; ) {
      const end = this.#endOfOrdinary(text, start);
      if (end < 0) return start;
      start = end;
    }
  }

  /** Where the event ends that starts at `start`, if it is the learned parts around a text; counts it. Else -1. */
  #endOfOrdinary(text: string, start: number): number {
    if (this.#before === '' || !text.startsWith(this.#before, start)) return -1;
    const at = start + this.#before.length;
    const quote = text.indexOf('"', at);
    // A text with an escaped quote, or with a backslash at its end, is parsed.
    if (quote < 0 || text.charCodeAt(quote - 1) === BACKSLASH) return -1;
    if (!text.startsWith(this.#behind, quote)) return -1;
    if (quote > at) this.#count++;
    return quote + this.#behind.length;
  }

  /** Learns from an event that says nothing but a text what stands before and behind it. */
  #learn(event: string): void {
    const lead = event.indexOf(this.#lead);
    if (lead < 0 || event.includes('\\')) return;
    const at = lead + this.#lead.length;
    const quote = event.indexOf('"', at);
    if (quote === at) return;
    this.#before = event.slice(0, at);
    this.#behind = `${event.slice(quote)}\n\n`;
  }

  #oneByOne(text: string, from: number): Taken {
    let pass = text.slice(0, from);
    for (let start = from; start < text.length; ) {
      const ordinary = this.#holding ? -1 : this.#endOfOrdinary(text, start);
      const end = ordinary < 0 ? text.indexOf('\n\n', start) + 2 : ordinary;
      const event = text.slice(start, end - 2);
      start = end;
      const look = ordinary < 0 ? this.#look(event) : 'pass';
      if (look === 'pass') pass += `${event}\n\n`;
      else if (look === 'taken') pass += this.#takeRewritten();
      else return { pass, state: look, errorText: this.#errorText };
    }
    return { pass, state: 'more', errorText: '' };
  }

  #takeRewritten(): string {
    const text = this.#rewritten;
    this.#rewritten = '';
    return text;
  }

  #look(event: string): Look {
    const data = dataOf(event);
    if (data === null) return 'taken';
    if (data === '[DONE]') return 'done';
    let chunk: Chunk;
    try {
      chunk = JSON.parse(utf8(data));
    } catch {
      return 'malformed';
    }
    if (typeof chunk !== 'object' || chunk === null || Array.isArray(chunk)) return 'malformed';
    if (chunk.error != null || chunk.object === 'error') {
      this.#errorText = utf8(data);
      return 'error';
    }
    return this.#lookAtChunk(event, chunk);
  }

  #lookAtChunk(event: string, chunk: Chunk): Look {
    const choices = Array.isArray(chunk.choices) ? chunk.choices : [];
    this.#count += choices.filter(saysSomething).length;
    for (const choice of choices) {
      if (choice?.finish_reason == null) continue;
      this.#finishes++;
      if (choice.finish_reason === 'length') this.endedAtLimit = true;
    }
    const { usage: _, choices: __, ...about } = chunk;
    this.#lastChunk = about;
    const usage = readUsage(chunk.usage);
    if (usage !== null) {
      this.#tokens = usage;
      this.reported = chunk.usage;
      this.#holding ||= choices.length === 0 || this.#finishes >= this.#answers;
    }
    this.finished = this.#holding || this.#finishes >= this.#answers;
    return this.#keepOrPass(event, chunk, choices);
  }

  #keepOrPass(event: string, chunk: Chunk, choices: readonly Chunk[]): Look {
    if (this.#holding) {
      this.#heldChars += event.length;
      if (this.#heldChars > HELD_CHARS_MAX) return 'malformed';
      this.#held.push(chunk);
      return 'taken';
    }
    // Usage so far, in a chunk of content: ours to know, and told at the end only.
    if (chunk.usage == null && event.startsWith('data: {') && !event.includes('\n')) {
      if (choices.length === 1 && choices[0]?.finish_reason == null) this.#learn(event);
      return 'pass';
    }
    this.#rewritten += written({ ...chunk, usage: undefined });
    return 'taken';
  }
}

/** The data of an event (lines joined by LF), or null when it has none: a comment, an `event:` or `id:` alone. */
function dataOf(event: string): string | null {
  if (event.startsWith('data: ') && !event.includes('\n')) return event.slice(6);
  const lines = event.split('\n').filter((line) => line.startsWith('data:'));
  if (lines.length === 0) return null;
  return lines.map((line) => (line.startsWith('data: ') ? line.slice(6) : line.slice(5))).join('\n');
}

const utf8 = (bytes: string): string => Buffer.from(bytes, 'latin1').toString('utf8');

/** A chunk as an event, one character a byte. */
const written = (chunk: object): string =>
  Buffer.from(`data: ${JSON.stringify(chunk)}\n\n`, 'utf8').toString('latin1');
