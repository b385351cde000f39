/**
 * The engines that the gateway may call, with their data terms. An engine on this machine or in a private network
 * counts as the operator's own; any other is refused until somebody has put their name to its terms (INFER-2, INFER-3).
 */
import type { Config, DeclaredEngine } from '../../config/index.ts';
import type { DataTerms, EngineSettings } from '../../gateway/settings.ts';
import { StartError } from '../start-error.ts';
import { isOwn } from './own-hosts.ts';

/** The operator's own engine: keeps nothing, trains on nothing. */
const OWN_TERMS: DataTerms = { retentionDays: 0, trains: false, declaredBy: 'operator', until: null };
const LOCAL_REGION = 'local';
const UNKNOWN_REGION = 'unknown';
/** The embedded engine's name in `models[].engines`. */
const EMBEDDED_NAME = 'embedded';

export interface NumberedEngine {
  readonly name: string;
  readonly settings: EngineSettings;
}

/** `socket` is the embedded engine's. */
export async function engineSettings(config: Config, socket: string): Promise<readonly NumberedEngine[]> {
  const embedded =
    config.embedded === null ? [] : [{ name: EMBEDDED_NAME, settings: embeddedEngine(socket) }];
  const declared = await Promise.all(
    config.engines.map(async (engine, at) => ({
      name: engine.name,
      settings: await declaredEngine(engine, embedded.length + at),
    })),
  );
  return [...embedded, ...declared];
}

function embeddedEngine(socket: string): EngineSettings {
  return {
    number: 0,
    name: EMBEDDED_NAME,
    url: 'http://localhost/v1',
    socket,
    key: null,
    dialect: 'kept',
    region: LOCAL_REGION,
    terms: OWN_TERMS,
    prefixCache: 'per_account',
  };
}

async function declaredEngine(
  engine: DeclaredEngine & { key: string | null },
  number: number,
): Promise<EngineSettings> {
  const dialect = engine.dialect ?? 'openai';
  const knownCache = dialect === 'vllm' ? 'per_account' : dialect === 'llama-server' ? 'none' : 'shared';
  const common = {
    number,
    name: engine.name,
    url: engine.url,
    socket: null,
    key: engine.key,
    dialect,
    prefixCache: engine.prefix_cache ?? knownCache,
  };
  if (engine.terms !== undefined) {
    const { retention_days, trains, attested_by, until } = engine.terms;
    const terms = { retentionDays: retention_days, trains, declaredBy: attested_by, until };
    return { ...common, region: engine.region ?? UNKNOWN_REGION, terms };
  }
  if (await isOwn(new URL(engine.url).hostname))
    return { ...common, region: engine.region ?? LOCAL_REGION, terms: OWN_TERMS };
  throw new StartError(
    `The engine "${engine.name}" is at ${new URL(engine.url).host}, outside this machine and private networks, and nobody has declared what it does with prompts: add it to "engines" in kept.config.json with "terms" (retention_days, trains, attested_by, until).`,
  );
}
