/** How long a form may be, and those that a file comes with: only so many of those at once, since each is held whole. */
import type { MiddlewareHandler } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { FILE_BYTES_MAX } from './disclosure/index.ts';
import { IMPORT_BYTES_MAX } from './imports/index.ts';
import { FILES_BYTES_MAX } from './messages/index.ts';
import { HANDED_IN_BYTES_MAX } from './outside/index.ts';
import { Problem } from './problem.ts';
import { PROOF_BYTES_MAX } from './requests/index.ts';

const FORM_BYTES_MAX = 64 * 1024;
/** Where a file comes with a form, and how long it may be. */
const UPLOADS: readonly (readonly [RegExp, number])[] = [
  [/^\/privacy\/requests\/agent$/, PROOF_BYTES_MAX],
  [/^\/(?:contact|console\/messages\/[0-9a-f]{32})$/, FILES_BYTES_MAX],
  [/^\/desk\/tasks\/[0-9a-f]{32}$/, HANDED_IN_BYTES_MAX],
  [/^\/desk\/imports\/new$/, IMPORT_BYTES_MAX],
  // The order, and what forbids telling.
  [/^\/desk\/disclosures\/new$/, 2 * FILE_BYTES_MAX],
  [/^\/desk\/disclosures\/[0-9a-f]{32}$/, FILE_BYTES_MAX],
];
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
  const uploads = UPLOADS.map(([path, bytes]) => ({ path, upload: limited(bytes + FORM_BYTES_MAX) }));
  let underWay = 0;
  return async (c, next) => {
    const found = uploads.find(({ path }) => path.test(c.req.path));
    if (c.req.method !== 'POST' || found === undefined) return form(c, next);
    if (underWay >= UPLOADS_MAX)
      throw new Problem(503, 'busy', 'Many files come in at the moment. Send the form again in a minute.');
    underWay++;
    try {
      return await found.upload(c, next);
    } finally {
      underWay--;
    }
  };
}
