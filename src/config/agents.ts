/** The agents of the configuration, checked beyond what one key says by itself. */

import type { DrpSettings } from '../control/drp/settings.ts';
import type { DeclaredAgent } from './declared.ts';
import { ConfigError } from './error.ts';
import type { ConfigFile } from './file-schema.ts';

export function declaredAgents({ drp }: ConfigFile): DrpSettings | null {
  if (drp === undefined) return null;
  for (const what of ['id', 'verify_key'] as const) {
    const all = drp.agents.map((agent) => agent[what]);
    const twice = all.find((each, at) => all.indexOf(each) !== at);
    if (twice !== undefined)
      throw new ConfigError(
        `Two agents have the ${what} "${twice}": give each in "drp.agents" one of its own.`,
      );
  }
  return {
    businessId: drp.business_id,
    privateCallbacks: drp.private_callbacks ?? false,
    agents: drp.agents.map((agent) => ({
      id: agent.id,
      name: agent.name,
      verifyKey: agent.verify_key,
      callbackHost: callbackHostOf(agent),
    })),
  };
}

function callbackHostOf({ callback_host, web_url }: DeclaredAgent): string | null {
  if (callback_host !== undefined) return callback_host;
  return web_url === undefined ? null : new URL(web_url).hostname;
}
