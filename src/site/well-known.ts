/** Files that programs look for at fixed addresses: what is honoured, whom to tell of a hole, what may be indexed. */
import type { PageParts } from '../control/page-parts.ts';

const PRICING = '/pricing';
/** Pages for everybody, for search engines. */
const PUBLIC = [
  '/',
  '/models',
  PRICING,
  '/docs',
  '/docs/data',
  '/docs/api',
  '/docs/errors',
  '/docs/limits',
  '/privacy',
  '/privacy/choices',
  '/privacy/processors',
  '/privacy/promises',
  '/privacy/rights',
  '/privacy/requests',
  '/privacy/requests/agent',
  '/privacy/requests/app',
  '/privacy/requests/child',
  '/privacy/requests/figures',
  '/privacy/statistics',
  '/privacy/transparency',
  '/privacy/versions',
  '/newsletter',
  '/terms',
  '/terms/versions',
  '/dpa',
  '/dpa/versions',
  '/contact',
  '/events',
  '/changelog',
  '/status',
];
/** When what GPC does here last changed (W3C GPC, 4.2). */
const GPC_SINCE = '2026-11-24';
/** RFC 9116, 2.5.5, recommends less than a year. */
const SECURITY_DAYS = 180;
const DAY_MS = 86_400_000;

type Parts = Pick<PageParts, 'siteUrl' | 'company' | 'billing'>;
type Made = (parts: Parts, now: number) => { readonly type: string; readonly text: string };

const TEXT = 'text/plain; charset=utf-8';
const FILES: Readonly<Record<string, Made>> = {
  '/.well-known/gpc.json': () => ({
    type: 'application/json',
    text: `${JSON.stringify({ gpc: true, lastUpdate: GPC_SINCE })}\n`,
  }),
  '/.well-known/security.txt': ({ siteUrl, company }, now) => ({
    type: TEXT,
    text: [
      `Contact: ${company.securityContact ?? `${siteUrl}/privacy#contact`}`,
      // Whole days: asked twice on a day, it says the same.
      `Expires: ${new Date((Math.floor(now / DAY_MS) + SECURITY_DAYS) * DAY_MS).toISOString()}`,
      `Canonical: ${siteUrl}/.well-known/security.txt`,
      'Preferred-Languages: en',
      '',
    ].join('\n'),
  }),
  '/robots.txt': ({ siteUrl }) => ({
    type: TEXT,
    text: [
      'User-agent: *',
      'Disallow: /console',
      'Disallow: /desk',
      'Disallow: /api/',
      `Sitemap: ${siteUrl}/sitemap.xml`,
      '',
    ].join('\n'),
  }),
  '/sitemap.xml': ({ siteUrl, billing }) => ({
    type: 'application/xml',
    text: [
      '<?xml version="1.0" encoding="UTF-8"?>',
      '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">',
      ...PUBLIC.filter((path) => billing !== 'off' || path !== PRICING).map(
        (path) => `  <url><loc>${escaped(siteUrl + path)}</loc></url>`,
      ),
      '</urlset>',
      '',
    ].join('\n'),
  }),
};

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll("'", '&apos;');

/** Null where the address is none of them. */
export function wellKnown(parts: Parts, request: Request): Response | null {
  const { pathname } = new URL(request.url);
  const made = Object.hasOwn(FILES, pathname) ? FILES[pathname] : undefined;
  if (made === undefined || (request.method !== 'GET' && request.method !== 'HEAD')) return null;
  const { type, text } = made(parts, Date.now());
  return new Response(text, { headers: { 'content-type': type, 'cache-control': 'public, max-age=3600' } });
}
