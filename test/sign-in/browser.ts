/** A browser as far as signing in needs one: it keeps cookies, says where it comes from, and reads mail. */
import type { Answer } from '../support/control.ts';

export const GOOD_PASSWORD = 'tisch lampe giraffe 92';
const FIREFOX = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0';

export class Browser {
  readonly #siteUrl: string;
  readonly cookies = new Map<string, string>();
  /** The last answer's Set-Cookie lines. */
  setCookies: string[] = [];
  agent = FIREFOX;

  constructor(siteUrl: string) {
    this.#siteUrl = siteUrl;
  }

  get(path: string): Promise<Answer> {
    return this.#send('GET', path, undefined, {});
  }

  post(path: string, body: unknown = {}, headers: Record<string, string> = {}): Promise<Answer> {
    return this.#send('POST', path, body, { origin: this.#siteUrl, ...headers });
  }

  /** `name=value` of the session's cookie. */
  get cookie(): string {
    return [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  }

  async me() {
    return (await this.get('/me')).body;
  }

  async #send(method: string, path: string, body: unknown, headers: Record<string, string>): Promise<Answer> {
    const sent = await fetch(`${this.#siteUrl}/api/auth${path}`, {
      method,
      headers: {
        'user-agent': this.agent,
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...(this.cookies.size > 0 && { cookie: this.cookie }),
        ...headers,
      },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    this.setCookies = sent.headers.getSetCookie();
    for (const line of this.setCookies) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (name === undefined) continue;
      if (/max-age=0\b/i.test(line) || value === '') this.cookies.delete(name);
      else this.cookies.set(name, value as string);
    }
    const text = await sent.text();
    return { status: sent.status, body: text === '' ? null : JSON.parse(text) };
  }
}

/** What a sign-up form sends. */
export const form = (email: string, more: object = {}) => ({
  name: 'Ada Example',
  email,
  password: GOOD_PASSWORD,
  adult: true,
  agreed: true,
  policy: '1',
  terms: '1',
  ...more,
});
