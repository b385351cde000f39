/** What scripts of the console's pages ask as JSON, below `/api/accounts`; nothing else may. */
import { getConnInfo } from '@hono/node-server/conninfo';
import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { outward } from '../outward.ts';
import { Problem } from '../problem.ts';
import type { SignInPages } from '../sign-in/index.ts';
import type { ConsolePages } from './index.ts';

const BODY_BYTES_MAX = 1024;

export function consoleRoutes(pages: ConsolePages, signIn: SignInPages): Hono {
  const app = new Hono();
  app.use(bodyLimit({ maxSize: BODY_BYTES_MAX, onError: tooLong }));
  app.use(async (c, next) => {
    c.header('cache-control', 'no-store');
    if (!signIn.isOwn(c.req.raw.headers))
      throw new Problem(403, 'origin_not_allowed', 'Only pages of this site may ask for this.');
    await next();
  });
  app.post('/:account/playground-key', async (c) => {
    const caller = signIn.callerOf(c.req.raw.headers, getConnInfo(c).remote.address);
    const { id, key, expiresAt } = await pages.makePlaygroundKey(caller, c.req.param('account'));
    return c.json({ id: outward('key', id), key, expires_at: expiresAt.toISOString() }, 201);
  });
  return app;
}

function tooLong(): never {
  throw new Problem(413, 'too_long', `A body may have at most ${BODY_BYTES_MAX} bytes.`);
}
