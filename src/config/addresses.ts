/** Where the site and the API listen, and what they are called outside. */
import { isIP } from 'node:net';
import type { Config } from './config.ts';
import type { ConfigEnvironment } from './environment-schema.ts';
import { ConfigError } from './error.ts';
import { type ConfigFile, DEFAULT_FILE } from './file-schema.ts';

export const LOOPBACK = '127.0.0.1';

/** Whether only this machine can reach `host`. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
}

type Addresses = Pick<
  Config,
  | 'apiHost'
  | 'apiPort'
  | 'apiUrl'
  | 'siteHost'
  | 'sitePort'
  | 'siteUrl'
  | 'metricsPort'
  | 'tls'
  | 'trustedProxies'
>;

/** `beside`: the path of a file that the configuration names. Throws `ConfigError`. */
export function addressesOf(
  file: ConfigFile,
  env: ConfigEnvironment,
  beside: (file: string) => string,
): Addresses {
  const { api, site } = file;
  const tls = api?.tls ? { cert: beside(api.tls.cert), key: beside(api.tls.key) } : null;
  const trustedProxies = env.KEPT_TRUSTED_PROXIES ?? file.trusted_proxies ?? [];
  const behindProxy = api?.behind_proxy ?? trustedProxies.length > 0;
  const apiHost = env.KEPT_HOST ?? api?.host ?? LOOPBACK;
  const ownSiteHost = env.KEPT_HOST ?? site?.host ?? apiHost;
  if (!isLoopback(apiHost) && tls === null && !behindProxy) {
    throw new ConfigError(
      `The API would answer plain HTTP on ${apiHost}, readable on the way: set "api.tls" in ${DEFAULT_FILE}, or "api.behind_proxy": true if a proxy with TLS stands before it.`,
    );
  }
  const apiPort = env.KEPT_API_PORT ?? api?.port ?? 8081;
  const sitePort = env.KEPT_SITE_PORT ?? site?.port ?? 8080;
  if (apiPort === sitePort) {
    throw new ConfigError(
      `The site and the API cannot both have port ${apiPort}: set KEPT_SITE_PORT or KEPT_API_PORT to another one.`,
    );
  }
  return {
    apiHost,
    apiPort,
    apiUrl: withoutSlash(env.KEPT_API_URL ?? api?.url ?? `${tls ? 'https' : 'http'}://localhost:${apiPort}`),
    // The site itself speaks plain HTTP: without a proxy before it, it stays on this machine.
    siteHost: isLoopback(ownSiteHost) || behindProxy ? ownSiteHost : LOOPBACK,
    sitePort,
    siteUrl: withoutSlash(env.KEPT_SITE_URL ?? site?.url ?? `http://localhost:${sitePort}`),
    metricsPort: env.KEPT_METRICS_PORT ?? null,
    tls,
    trustedProxies,
  };
}

export const withoutSlash = (url: string): string => url.replace(/\/+$/, '');
