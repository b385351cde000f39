/**
 * Who would be new to people: an engine, by its name, who answers for its terms and where it computes; another processor by
 * its name and place. The operator's own machines are one, in each region: one more of them is nobody new. Pure.
 */
import type { ControlSettings } from '../settings.ts';
import type { Recipient } from './register.ts';

export interface Newcomer {
  /** The same as long as it is the same one. */
  readonly key: string;
  readonly kind: 'engine' | 'region' | 'processor';
  readonly name: string | null;
  readonly region: string | null;
  /** Numbers of the engines that it is; empty: it is none. */
  readonly engines: readonly number[];
}

type Settings = Pick<ControlSettings, 'declarations'>;

export function newcomersOf({ declarations }: Settings, register: readonly Recipient[]): readonly Newcomer[] {
  const others = declarations.filter(({ declaredBy }) => declaredBy !== 'operator');
  const own = declarations.filter(({ declaredBy }) => declaredBy === 'operator');
  const engines = [...new Set(others.map(keyOfEngine))].map((key) => {
    const of = others.filter((each) => keyOfEngine(each) === key);
    const { name = null, region = null } = of[0] ?? {};
    return { key, kind: 'engine' as const, name, region, engines: of.map(({ number }) => number) };
  });
  const regions = [...new Set(own.map(({ region }) => region))].map((region) => ({
    key: `own ${region}`,
    kind: 'region' as const,
    name: null,
    region,
    engines: own.filter((each) => each.region === region).map(({ number }) => number),
  }));
  const processors = register
    .filter(({ role, kind, own: isOwn }) => role === 'processor' && kind !== 'engine' && !isOwn)
    .map(({ id, name, region }) => ({
      key: `processor ${id} ${name ?? ''} ${region ?? ''}`,
      kind: 'processor' as const,
      name: name ?? id,
      region,
      engines: [],
    }));
  return [...engines, ...regions, ...processors];
}

const keyOfEngine = ({ name, declaredBy, region }: ControlSettings['declarations'][number]): string =>
  `engine ${name} ${region} ${declaredBy}`;

/** In sentences for everybody. */
export function inWords({ kind, name, region }: Pick<Newcomer, 'kind' | 'name' | 'region'>): string {
  const where =
    region === null ? '' : region === 'local' ? ' on our own machines' : ` in the region ${region}`;
  if (kind === 'region')
    return `Engines of our own also compute${where}. Nothing goes there before that day.`;
  return kind === 'engine'
    ? `The engine ${name}${where} computes answers. Nothing goes there before that day.`
    : `${name}${where} works for us. The service needs it, so it has begun already.`;
}
