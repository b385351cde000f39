/**
 * OpenID Connect by `openid-client`: discovery, authorization code with PKCE, and an ID token whose signature, issuer,
 * audience, nonce and times are checked. What the ID token leaves out is asked of the userinfo endpoint.
 */

import type { ClientAuth, Configuration, IDToken, ServerMetadata } from 'openid-client';
import { isHere } from '../../on-this-machine.ts';
import { emailIn, groupsIn, isSubject, nameIn, withoutSlash } from './identity.ts';
import { narrowFetch } from './narrow-fetch.ts';
import { backUrl, type Challenge, type Identity, type Provider, ProviderFailed } from './provider.ts';
import type { ProviderSettings } from './settings.ts';
import { failureOf } from './what-failed.ts';

/** What a provider says of itself is asked for again after this. */
const DISCOVERED_MS = 3_600_000;
const CLOCKS_APART_SECONDS = 30;
/** Authentication context classes that mean more than one factor: OpenID EAP, SAML’s PAPE, REFEDS. */
const MFA_CLASSES: ReadonlySet<unknown> = new Set([
  'phr',
  'phrh',
  'http://schemas.openid.net/pape/policies/2007/06/multi-factor',
  'https://refeds.org/profile/mfa',
]);

/** Loaded when it is first needed. */
const library = () => import('openid-client');

export function oidcProvider(settings: ProviderSettings, number: number, siteUrl: string): Provider {
  const discovered = discovering(settings);
  const redirectUri = backUrl(siteUrl, settings.id);
  return {
    settings,
    number,
    confirms: true,
    async authorizationUrl({ state, nonce, verifier }, { again }) {
      try {
        const client = await library();
        return client.buildAuthorizationUrl(await discovered(), {
          redirect_uri: redirectUri,
          scope: settings.scopes.join(' '),
          state,
          nonce,
          code_challenge: await client.calculatePKCECodeChallenge(verifier),
          code_challenge_method: 'S256',
          ...(again && { prompt: 'login', max_age: '0' }),
        });
      } catch (error) {
        throw failureOf(error);
      }
    },
    async identify(challenge, back) {
      try {
        return identityOf(settings, await claimsOf(settings, await discovered(), challenge, back));
      } catch (error) {
        throw failureOf(error);
      }
    },
  };
}

type Claims = IDToken & Readonly<Record<string, unknown>>;

async function claimsOf(
  { groups }: ProviderSettings,
  configuration: Configuration,
  { state, nonce, verifier }: Challenge,
  back: URL,
): Promise<Claims> {
  const client = await library();
  const tokens = await client.authorizationCodeGrant(configuration, back, {
    expectedState: state,
    expectedNonce: nonce,
    pkceCodeVerifier: verifier,
    idTokenExpected: true,
  });
  const claims = tokens.claims();
  if (claims === undefined) throw new ProviderFailed('wrong_answer');
  const wanted = ['email', 'email_verified', 'name', ...(groups === null ? [] : [groups.claim])];
  const isWhole = wanted.every((claim) => claim in claims);
  if (isWhole || configuration.serverMetadata().userinfo_endpoint === undefined) return claims;
  const more = await client.fetchUserInfo(configuration, tokens.access_token, claims.sub);
  // What is signed wins.
  return { ...more, ...claims } as Claims;
}

function identityOf({ groups }: ProviderSettings, claims: Claims): Identity {
  const { sub, email, email_verified: verified, name, preferred_username: username, amr, acr } = claims;
  if (!isSubject(sub)) throw new ProviderFailed('wrong_answer');
  const address = emailIn(email);
  return {
    subject: sub,
    // Some write the word.
    email: verified === true || verified === 'true' ? address : null,
    name: nameIn(name, username, address?.split('@')[0]),
    groups: groups === null ? [] : groupsIn(claims[groups.claim]),
    multiFactor: (Array.isArray(amr) && amr.includes('mfa')) || MFA_CLASSES.has(acr),
    shownAt: typeof claims.auth_time === 'number' ? claims.auth_time * 1000 : null,
  };
}

/** What the provider says of itself, asked once an hour; a failure is not remembered. */
function discovering(settings: ProviderSettings): () => Promise<Configuration> {
  let found: { readonly at: number; readonly configuration: Promise<Configuration> } | null = null;
  return () => {
    if (found === null || performance.now() - found.at > DISCOVERED_MS) {
      const asked = { at: performance.now(), configuration: discover(settings) };
      asked.configuration.catch(() => {
        if (found === asked) found = null;
      });
      found = asked;
    }
    return found.configuration;
  };
}

async function discover(settings: ProviderSettings): Promise<Configuration> {
  const client = await library();
  const { issuer, clientId, clientSecret } = settings;
  const withoutTls = issuer.startsWith('http:') && isHere(issuer);
  const declared = new Set([new URL(`${withoutSlash(issuer)}/.well-known/openid-configuration`).href]);
  const configuration = await client.discovery(
    new URL(issuer),
    clientId,
    { client_secret: clientSecret, [client.clockTolerance]: CLOCKS_APART_SECONDS },
    clientAuthOf(settings, client),
    {
      [client.customFetch]: narrowFetch((url) => declared.has(url), withoutTls),
      execute: [client.enableNonRepudiationChecks, ...(withoutTls ? [client.allowInsecureRequests] : [])],
    },
  );
  for (const url of endpointsOf(configuration.serverMetadata())) declared.add(url);
  return configuration;
}

/** As it is configured; otherwise by the header, which is what a provider takes that says nothing. */
function clientAuthOf(
  { clientSecret, clientAuth }: ProviderSettings,
  client: Awaited<ReturnType<typeof library>>,
): ClientAuth {
  const [basic, post] = [client.ClientSecretBasic(clientSecret), client.ClientSecretPost(clientSecret)];
  return (server, ...rest) => {
    const taken = server.token_endpoint_auth_methods_supported ?? ['client_secret_basic'];
    const way = clientAuth ?? (taken.includes('client_secret_basic') ? 'basic' : 'post');
    return (way === 'basic' ? basic : post)(server, ...rest);
  };
}

const endpointsOf = (metadata: Readonly<ServerMetadata>): readonly string[] =>
  [metadata.token_endpoint, metadata.jwks_uri, metadata.userinfo_endpoint]
    .filter((url) => url !== undefined)
    .map((url) => new URL(url).href);
