/** The session's cookie. Signed as better-auth signs it, so that both read the same. */
import { createHmac, hkdfSync } from 'node:crypto';
import * as cookies from '../cookies.ts';

const NAME = 'kept_session';

/** A sign-in that is not used for so long ends. */
export const SESSION_SECONDS = 7 * 86_400;
/** It is prolonged when it was used after so long. */
export const PROLONG_SECONDS = 86_400;
/** And never lasts longer than this, however much it is used. */
export const SESSION_SECONDS_MAX = 30 * 86_400;

export const cookieName = (siteUrl: string): string => cookies.cookieName(siteUrl, NAME);

/** What cookies are signed with: follows from the pepper, so that it is there as long as the keys are. */
export const cookieSecret = (pepper: string): string =>
  Buffer.from(hkdfSync('sha256', Buffer.from(pepper, 'hex'), '', 'kept session cookies v1', 32)).toString(
    'hex',
  );

/** The Set-Cookie header that signs in. */
export function sessionCookie(siteUrl: string, pepper: string, token: string): string {
  const signature = createHmac('sha256', cookieSecret(pepper)).update(token).digest('base64');
  return cookies.cookieLine(siteUrl, NAME, encodeURIComponent(`${token}.${signature}`), SESSION_SECONDS);
}

/** The Set-Cookie header that forgets. */
export const endedCookie = (siteUrl: string): string => cookies.cookieLine(siteUrl, NAME, '', 0);
