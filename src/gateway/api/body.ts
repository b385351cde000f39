/** From bytes to a value: the one place where a client's JSON is parsed. */
import { isUtf8 } from 'node:buffer';
import { ApiError } from './errors.ts';
import { checkBytes } from './parameters/size.ts';

/**
 * The body as a value. Throws `too_deep`, or `invalid_json` for anything but UTF-8 JSON (RFC 8259, 8.1); the parser's
 * own message, which quotes the body, ends here.
 */
export function parseBody(body: Buffer): unknown {
  checkBytes(body);
  if (!isUtf8(body)) throw new ApiError('invalid_json');
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    throw new ApiError('invalid_json');
  }
}
