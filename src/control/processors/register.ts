/** Who gets what, made from the configuration and the data map; nobody writes it by hand (DISCLOSE-2). Pure. */
import { DATA_CLASSES, type DataClass } from '../../store/map/words.ts';
import type { ControlSettings } from '../settings.ts';
import { KINDS, type Kind, type RecipientKind, type RecipientRole } from './kinds.ts';

export interface Recipient {
  /** `mail`, `engine 0`, `provider google`. */
  readonly id: string;
  readonly kind: RecipientKind;
  readonly role: RecipientRole;
  /** The operator's own system, on this machine or in a private network. */
  readonly own: boolean;
  /** Null: the operator has not said who it is. */
  readonly name: string | null;
  readonly purpose: Kind['purpose'];
  readonly does: string;
  /** Fields of the data map, by category. */
  readonly gets: readonly RecipientCategory[];
  readonly besides: string | null;
  /** Each of the three: null, where nobody has said. */
  readonly region: string | null;
  readonly keeps: string | null;
  readonly contract: string | null;
}

export interface RecipientCategory {
  /** Null: what is about nobody. */
  readonly class: DataClass | null;
  readonly title: string;
  /** `table.column`. */
  readonly fields: readonly string[];
  readonly items: readonly string[];
}

/** Whose name is known without the operator. */
export const STRIPE = 'Stripe';

type Settings = Pick<ControlSettings, 'processors' | 'providers' | 'drp' | 'declarations' | 'witnesses'>;

export function registerOf(settings: Settings): readonly Recipient[] {
  const { processors, providers, drp, declarations, witnesses } = settings;
  return [
    ...processors.map(({ id, own, terms }) =>
      recipient(id, id, {
        own,
        name: terms?.name ?? (id === 'payments' ? STRIPE : null),
        region: terms?.region ?? null,
        keeps: terms?.keeps ?? null,
        contract: terms?.contract ?? null,
      }),
    ),
    ...declarations.map(({ number, name, region, retentionDays, trains, declaredBy, until }) =>
      recipient('engine', `engine ${number}`, {
        own: declaredBy === 'operator',
        name,
        region,
        keeps: retentionDays === 0 ? 'nothing' : `${retentionDays} ${retentionDays === 1 ? 'day' : 'days'}`,
        contract:
          declaredBy === 'operator'
            ? null
            : `attested by ${declaredBy}${until === null ? '' : ` until ${until}`}${trains ? '; trains on it, so only with your consent' : ''}`,
      }),
    ),
    ...providers.map(({ id, name }) => recipient('provider', `provider ${id}`, { name })),
    ...(drp?.agents ?? []).map(({ id, name }) => recipient('agent', `agent ${id}`, { name })),
    ...witnesses.map(({ key }, at) =>
      recipient('witness', `witness ${at}`, { name: key.split('+')[0] ?? null }),
    ),
  ];
}

/** What the operator, or whoever it is, says of it. */
type Said = Pick<Recipient, 'name'> & Partial<Pick<Recipient, 'own' | 'region' | 'keeps' | 'contract'>>;

function recipient(kind: RecipientKind, id: string, said: Said): Recipient {
  const { role, purpose, does, gets, besides }: Kind = KINDS[kind];
  const unsaid = { own: false, region: null, keeps: null, contract: null };
  return { id, kind, role, purpose, does, gets: categoriesOf(gets), besides, ...unsaid, ...said };
}

function categoriesOf(fields: Kind['gets']): readonly RecipientCategory[] {
  const classes = [...new Set(fields.map((field) => field.class))];
  return classes.map((name) => {
    const its = fields.filter((field) => field.class === name);
    return {
      class: name === 'none' ? null : name,
      title: name === 'none' ? 'Not about anybody' : DATA_CLASSES[name],
      fields: its.map(({ field }) => field),
      items: [...new Set(its.map(({ label }) => label))],
    };
  });
}

/** Processors of somebody else's of which the operator has not said what the policy promises to list. */
export const unsaid = (register: readonly Recipient[]): readonly Recipient[] =>
  register.filter(
    ({ role, own, name, region, keeps, contract }) =>
      role === 'processor' && !own && [name, region, keeps, contract].includes(null),
  );
