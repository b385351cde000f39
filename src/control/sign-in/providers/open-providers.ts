/** The configured providers, ready to be asked; none is asked before somebody wants to sign in by it. */
import type { SignInSettings } from '../parts.ts';
import { githubProvider } from './github.ts';
import { oidcProvider } from './oidc.ts';
import type { Provider } from './provider.ts';

const OPEN = { oidc: oidcProvider, github: githubProvider } as const;

export const openProviders = ({
  providers,
  siteUrl,
}: Pick<SignInSettings, 'providers' | 'siteUrl'>): ReadonlyMap<string, Provider> =>
  new Map(providers.map((settings, at) => [settings.id, OPEN[settings.kind](settings, at, siteUrl)]));
