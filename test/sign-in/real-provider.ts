/** A real OpenID Provider (`oidc-provider`): people type a name and any password at its own pages. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import Provider from 'oidc-provider';
import type { ProviderSettings } from '../../src/control/sign-in/providers/settings.ts';
import { freePort } from '../support/control.ts';

const CLIENT = { client_id: 'kept', client_secret: 'a secret of the client' } as const;

export interface RealProvider {
  readonly settings: ProviderSettings;
  stop(): Promise<void>;
}

/** `site`: the address that it sends people back to. Whoever types `ada` there is ada@example.org. */
export async function startRealProvider(site: string): Promise<RealProvider> {
  const port = await freePort();
  const issuer = `http://localhost:${port}`;
  const provider = new Provider(issuer, {
    clients: [{ ...CLIENT, redirect_uris: [`${site}/sign-in/with/work/back`] }],
    cookies: { keys: ['of this test'] },
    claims: { email: ['email', 'email_verified'], profile: ['name'] },
    pkce: { required: () => true },
    findAccount: (_ctx, sub) => ({
      accountId: sub,
      claims: () => ({ sub, email: `${sub}@example.org`, email_verified: true, name: `${sub} at work` }),
    }),
  });
  const server = createServer(provider.callback()).listen(port, 'localhost');
  await once(server, 'listening');
  return {
    settings: {
      id: 'work',
      name: 'Example Work',
      kind: 'oidc',
      issuer,
      hosts: [],
      clientId: CLIENT.client_id,
      clientSecret: CLIENT.client_secret,
      clientAuth: null,
      scopes: ['openid', 'email', 'profile'],
      groups: null,
    },
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
