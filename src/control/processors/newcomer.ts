/**
 * Who would be new to people: an engine, by its name, who answers for its terms and where it computes; another processor by
 * what it does, its name and place. The operator's own machines are one, in each region: one more of them is nobody new. Pure.
 */
import type { ControlSettings } from '../settings.ts';
import { type Recipient, registerOf, STRIPE } from './register.ts';
import { PROCESSORS, type ProcessorId } from './settings.ts';

export interface Newcomer {
  /** The same as long as it is the same one. */
  readonly key: string;
  /** Keys that it had while the operator had not said all of it: who is named at last is nobody new. */
  readonly earlier: readonly string[];
  readonly kind: 'engine' | 'region' | 'processor';
  readonly name: string | null;
  readonly region: string | null;
  /** Numbers of the engines that it is; empty: it is none. */
  readonly engines: readonly number[];
  /** Null: it is an engine, or a region. */
  readonly processor: ProcessorId | null;
  /** False: the operator says that it will be (`processors_coming`); nothing can go to it yet. */
  readonly isSetUp: boolean;
  /** What it is for, in words; null where its kind says it. */
  readonly does: string | null;
}

type Settings = Pick<ControlSettings, 'declarations' | 'processorsComing'>;

export function newcomersOf(
  { declarations, processorsComing }: Settings,
  register: readonly Recipient[],
): readonly Newcomer[] {
  const others = declarations.filter(({ declaredBy }) => declaredBy !== 'operator');
  const own = declarations.filter(({ declaredBy }) => declaredBy === 'operator');
  const engines = [...new Set(others.map(keyOfEngine))].map((key) => {
    const of = others.filter((each) => keyOfEngine(each) === key);
    const { name = null, region = null } = of[0] ?? {};
    return {
      ...COMPUTES,
      key,
      kind: 'engine' as const,
      name,
      region,
      engines: of.map(({ number }) => number),
    };
  });
  const regions = [...new Set(own.map(({ region }) => region))].map((region) => ({
    ...COMPUTES,
    key: `own ${region}`,
    kind: 'region' as const,
    name: null,
    region,
    engines: own.filter((each) => each.region === region).map(({ number }) => number),
  }));
  const processors = processorsIn(register).map((each) => processor(each, true));
  const isNew = ({ key }: Newcomer) => processors.every((each) => each.key !== key);
  const coming = processorsIn(registerOf({ ...NOBODY, processors: processorsComing })).map((each) =>
    processor(each, false),
  );
  return [...engines, ...regions, ...processors, ...coming.filter(isNew)];
}

const COMPUTES = { earlier: [], processor: null, isSetUp: true, does: null } as const;
const NOBODY = { providers: [], drp: null, declarations: [], witnesses: [] } as const;

const keyOfEngine = ({ name, declaredBy, region }: ControlSettings['declarations'][number]): string =>
  `engine ${name} ${region} ${declaredBy}`;

type OfProcessor = Recipient & { readonly id: ProcessorId };

/** Of somebody else's, and no engines. */
const processorsIn = (register: readonly Recipient[]): readonly OfProcessor[] =>
  register.filter(
    (each): each is OfProcessor => !each.own && (PROCESSORS as readonly string[]).includes(each.id),
  );

function processor({ id, name, region, does }: OfProcessor, isSetUp: boolean): Newcomer {
  const key = keyOfProcessor(id, name, region);
  const unnamed = id === 'payments' ? STRIPE : null;
  // Whoever is to come is another than the one that is there, however little is said of that one.
  const known = [
    keyOfProcessor(id, unnamed, null),
    keyOfProcessor(id, name, null),
    keyOfProcessor(id, unnamed, region),
  ].filter((other) => other !== key);
  return {
    key,
    earlier: isSetUp ? known : [],
    kind: 'processor',
    name: name ?? id,
    region,
    engines: [],
    processor: id,
    isSetUp,
    does,
  };
}

const keyOfProcessor = (id: ProcessorId, name: string | null, region: string | null): string =>
  `processor ${id} ${name ?? ''} ${region ?? ''}`;

/** In sentences for everybody; `isUsed`: it is, before its day. */
export function inWords({ kind, name, region, does }: Newcomer, isUsed: boolean): string {
  const where =
    region === null ? '' : region === 'local' ? ' on our own machines' : ` in the region ${region}`;
  if (kind === 'region')
    return `Engines of our own also compute${where}. Nothing goes there before that day.`;
  if (kind === 'engine')
    return `The engine ${name}${where} computes answers. Nothing goes there before that day.`;
  const task = does === null ? '' : ` It ${does.charAt(0).toLowerCase()}${does.slice(1)}`;
  return isUsed
    ? `${name}${where} works for us already, before we could tell you in time.${task}`
    : `${name}${where} is to work for us.${task} Nothing goes there before that day.`;
}
