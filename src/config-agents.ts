/** The agents of the configuration, checked beyond what one key says by itself. */
import { ConfigError } from './config-error.ts';
import type { ConfigFile, DeclaredAgent } from './config-schema.ts';
import type { DrpSettings } from './control/drp/settings.ts';

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
