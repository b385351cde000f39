/** better-auth, set up for `library.ts`, which loads it when it is first needed: it takes a while to load. */
import { AsyncLocalStorage } from 'node:async_hooks';
import { betterAuth } from 'better-auth';
import { type Id, newId } from '../../link/ids.ts';
import { isSecure } from '../cookies.ts';
import { sealedAdapter } from './adapter.ts';
import type { Caller } from './caller.ts';
import { cookieName, cookieSecret, PROLONG_SECONDS, SESSION_SECONDS } from './cookies.ts';
import { openSession } from './open-session.ts';
import type { SignInParts } from './parts.ts';
import { hashPassword, verifyPassword } from './password-hash.ts';
import { PASSWORD_CHARS_MAX } from './password-strength.ts';

/** Its API, and how to say for whom a call is made. */
export function setUp(parts: Omit<SignInParts, 'library' | 'limits' | 'providers'>) {
  const { services, finding, settings, now } = parts;
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
    database: sealedAdapter({ services, finding, now, caller, open }),
    telemetry: { enabled: false },
    logger: { disabled: true },
    rateLimit: { enabled: false },
    emailAndPassword: {
      enabled: true,
      disableSignUp: true,
      maxPasswordLength: PASSWORD_CHARS_MAX * 4,
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
  return { api: auth.api, callFor: calling.run.bind(calling) as <T>(who: Caller, call: () => T) => T };
}
