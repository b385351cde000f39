/**
 * Messages as bytes: one JSON array `["word", body]` a line. Reading checks every field against the vocabulary;
 * anything else throws `NotAWord`, and the connection ends.
 */
import type { Socket } from 'node:net';
import type { Of, Shape } from './shapes.ts';
import { LINK_LINE_BYTES_MAX, type Message } from './words.ts';

type Vocabulary = Readonly<Record<string, Shape<unknown>>>;

/** A line that is not in the vocabulary. Says which word, never what it held. */
export class NotAWord extends Error {
  override readonly name = 'NotAWord';
}

const NEWLINE = 10;

export function encode<V extends Vocabulary, W extends keyof V & string>(
  _vocabulary: V,
  word: W,
  body: Of<V[W]>,
): string {
  return `["${word}",${JSON.stringify(body)}]\n`;
}

export function decode<V extends Vocabulary>(vocabulary: V, line: string): Message<V> {
  let parsed: unknown;
  try {
    parsed = JSON.parse(line);
  } catch {
    throw new NotAWord('a line is not JSON');
  }
  if (!Array.isArray(parsed) || parsed.length !== 2 || typeof parsed[0] !== 'string') {
    throw new NotAWord('a line is not [word, body]');
  }
  const [word, body] = parsed as [string, unknown];
  const shape = Object.hasOwn(vocabulary, word) ? vocabulary[word] : undefined;
  if (shape === undefined) throw new NotAWord('an unknown word');
  if (!shape.check(body)) throw new NotAWord(`a malformed ${word}`);
  return { word, body } as Message<V>;
}

/**
 * Calls `onMessage` for each message that arrives on `socket`, in order. A line that is too long or not in the
 * vocabulary destroys the socket with `NotAWord`.
 */
export function readMessages<V extends Vocabulary>(
  socket: Socket,
  vocabulary: V,
  onMessage: (message: Message<V>) => void,
): void {
  let parts: Buffer[] = [];
  let held = 0;
  socket.on('data', (data: Buffer) => {
    try {
      let from = 0;
      for (let at = data.indexOf(NEWLINE); at >= 0; at = data.indexOf(NEWLINE, from)) {
        const end = data.subarray(from, at);
        const line = parts.length === 0 ? end : Buffer.concat([...parts, end]);
        parts = [];
        held = 0;
        from = at + 1;
        onMessage(decode(vocabulary, line.toString('utf8')));
        if (socket.destroyed) return;
      }
      if (from < data.length) {
        parts.push(data.subarray(from));
        held += data.length - from;
        if (held > LINK_LINE_BYTES_MAX) throw new NotAWord('a line is too long');
      }
    } catch (error) {
      if (!(error instanceof NotAWord)) throw error;
      socket.destroy(error);
    }
  });
}
