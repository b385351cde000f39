/**
 * What stands in the events of one stream: counts content, finds usage, errors and the end. Ordinary content chunks
 * look alike but for their text, so their place of content is learned from the first and only looked at in the others;
 * every event that differs is parsed.
 */
import type { Tokens } from '../link/price.ts';
import type { Endpoint } from '../link/words.ts';
import { readUsage, saysSomething } from './usage.ts';

/**
 * What may not be passed on unseen. None of these can stand inside a JSON string: its quotes would be escaped there.
 */
const SPECIAL = /usage": ?\{|"error"|"object": ?"error"|\[DONE\]|finish_reason": ?"/;
const LEAD: Readonly<Record<Endpoint, string>> = {
  chat: '"delta":{"content":"',
  completions: '"text":"',
  embeddings: '"text":"',
};
const QUOTE = 34;
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
  #leadAt = -1;
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
    const plain = this.#holding ? 0 : startOfSpecial(text);
    const from = plain === 0 ? 0 : this.#countOrdinary(text, plain);
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

  /** Counts content chunks like those before, up to `upTo`; returns where the first that is something else starts. */
  #countOrdinary(text: string, upTo: number): number {
    let start = 0;
    while (start < upTo) {
      const end = text.indexOf('\n\n', start);
      if (!this.#isOrdinary(text, start, end)) break;
      start = end + 2;
    }
    return start;
  }

  #oneByOne(text: string, from: number): Taken {
    let pass = text.slice(0, from);
    for (let start = from; start < text.length; ) {
      const end = text.indexOf('\n\n', start);
      const event = text.slice(start, end);
      start = end + 2;
      if (!this.#holding && !SPECIAL.test(event) && this.#isOrdinary(event, 0, event.length)) {
        pass += `${event}\n\n`;
        continue;
      }
      const look = this.#look(event);
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

  /** Whether the event from `start` to before `end` is a content chunk like those before it; counts it. */
  #isOrdinary(text: string, start: number, end: number): boolean {
    const at = start + this.#leadAt;
    if (this.#leadAt < 0 || !text.startsWith('data: {', start)) return false;
    if (!text.startsWith(this.#lead, at) || at + this.#lead.length >= end) return false;
    if (text.charCodeAt(at + this.#lead.length) !== QUOTE) this.#count++;
    return true;
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
    this.#leadAt = event.startsWith('data: {') ? event.indexOf(this.#lead) : -1;
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
    return this.#keepOrPass(event, chunk, usage !== null);
  }

  #keepOrPass(event: string, chunk: Chunk, hasUsage: boolean): Look {
    if (this.#holding) {
      this.#heldChars += event.length;
      if (this.#heldChars > HELD_CHARS_MAX) return 'malformed';
      this.#held.push(chunk);
      return 'taken';
    }
    // Usage so far, in a chunk of content: ours to know, and told at the end only.
    if (!hasUsage && event.startsWith('data: {') && !event.includes('\n')) return 'pass';
    this.#rewritten += written({ ...chunk, usage: undefined });
    return 'taken';
  }
}

/** Where the first event starts that has something special in it; the text's length when none has. */
function startOfSpecial(text: string): number {
  const at = text.search(SPECIAL);
  if (at < 0) return text.length;
  const before = text.lastIndexOf('\n\n', at);
  return before < 0 ? 0 : before + 2;
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
