/**
 * GitHub: OAuth 2 with PKCE, since it speaks no OpenID Connect to people. Who somebody is, its API says; of addresses
 * only the primary one counts, and only where GitHub has it confirmed.
 */

import { z } from 'zod';
import { isHere } from '../../on-this-machine.ts';
import { emailIn, nameIn, withoutSlash } from './identity.ts';
import { narrowFetch } from './narrow-fetch.ts';
import { backUrl, type Challenge, type Identity, type Provider, ProviderFailed } from './provider.ts';
import type { ProviderSettings } from './settings.ts';
import { failureOf } from './what-failed.ts';

export const GITHUB = 'https://github.com';
const GITHUB_API = 'https://api.github.com';
const ACCEPT = 'application/vnd.github+json';

const userSchema = z.object({
  id: z.int().positive(),
  name: z.string().nullish(),
  login: z.string(),
});
const emailsSchema = z.array(z.object({ email: z.string(), primary: z.boolean(), verified: z.boolean() }));

const library = () => import('openid-client');

/** GitHub Enterprise Server has its API below its own address. */
const apiOf = ({ issuer }: ProviderSettings): string =>
  withoutSlash(issuer) === GITHUB ? GITHUB_API : `${withoutSlash(issuer)}/api/v3`;

export function githubProvider(settings: ProviderSettings, number: number, siteUrl: string): Provider {
  const redirectUri = backUrl(siteUrl, settings.id);
  return {
    settings,
    number,
    confirms: false,
    async authorizationUrl({ state, verifier }) {
      const client = await library();
      return client.buildAuthorizationUrl(await configure(settings), {
        redirect_uri: redirectUri,
        scope: settings.scopes.join(' '),
        state,
        code_challenge: await client.calculatePKCECodeChallenge(verifier),
        code_challenge_method: 'S256',
      });
    },
    async identify(challenge, back) {
      try {
        return await identify(settings, challenge, back);
      } catch (error) {
        throw failureOf(error);
      }
    },
  };
}

async function identify(
  settings: ProviderSettings,
  { state, verifier }: Challenge,
  back: URL,
): Promise<Identity> {
  const client = await library();
  const configuration = await configure(settings);
  const { access_token: token } = await client.authorizationCodeGrant(configuration, back, {
    expectedState: state,
    pkceCodeVerifier: verifier,
  });
  const ask = async <T>(path: string, schema: z.ZodType<T>): Promise<T> => {
    const headers = new Headers({ accept: ACCEPT, 'user-agent': 'kept' });
    const url = new URL(`${apiOf(settings)}${path}`);
    const reply = await client.fetchProtectedResource(configuration, token, url, 'GET', null, headers);
    const read = schema.safeParse(reply.ok ? await reply.json() : null);
    if (!read.success) throw new ProviderFailed('wrong_answer');
    return read.data;
  };
  const user = await ask('/user', userSchema);
  const emails = await ask('/user/emails', emailsSchema);
  return {
    subject: String(user.id),
    email: emailIn(emails.find(({ primary, verified }) => primary && verified)?.email),
    name: nameIn(user.name, user.login),
    groups: [],
    multiFactor: false,
    shownAt: null,
  };
}

async function configure(settings: ProviderSettings) {
  const client = await library();
  const { issuer, clientId, clientSecret } = settings;
  const withoutTls = issuer.startsWith('http:') && isHere(issuer);
  const oauth = `${withoutSlash(issuer)}/login/oauth`;
  const api = apiOf(settings);
  const declared = new Set([`${oauth}/access_token`, `${api}/user`, `${api}/user/emails`]);
  const configuration = new client.Configuration(
    { issuer: oauth, authorization_endpoint: `${oauth}/authorize`, token_endpoint: `${oauth}/access_token` },
    clientId,
    { client_secret: clientSecret },
    client.ClientSecretPost(clientSecret),
  );
  configuration[client.customFetch] = narrowFetch((url) => declared.has(url), withoutTls);
  if (withoutTls) client.allowInsecureRequests(configuration);
  return configuration;
}
