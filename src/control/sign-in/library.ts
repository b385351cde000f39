/**
 * better-auth, as far as it is used: checking passwords, and the life of sessions and their cookies. Its own HTTP
 * handler is not mounted, so that there is no way in but ours; it logs nothing, counts nothing, and asks nobody.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import { betterAuth } from 'better-auth';
import { isAPIError } from 'better-auth/api';
import { type Id, newId } from '../../link/ids.ts';
import { sealedAdapter } from './adapter.ts';
import type { Caller } from './caller.ts';
import { cookieName, cookieSecret, isSecure, PROLONG_SECONDS, SESSION_SECONDS } from './cookies.ts';
import { openSession } from './open-session.ts';
import type { SignInParts } from './parts.ts';
import { hashPassword, verifyPassword } from './password-hash.ts';
import { PASSWORD_CHARS_MAX } from './password-strength.ts';

export interface FoundSession {
  readonly session: Id;
  readonly person: Id;
  /** The cookie's secret part. */
  readonly token: string;
}

export interface Library {
  /** Null: the address and the password do not belong together, or nobody has the address. Takes the same time. */
  signIn(
    caller: Caller,
    email: string,
    password: string,
  ): Promise<{ readonly person: Id; readonly setCookies: readonly string[] } | null>;
  /** Who the cookie belongs to, prolonged where it was used for a day. */
  find(
    caller: Caller,
  ): Promise<{ readonly found: FoundSession | null; readonly setCookies: readonly string[] }>;
  signOut(caller: Caller): Promise<readonly string[]>;
}

export function openLibrary(parts: Omit<SignInParts, 'library' | 'limits'>): Library {
  const { services, settings, now } = parts;
  const calling = new AsyncLocalStorage<Caller>();
  const caller = (): Caller => {
    const found = calling.getStore();
    if (found === undefined) throw new Error('a session is opened for nobody');
    return found;
  };
  const open = (opening: { person: Id; token: string; caller: Caller }) =>
    openSession(parts, { ...opening, way: 'password' });
  const auth = betterAuth({
    appName: 'Kept',
    baseURL: settings.siteUrl,
    basePath: '/api/auth',
    secret: cookieSecret(services.pepper),
    database: sealedAdapter({ services, now, caller, open }),
    telemetry: { enabled: false },
    logger: { disabled: true },
    rateLimit: { enabled: false },
    emailAndPassword: {
      enabled: true,
      disableSignUp: true,
      maxPasswordLength: PASSWORD_CHARS_MAX * 2,
      password: { hash: hashPassword, verify: ({ hash, password }) => verifyPassword(hash, password) },
    },
    session: { expiresIn: SESSION_SECONDS, updateAge: PROLONG_SECONDS, cookieCache: { enabled: false } },
    advanced: {
      useSecureCookies: false,
      cookies: { session_token: { name: cookieName(settings.siteUrl) } },
      defaultCookieAttributes: {
        secure: isSecure(settings.siteUrl),
        httpOnly: true,
        sameSite: 'lax',
        path: '/',
      },
      ipAddress: { disableIpTracking: true },
      database: { generateId: () => newId() },
    },
  });
  const headersOf = ({ cookies }: Caller): Headers => new Headers(cookies === '' ? {} : { cookie: cookies });
  const ours = (headers: Headers): string[] =>
    headers.getSetCookie().filter((line) => line.startsWith(`${cookieName(settings.siteUrl)}=`));
  return {
    async signIn(who, email, password) {
      try {
        const { headers, response } = await calling.run(who, () =>
          auth.api.signInEmail({
            body: { email, password },
            headers: headersOf({ ...who, cookies: '' }),
            returnHeaders: true,
          }),
        );
        return { person: response.user.id, setCookies: ours(headers) };
      } catch (error) {
        if (isAPIError(error) && error.statusCode === 401) return null;
        throw causeOf(error);
      }
    },
    async find(who) {
      const { headers, response } = await auth.api.getSession({
        headers: headersOf(who),
        returnHeaders: true,
      });
      const found =
        response === null
          ? null
          : { session: response.session.id, person: response.user.id, token: response.session.token };
      return { found, setCookies: ours(headers) };
    },
    async signOut(who) {
      const { headers } = await auth.api.signOut({ headers: headersOf(who), returnHeaders: true });
      return ours(headers);
    },
  };
}

/** What of ours failed inside the library, so that an outage is answered as one. */
const causeOf = (error: unknown): unknown =>
  isAPIError(error) && error.cause instanceof Error ? error.cause : error;
