/**
 * better-auth, as far as it is used: checking passwords, and the life of sessions and their cookies. Its own HTTP
 * handler is not mounted, so that there is no way in but ours; it logs nothing, counts nothing, and asks nobody.
 */
import type { Id } from '../../link/ids.ts';
import type { setUp } from './better-auth.ts';
import type { Caller } from './caller.ts';
import { cookieName } from './cookies.ts';
import type { SignInParts } from './parts.ts';

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

export function openLibrary(parts: Omit<SignInParts, 'library' | 'limits' | 'providers'>): Library {
  const { settings } = parts;
  let loading: Promise<ReturnType<typeof setUp>> | null = null;
  const load = () => {
    loading ??= import('./better-auth.ts').then((loaded) => loaded.setUp(parts));
    return loading;
  };
  const headersOf = ({ cookies }: Caller): Headers => new Headers(cookies === '' ? {} : { cookie: cookies });
  const ours = (headers: Headers): string[] =>
    headers.getSetCookie().filter((line) => line.startsWith(`${cookieName(settings.siteUrl)}=`));
  return {
    async signIn(who, email, password) {
      const { api, callFor } = await load();
      try {
        const { headers, response } = await callFor(who, () =>
          api.signInEmail({
            body: { email, password },
            headers: headersOf({ ...who, cookies: '' }),
            returnHeaders: true,
          }),
        );
        return { person: response.user.id, setCookies: ours(headers) };
      } catch (error) {
        if (statusOf(error) === 401) return null;
        throw causeOf(error);
      }
    },
    async find(who) {
      const { api } = await load();
      const asked = { headers: headersOf(who), returnHeaders: true } as const;
      // Ended while it was being prolonged: nobody is signed in.
      const got = await api.getSession(asked).catch((error: unknown) => {
        if (statusOf(error) === 401) return { headers: new Headers(), response: null };
        throw causeOf(error);
      });
      const { headers, response } = got;
      const found =
        response === null
          ? null
          : { session: response.session.id, person: response.user.id, token: response.session.token };
      return { found, setCookies: ours(headers) };
    },
    async signOut(who) {
      const { api } = await load();
      const { headers } = await api.signOut({ headers: headersOf(who), returnHeaders: true });
      return ours(headers);
    },
  };
}

const statusOf = (error: unknown): unknown =>
  error instanceof Error && 'statusCode' in error ? error.statusCode : null;

/** What of ours failed inside the library, so that an outage is answered as one. */
const causeOf = (error: unknown): unknown =>
  statusOf(error) !== null && (error as Error).cause instanceof Error ? (error as Error).cause : error;
