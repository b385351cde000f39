/** How long a form may be, and the one that a file comes with: only so many of those at once, since each is held whole. */
import type { MiddlewareHandler } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { Problem } from './problem.ts';
import { PROOF_BYTES_MAX } from './requests/index.ts';

const FORM_BYTES_MAX = 64 * 1024;
const UPLOAD_PATH = '/privacy/requests/agent';
const UPLOADS_MAX = 8;

const limited = (maxSize: number): MiddlewareHandler =>
  bodyLimit({
    maxSize,
    onError: () => {
      throw new Problem(413, 'too_long', `A form may have at most ${maxSize} bytes.`);
    },
  });

/** Throws `Problem` 413 and 503. */
export function limitForms(): MiddlewareHandler {
  const form = limited(FORM_BYTES_MAX);
  const upload = limited(PROOF_BYTES_MAX + FORM_BYTES_MAX);
  let underWay = 0;
  return async (c, next) => {
    if (c.req.method !== 'POST' || c.req.path !== UPLOAD_PATH) return form(c, next);
    if (underWay >= UPLOADS_MAX)
      throw new Problem(503, 'busy', 'Many files come in at the moment. Send the form again in a minute.');
    underWay++;
    try {
      return await upload(c, next);
    } finally {
      underWay--;
    }
  };
}
