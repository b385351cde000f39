/**
 * A provider that a test can make lie: OpenID Connect with signed tokens, and GitHub's addresses beside it. It checks
 * what a provider must check (client, code once, PKCE, redirect address), and lets in whoever `person` is without asking.
 */
import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type OutgoingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { ProviderSettings } from '../../src/control/sign-in/providers/settings.ts';

export const CLIENT = { clientId: 'kept', clientSecret: 'a secret of the client' } as const;
const KEY = 'one';

interface Given {
  readonly nonce: string | null;
  readonly challenge: string;
  readonly redirectUri: string;
}

type Claims = Readonly<Record<string, unknown>>;

export class StandIn {
  readonly #keys = generateKeyPairSync('rsa', { modulusLength: 2048 });
  readonly #codes = new Map<string, Given>();
  readonly #server = createServer((request, response) => {
    this.#answer(request).then(
      ({ status, headers = {}, body = '' }) => response.writeHead(status, headers).end(body),
      () => response.writeHead(400).end('{"error":"invalid_request"}'),
    );
  });
  url = '';
  /** Claims about who signs in. */
  person: Claims = { sub: 'ada', email: 'ada@example.org', email_verified: true, name: 'Ada Lovelace' };
  /** What is put over the right claims of a token. */
  lie: Claims = {};
  /** Signs with a key that is not published. */
  forges = false;
  /** Says no instead of a code. */
  denies: string | null = null;
  /** Claims that only the userinfo endpoint tells. */
  aside: Claims = {};
  /** Where it says that codes are taken, when not here. */
  tokensAt: string | null = null;
  /** GitHub's `/user/emails`. */
  emails: readonly object[] = [];
  /** Paths that were asked, in this order. */
  readonly asked: string[] = [];
  /** The query of the last authorization request. */
  wanted = new URLSearchParams();

  async start(): Promise<this> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    this.url = `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
    return this;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  settings(more: Partial<ProviderSettings> = {}): ProviderSettings {
    const scopes = ['openid', 'email', 'profile'];
    const given = { ...CLIENT, clientAuth: null, scopes, groups: null, hosts: [] };
    return { id: 'work', name: 'Example Work', kind: 'oidc', issuer: this.url, ...given, ...more };
  }

  github(): ProviderSettings {
    return this.settings({
      id: 'github',
      name: 'GitHub',
      kind: 'github',
      scopes: ['read:user', 'user:email'],
    });
  }

  async #answer(
    request: IncomingMessage,
  ): Promise<{ status: number; headers?: OutgoingHttpHeaders; body?: string }> {
    const { pathname, searchParams } = new URL(request.url ?? '/', this.url);
    this.asked.push(pathname);
    const json = (value: object, status = 200) => ({
      status,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(value),
    });
    switch (pathname) {
      case '/.well-known/openid-configuration':
        return json(this.#metadata());
      case '/jwks':
        return json({
          keys: [{ ...this.#keys.publicKey.export({ format: 'jwk' }), kid: KEY, alg: 'RS256' }],
        });
      case '/authorize':
      case '/login/oauth/authorize':
        return { status: 302, headers: { location: this.#authorize(searchParams) } };
      case '/token':
        return json(this.#token(await this.#redeem(request)));
      case '/login/oauth/access_token':
        await this.#redeem(request);
        return json({ access_token: 'for github', token_type: 'bearer', scope: 'read:user,user:email' });
      case '/userinfo':
        return json({ sub: this.person.sub, ...this.aside });
      case '/api/v3/user':
        return json({ id: 4711, login: 'ada', name: 'Ada Lovelace', email: 'public@example.org' });
      case '/api/v3/user/emails':
        return json(this.emails);
      default:
        return json({}, 404);
    }
  }

  #metadata() {
    return {
      issuer: this.url,
      authorization_endpoint: `${this.url}/authorize`,
      token_endpoint: this.tokensAt ?? `${this.url}/token`,
      jwks_uri: `${this.url}/jwks`,
      userinfo_endpoint: `${this.url}/userinfo`,
      response_types_supported: ['code'],
      subject_types_supported: ['public'],
      id_token_signing_alg_values_supported: ['RS256'],
    };
  }

  #authorize(query: URLSearchParams): string {
    this.wanted = query;
    const back = new URL(query.get('redirect_uri') ?? '');
    back.searchParams.set('state', query.get('state') ?? '');
    if (this.denies !== null) {
      back.searchParams.set('error', this.denies);
      back.searchParams.set('error_description', 'words of the provider');
      return back.href;
    }
    const code = randomBytes(16).toString('hex');
    if (query.get('code_challenge_method') !== 'S256') throw new Error('no PKCE');
    const challenge = query.get('code_challenge') ?? '';
    const redirectUri = query.get('redirect_uri') ?? '';
    this.#codes.set(code, { nonce: query.get('nonce'), challenge, redirectUri });
    back.searchParams.set('code', code);
    return back.href;
  }

  /** The code is right, was not used, and whoever brings it is the client that began. */
  async #redeem(request: IncomingMessage): Promise<Given> {
    const form = new URLSearchParams(await text(request));
    const basic = `Basic ${btoa(`${CLIENT.clientId}:${encodeURIComponent(CLIENT.clientSecret).replaceAll('%20', '+')}`)}`;
    const isClient =
      request.headers.authorization === basic || form.get('client_secret') === CLIENT.clientSecret;
    const given = this.#codes.get(form.get('code') ?? '');
    this.#codes.delete(form.get('code') ?? '');
    const verifier = createHash('sha256')
      .update(form.get('code_verifier') ?? '')
      .digest('base64url');
    if (!isClient || given?.challenge !== verifier || given.redirectUri !== form.get('redirect_uri')) {
      throw new Error('invalid_grant');
    }
    return given;
  }

  #token({ nonce }: Given) {
    const now = Math.floor(Date.now() / 1000);
    const right = { iss: this.url, aud: CLIENT.clientId, iat: now, exp: now + 300, nonce };
    const token = this.#signed({ ...right, ...this.person, ...this.lie });
    return { access_token: 'an access token', token_type: 'Bearer', id_token: token };
  }

  #signed(claims: Claims): string {
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const { privateKey } = this.forges ? generateKeyPairSync('rsa', { modulusLength: 2048 }) : this.#keys;
    const content = `${part({ alg: 'RS256', kid: KEY, typ: 'JWT' })}.${part(claims)}`;
    return `${content}.${sign('sha256', Buffer.from(content), privateKey).toString('base64url')}`;
  }
}
