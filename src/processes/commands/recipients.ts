/** Recipients of the record of processing (GDPR Art. 30(1)(d)), as the configuration has them; no instance has to run. */
import type { Config } from '../../config/index.ts';
import { registerOf } from '../../control/processors/index.ts';
import type { EngineDeclaration } from '../../control/settings.ts';
import type { Recipient } from '../../store/map/processing.ts';
import { processorSettings } from '../supervisor/processors.ts';

/** Whoever is no processor says elsewhere where they are. */
const ELSEWHERE = 'as they say themselves';

/** Whoever is not the operator. */
export async function recipientsOf(config: Config): Promise<Recipient[]> {
  const { engines, providers, drp, witnesses } = config;
  const processors = await processorSettings(config);
  const register = registerOf({ processors, providers, drp, witnesses, declarations: engines.map(declared) });
  return register
    .filter(({ own }) => !own)
    .map(({ id, kind, role, name, purpose, gets, besides, region }) => ({
      name: kind === 'engine' ? `engine ${name}` : (name ?? `${id} (nobody has said who)`),
      purpose,
      receives: [...gets.flatMap(({ items }) => items), ...(besides === null ? [] : [besides])].join('; '),
      region: role === 'independent' ? ELSEWHERE : region === 'unknown' ? null : region,
    }));
}

function declared({ name, region, terms }: Config['engines'][number], number: number): EngineDeclaration {
  return {
    number,
    name,
    region: region ?? 'unknown',
    retentionDays: terms?.retention_days ?? 0,
    trains: terms?.trains ?? false,
    declaredBy: terms?.attested_by ?? 'operator',
    until: terms?.until ?? null,
  };
}
