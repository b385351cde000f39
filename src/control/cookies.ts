/**
 * Cookies of the site: HttpOnly, SameSite=Lax; on https also Secure, under a name that browsers bind to this host
 * (`__Host-`). Each stands in `policy/cookies.json` (COLLECT-7).
 */

export const isSecure = (siteUrl: string): boolean => siteUrl.startsWith('https:');

/** The name of one of our cookies as browsers know it. */
export const cookieName = (siteUrl: string, name: string): string =>
  isSecure(siteUrl) ? `__Host-${name}` : name;

/** A Set-Cookie header; 0 seconds forgets. */
export function cookieLine(siteUrl: string, name: string, value: string, seconds: number): string {
  const secure = isSecure(siteUrl) ? '; Secure' : '';
  return `${cookieName(siteUrl, name)}=${value}; Max-Age=${seconds}; Path=/; HttpOnly; SameSite=Lax${secure}`;
}

/** What a Cookie header says of one of our cookies; null: it is not there. */
export function cookieValue(siteUrl: string, header: string, name: string): string | null {
  const begin = `${cookieName(siteUrl, name)}=`;
  const found = header.split(';').find((each) => each.trimStart().startsWith(begin));
  return found === undefined ? null : found.trim().slice(begin.length);
}
