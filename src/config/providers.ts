/** The providers of the configuration, checked beyond what one key says by itself. */

import { isHere } from '../control/on-this-machine.ts';
import type { ProviderSettings } from '../control/sign-in/providers/settings.ts';
import type { DeclaredProvider } from './declared.ts';
import { ConfigError } from './error.ts';
import type { ConfigFile } from './file-schema.ts';

const GITHUB = 'https://github.com';
const SCOPES: Readonly<Record<ProviderSettings['kind'], readonly string[]>> = {
  oidc: ['openid', 'email', 'profile'],
  github: ['read:user', 'user:email'],
};

export function declaredProviders(
  file: ConfigFile,
  environment: Readonly<Record<string, string | undefined>>,
): readonly ProviderSettings[] {
  const declared = file.sign_in?.providers ?? [];
  const ids = declared.map(({ id }) => id);
  const twice = ids.find((id, at) => ids.indexOf(id) !== at);
  if (twice !== undefined) {
    throw new ConfigError(
      `Two providers have the id "${twice}": give each in "sign_in.providers" an id of its own.`,
    );
  }
  if (declared.filter(({ groups }) => groups !== undefined).length > 1) {
    throw new ConfigError(
      'Two providers have "groups", but staff roles can follow from one only: remove it from the others.',
    );
  }
  return declared.map((provider) => settingsOf(provider, environment));
}

function settingsOf(
  provider: DeclaredProvider,
  environment: Readonly<Record<string, string | undefined>>,
): ProviderSettings {
  const { id, name, kind, groups } = provider;
  if (kind === 'github' && groups !== undefined) {
    throw new ConfigError(`The provider "${id}" is GitHub, which names no groups: remove "groups".`);
  }
  const scopes = provider.scopes ?? SCOPES[kind];
  if (kind === 'oidc' && !scopes.includes('openid')) {
    throw new ConfigError(`The provider "${id}" leaves "openid" out of its scopes: add it.`);
  }
  return {
    id,
    name,
    kind,
    issuer: issuerOf(provider),
    hosts: provider.hosts ?? [],
    clientId: provider.client_id,
    clientSecret: secretOf(provider, environment),
    clientAuth: provider.client_auth ?? null,
    scopes,
    groups: groups ?? null,
  };
}

function issuerOf({ id, kind, issuer }: DeclaredProvider): string {
  if (issuer === undefined && kind === 'oidc') {
    throw new ConfigError(
      `The provider "${id}" names no "issuer": set it to the address that the provider gives, such as https://accounts.google.com.`,
    );
  }
  const url = new URL(issuer ?? GITHUB);
  if (url.protocol !== 'https:' && !isHere(url.href)) {
    throw new ConfigError(
      `The provider "${id}" would be asked over plain HTTP, readable on the way: its "issuer" must begin with https://.`,
    );
  }
  return issuer ?? GITHUB;
}

function secretOf(
  { id, client_secret_env: variable }: DeclaredProvider,
  environment: Readonly<Record<string, string | undefined>>,
): string {
  const secret = environment[variable];
  if (secret) return secret;
  throw new ConfigError(
    `The provider "${id}" takes its secret from the environment variable ${variable}, which is empty: set it.`,
  );
}
