/**
 * Our own addresses as browsers name them, from the configuration only. A request that changes something comes from one
 * of our pages, or is not carried out (CSRF).
 */

const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;

/** The site's origin; on loopback under both of its names. */
export function ownOrigins(siteUrl: string): readonly string[] {
  const { protocol, hostname, port, origin } = new URL(siteUrl);
  if (!LOOPBACK.test(hostname)) return [origin];
  const tail = port === '' ? '' : `:${port}`;
  return [...new Set([origin, ...['localhost', '127.0.0.1'].map((name) => `${protocol}//${name}${tail}`)])];
}

/** WebAuthn's relying party: a domain, never an address; on loopback browsers take `localhost` for one. */
export function relyingParty(siteUrl: string): { readonly id: string; readonly origins: string[] } {
  const { hostname } = new URL(siteUrl);
  return { id: LOOPBACK.test(hostname) ? 'localhost' : hostname, origins: [...ownOrigins(siteUrl)] };
}

/**
 * Whether a request that changes something may be carried out. Browsers say where it comes from; where `Origin` is
 * `null`, which a page's referrer policy can cause, `Sec-Fetch-Site` still does. What says neither is no browser's form;
 * it passes with JSON only, which no form sends.
 */
export function isOwnRequest(headers: Headers, siteUrl: string): boolean {
  const origin = headers.get('origin');
  const site = headers.get('sec-fetch-site');
  if (site !== null && site !== 'same-origin') return false;
  if (origin !== null && origin !== 'null') return ownOrigins(siteUrl).includes(origin);
  if (site === 'same-origin') return true;
  return origin === null && /^application\/json\b/i.test(headers.get('content-type') ?? '');
}
