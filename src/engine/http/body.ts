/** Reads a request's body: JSON, one object, of bounded size and depth. */
import type { IncomingMessage } from 'node:http';
import { ApiError, invalid } from '../api/api-error.ts';
import { type Body, isObject } from '../api/fields.ts';

export const BODY_BYTES_MAX = 32 * 1024 * 1024;
/** Objects and lists within each other at most. */
const DEPTH_MAX = 128;

const tooLarge = (): ApiError =>
  new ApiError(
    413,
    'invalid_request_error',
    'request_too_large',
    `The body may have ${BODY_BYTES_MAX} bytes at most.`,
  );

export async function readBody(request: IncomingMessage): Promise<Body> {
  if (Number(request.headers['content-length'] ?? 0) > BODY_BYTES_MAX) throw tooLarge();
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    bytes += part.length;
    if (bytes > BODY_BYTES_MAX) throw tooLarge();
    parts.push(part);
  }
  return parseBody(Buffer.concat(parts).toString('utf8'));
}

function parseBody(text: string): Body {
  if (depthOf(text) > DEPTH_MAX)
    throw invalid(null, `The body is nested more than ${DEPTH_MAX} deep.`, 'invalid_json');
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    throw invalid(null, 'The body is not JSON.', 'invalid_json');
  }
  if (!isObject(body)) throw invalid(null, 'The body must be a JSON object.', 'invalid_json');
  return body;
}

const [QUOTE, BACKSLASH] = [0x22, 0x5c];
const [OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = [0x5b, 0x5d, 0x7b, 0x7d];

/** How deep brackets stand within each other, outside strings. */
function depthOf(text: string): number {
  let depth = 0;
  let deepest = 0;
  let quoted = false;
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (quoted) {
      if (c === BACKSLASH) i++;
      else if (c === QUOTE) quoted = false;
    } else if (c === QUOTE) quoted = true;
    else if (c === OPEN_LIST || c === OPEN_OBJECT) deepest = Math.max(deepest, ++depth);
    else if (c === CLOSE_LIST || c === CLOSE_OBJECT) depth--;
  }
  return deepest;
}
