/** The site's port: health, a page that says what runs here, and what happens to data. */
import { Hono } from 'hono';
import { html } from 'hono/html';
import { secureHeaders } from 'hono/secure-headers';
import type { Log } from '../log/log.ts';
import { answerErrors } from './http.ts';

const METHODS = new Set(['GET', 'HEAD']);

export interface SiteParts {
  readonly apiUrl: string;
  readonly ready: () => Promise<{ readonly database: boolean; readonly link: boolean }>;
  /** A file of the record as strangers may have it; null where there is none. */
  readonly readRecord: (path: string) => Promise<Uint8Array | null>;
  /** The ways in, below `/api/auth`. */
  readonly auth: Hono;
  readonly log: Log;
}

export function siteApp({ apiUrl, ready, readRecord, auth, log }: SiteParts): Hono {
  const app = new Hono();
  answerErrors(app, log);
  app.use(
    secureHeaders({
      contentSecurityPolicy: {
        defaultSrc: ["'none'"],
        styleSrc: ["'unsafe-inline'"],
        baseUri: ["'none'"],
        formAction: ["'none'"],
        frameAncestors: ["'none'"],
      },
      referrerPolicy: 'no-referrer',
      xFrameOptions: 'DENY',
      strictTransportSecurity: false,
    }),
  );
  app.route('/api/auth', auth);
  app.use(async (c, next) => {
    if (METHODS.has(c.req.method)) return next();
    c.header('allow', 'GET, HEAD');
    return c.json(
      { error: { code: 'method_not_allowed', message: 'Only GET and HEAD are answered here.' } },
      405,
    );
  });
  app.get('/healthz', (c) => c.json({ status: 'ok' }));
  app.get('/readyz', async (c) => {
    const parts = await ready();
    const all = parts.database && parts.link;
    return c.json({ status: all ? 'ready' : 'not_ready', ...parts }, all ? 200 : 503);
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
  app.get('/', (c) => c.html(landingPage(apiUrl)));
  app.get('/privacy', (c) => c.html(privacyPage()));
  return app;
}

const STYLE = `
  :root { color-scheme: light dark; font: 1.05rem/1.6 system-ui, sans-serif; }
  body { max-width: 40rem; margin: 4rem auto; padding: 0 1.25rem; }
  h1 { line-height: 1.2; } code { font-size: .95em; } table { border-collapse: collapse; }
  pre { padding: 1rem; overflow: auto; border: 1px solid color-mix(in srgb, currentColor 25%, transparent); border-radius: .5rem; }
`;

const page = (title: string, body: ReturnType<typeof html>) => html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title><style>${STYLE}</style>
</head>
<body>${body}</body>
</html>`;

const landingPage = (apiUrl: string) =>
  page(
    'Kept',
    html`<main>
<h1>Kept</h1>
<p><em>Promises kept. Prompts not.</em></p>
<p>An inference API for OpenAI clients. It answers at</p>
<pre><code>${apiUrl}/v1</code></pre>
<p>Make an account and a key with <code>npx --no kept account create</code> and <code>npx --no kept key create</code>;
the README that came with this copy shows the first request.</p>
<p><a href="/privacy">What happens to your data</a></p>
</main>`,
  );

const privacyPage = () =>
  page(
    'What happens to your data – Kept',
    html`<main>
<h1>What happens to your data</h1>
<h2>Prompts and answers</h2>
<p>They pass through the memory of one process, the gateway, to the engine that computes the answer, and back. The
gateway has no database and cannot write files. Nothing of what you send or receive is stored, logged, or used to train
anything by this program. An engine that the operator declared outside of it has data terms of its own; the list of
models (<code>GET /v1/models</code>) shows them for each model, and a request can demand stricter ones.</p>
<h2>What a request leaves behind</h2>
<p>One usage record: a random id; the account and the key; the model's and the engine's number; the kind of request;
when it started and how long it took; how many tokens, images and seconds of audio it had; its price; how it ended.
And its price in the account's ledger. Nothing else.</p>
<h2>What an account holds</h2>
<p>A name, an e-mail address, the limits and data terms that were set, its keys (each as a keyed hash, with the day of
its last use), its credit and its usage.</p>
<h2>Who to ask</h2>
<p>The operator of this instance: whoever gave you this address.</p>
</main>`,
  );
