/** What checks look with: the site and the API as a visitor has them, rows as they are stored, processes as the kernel sees them. */
import type pg from 'pg';
import { versionsInForce } from '../control/policy/index.ts';
import { siteHere } from '../control/processors/index.ts';
import type { VerifyParts } from '../control/verification/index.ts';
import { CannotLook } from './check.ts';
import { connectReading, type Reader, readerOf } from './search/reader.ts';

/** Nobody: no mail can go there (RFC 2606). */
const PROBE = { name: 'A probe', email: 'probe@kept.invalid', adult: true, agreed: true };

const ANSWER_MS_MAX = 10_000;
const STATEMENT_MS_MAX = 15_000;

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

export interface Eyes extends VerifyParts {
  /** A page of the site, as a browser that was never here asks for it; past proxies, which are not ours. */
  page(path: string, init?: Asking): Promise<Answer>;
  /** The API, at its public address. */
  api(path: string, init?: Asking): Promise<Answer>;
  /** The form for signing up, sent with all that it wants but for what `more` says; answered without a mail. */
  signUp(more: Readonly<Record<string, unknown>>): Promise<Answer>;
  /** Rows as they lie in the database, past every view of ours; nothing can be written so. */
  rows<R extends pg.QueryResultRow>(statement: string, values?: readonly unknown[]): Promise<R[]>;
  /** All that a query finds in them, as bytes that go by. */
  raw(query: string): AsyncIterable<Buffer>;
  /** Every page for everybody, by the site's own map. */
  publicPages(): Promise<readonly string[]>;
}

export interface Asking {
  readonly method?: 'GET' | 'POST';
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

export function openEyes(parts: VerifyParts): Eyes & { close(): Promise<void> } {
  const { siteUrl, apiUrl, databaseUrl } = parts.settings;
  const site = siteHere(parts.settings);
  let client: Promise<pg.Client> | null = null;
  let isClosed = false;
  const reader = async (): Promise<Reader> => {
    // A look that was not in time goes on for a while, and finds nothing open.
    if (isClosed) throw new CannotLook('the look is over');
    client ??= connectReading(databaseUrl, STATEMENT_MS_MAX);
    return readerOf(await client);
  };
  const eyes: Eyes = {
    ...parts,
    page: (path, init) => ask(site + path, init),
    api: (path, init) => ask(apiUrl + path, init),
    signUp: (more) =>
      eyes.page('/api/auth/sign-up', {
        method: 'POST',
        headers: { origin: new URL(siteUrl).origin, 'content-type': 'application/json' },
        body: JSON.stringify({ ...PROBE, ...versionsInForce(parts.documents), ...more }),
      }),
    rows: async (statement, values) => (await reader()).rows(statement, values),
    async *raw(query) {
      yield* (await reader()).raw(query);
    },
    async publicPages() {
      const { text } = await eyes.page('/sitemap.xml');
      const paths = [...text.matchAll(/<loc>([^<]+)<\/loc>/g)].map(([, url = '']) => new URL(url).pathname);
      if (paths.length === 0) throw new CannotLook('the site names no page');
      return paths;
    },
  };
  return {
    ...eyes,
    async close() {
      isClosed = true;
      await (await client)?.end();
    },
  };
}

async function ask(url: string, { method = 'GET', headers, body }: Asking = {}): Promise<Answer> {
  const reply = await fetch(url, {
    method,
    headers: { ...headers, connection: 'close' },
    redirect: 'manual',
    signal: AbortSignal.timeout(ANSWER_MS_MAX),
    ...(body !== undefined && { body }),
  });
  return { status: reply.status, headers: reply.headers, text: await reply.text() };
}

/** The one number that a statement answers as `n`. */
export async function count({ rows }: Pick<Eyes, 'rows'>, statement: string): Promise<number> {
  const [row] = await rows<{ n: number }>(statement);
  return row?.n ?? 0;
}
