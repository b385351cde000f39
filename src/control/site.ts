/**
 * The site's port: health, the record for strangers, and the pages, which come from the floor above. Every answer
 * carries the same strict headers; a page's own inline script needs the answer's nonce. A mail that staff look at brings
 * stricter ones along: nothing in it runs, and only the page around it may frame it.
 */
import { getConnInfo } from '@hono/node-server/conninfo';
import { Hono } from 'hono';
import { NONCE, secureHeaders } from 'hono/secure-headers';
import type { Log } from '../log/log.ts';
import type { ApiReference } from './api-reference.ts';
import { limitForms } from './forms.ts';
import { answerErrors } from './http.ts';
import type { Health, Pages } from './page-parts.ts';

const METHODS = new Set(['GET', 'HEAD', 'POST']);

/** Two years, as browsers' preload lists ask for. */
const HSTS = 'max-age=63072000; includeSubDomains';

export interface SiteParts {
  readonly siteUrl: string;
  readonly apiUrl: string;
  readonly health: () => Promise<Health>;
  /** A file of the record as strangers may have it; null where there is none. */
  readonly readRecord: (path: string) => Promise<Uint8Array | null>;
  /** The ways in, below `/api/auth`. */
  readonly auth: Hono;
  /** What pages' scripts ask about an account, below `/api/accounts`. */
  readonly accounts: Hono;
  /** Where pages tell how long they were looked at, at `/api/measure`. */
  readonly measure: Hono;
  /** Where Stripe tells what was paid, at `/api/billing/stripe`. */
  readonly webhook: Hono;
  /** What anybody may ask about their rights, below `/api/privacy`. */
  readonly privacy: Hono;
  /** The transparency report, at `/api/transparency`. */
  readonly transparency: Hono;
  /** What was seen of each promise, at `/api/promises`. */
  readonly promises: Hono;
  /** The Data Rights Protocol, below `/v1`. */
  readonly drp: Hono;
  /** Answered at `/api/openapi.json`; null has none. */
  readonly reference: ApiReference | null;
  /** Null serves no pages. */
  readonly pages: Pages | null;
  readonly log: Log;
}

export function siteApp({
  siteUrl,
  apiUrl,
  health,
  readRecord,
  auth,
  accounts,
  measure,
  webhook,
  privacy,
  transparency,
  promises,
  drp,
  reference,
  pages,
  log,
}: SiteParts): Hono {
  const app = new Hono();
  answerErrors(app, log);
  app.use(strictHeaders(siteUrl, apiUrl));
  app.route('/api/auth', auth);
  app.route('/api/accounts', accounts);
  app.route('/api/measure', measure);
  app.route('/api/billing/stripe', webhook);
  app.route('/api/privacy', privacy);
  app.route('/api/transparency', transparency);
  app.route('/api/promises', promises);
  app.route('/v1', drp);
  app.use(async (c, next) => {
    if (METHODS.has(c.req.method)) return next();
    c.header('allow', [...METHODS].join(', '));
    return c.json(
      { error: { code: 'method_not_allowed', message: 'Only GET, HEAD and POST are answered here.' } },
      405,
    );
  });
  app.use(limitForms());
  app.get('/healthz', (c) => c.json({ status: 'ok' }));
  app.get('/readyz', async (c) => {
    const { database, link } = await health();
    const all = database && link;
    return c.json({ status: all ? 'ready' : 'not_ready', database, link }, all ? 200 : 503);
  });
  // The record for strangers (C2SP tlog-tiles): published sizes only, so that its growth says nothing.
  app.get('/record/:path{.+}', async (c) => {
    const path = c.req.param('path');
    const found = await readRecord(path);
    if (found === null)
      return c.json({ error: { code: 'not_found', message: 'The record has no such file.' } }, 404);
    const text = path === 'checkpoint' || path === 'verifier-key';
    c.header('content-type', text ? 'text/plain; charset=utf-8' : 'application/octet-stream');
    c.header('cache-control', text ? 'no-cache' : 'public, max-age=31536000, immutable');
    return c.body(Uint8Array.from(found));
  });
  if (reference !== null) app.get('/api/openapi.json', (c) => c.json(reference.document));
  app.all('/api/*', (c) => c.notFound());
  if (pages !== null) {
    app.all('*', (c) =>
      pages(c.req.raw, { nonce: c.get('secureHeadersNonce') ?? '', peer: getConnInfo(c).remote.address }),
    );
  }
  return app;
}

function strictHeaders(siteUrl: string, apiUrl: string) {
  const secure = siteUrl.startsWith('https:');
  return secureHeaders({
    contentSecurityPolicy: {
      defaultSrc: ["'none'"],
      scriptSrc: ["'self'", NONCE],
      styleSrc: ["'self'"],
      fontSrc: ["'self'"],
      imgSrc: ["'self'"],
      // The playground speaks to the gateway itself, so that control never sees content.
      connectSrc: ["'self'", new URL(apiUrl).origin],
      formAction: ["'self'"],
      baseUri: ["'none'"],
      // Mails as they are sent, at the desk.
      frameSrc: ["'self'"],
      frameAncestors: ["'none'"],
      ...(secure && { upgradeInsecureRequests: [] }),
    },
    referrerPolicy: 'same-origin',
    xFrameOptions: 'DENY',
    strictTransportSecurity: secure && HSTS,
    overwrite: false,
  });
}
