/** Keys as the console's pages make and revoke them. Whoever calls has looked whether the person may. */
import { and, count, eq, gt } from 'drizzle-orm';
import type { Id } from '../../link/ids.ts';
import type { Tx } from '../../store/store.ts';
import { ownersOf } from '../accounts/index.ts';
import type { Actor } from '../actor.ts';
import { idOnce } from '../form-once.ts';
import { checkInput } from '../input.ts';
import type { Notices } from '../notices/index.ts';
import { inward, outward } from '../outward.ts';
import { Problem } from '../problem.ts';
import type { Services } from '../services.ts';
import { createKey } from './create-key.ts';
import { keyInput, newKeyOf } from './key-input.ts';
import { revokeKey } from './revoke-key.ts';
import { apiKey } from './schema.ts';

/** Keys that an account can use at once, and keys that its members can make in a day: gateways know each by heart. */
const ACTIVE_MAX = 200;
const MADE_IN_A_DAY_MAX = 100;
const DAY_MS = 86_400_000;

/** A ticked model's field is this and the model's name. */
export const MODEL_FIELD = 'model:';
const LABELS = {
  name: 'Name',
  models: 'Models',
  networks: 'Networks',
  expires: 'Last day',
  'limits.rpm': 'Requests a minute',
  'limits.tpm': 'Tokens a minute',
  'limits.concurrency': 'Requests at once',
  'limits.budget_day': 'Budget of a day',
  'limits.budget_month': 'Budget of a month',
  'limits.budget_day_tokens': 'Tokens of a day',
  'limits.budget_month_tokens': 'Tokens of a month',
} as const;

export interface KeyPageParts {
  readonly services: Services;
  readonly notices: Notices;
  readonly siteUrl: string;
}

export interface MadeKey {
  readonly id: string;
  readonly name: string;
  /** The secret; told this once. */
  readonly key: string;
}

type Form = Readonly<Record<string, string>>;
/** Who makes or revokes a key, and of which account. */
export interface KeyHolder {
  readonly account: Id;
  readonly actor: Actor & { readonly person: Id };
}

/**
 * Makes the key that a form asks for; `once` in it tells the same form sent twice. Its people hear of it by mail. Throws
 * `Problem` 400, or 409 for a form that was sent before or too many keys.
 */
export async function createKeyByForm(
  { services, notices, siteUrl }: KeyPageParts,
  { account, actor }: KeyHolder,
  form: Form,
): Promise<MadeKey> {
  const made = await newKeyOf(services, account, readKeyForm(form));
  const also = async (tx: Tx) => {
    await refuseTooMany(tx, account);
    const url = `${siteUrl}/console/${outward('acct', account)}/keys`;
    const people = new Set([actor.person, ...(await ownersOf(tx, account))]);
    for (const person of people)
      await notices.send(tx, { template: 'key_created', person, values: { key: made.name, url } });
  };
  const { id, key } = await createKey(services, made, {
    actor,
    also,
    id: idOnce(`key ${account}`, actor.person, form.once),
  });
  notices.wake();
  return { id: outward('key', id), name: made.name, key };
}

/** Throws `Problem` 404 for a key that is none of this account. */
export async function revokeKeyByForm(
  { services }: Pick<KeyPageParts, 'services'>,
  { account, actor }: KeyHolder,
  key: string,
): Promise<void> {
  const id = inward('key', key);
  if (id === null) throw new Problem(404, 'no_such_key', 'A key has an id like key_….');
  await revokeKey(services, id, { actor, of: account });
}

/** What was left empty is unlimited. */
function readKeyForm(form: Form) {
  const filled = (field: string): string | undefined => form[field]?.trim() || undefined;
  const number = (field: string) => {
    const text = filled(field);
    return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : text;
  };
  const models = Object.keys(form).flatMap((field) =>
    field.startsWith(MODEL_FIELD) ? [field.slice(MODEL_FIELD.length)] : [],
  );
  const asked = {
    name: form.name ?? '',
    models: models.length === 0 ? undefined : models,
    networks: filled('networks')?.split(/[\s,]+/),
    expires: endOf(filled('last_day')),
    limits: {
      rpm: number('rpm'),
      tpm: number('tpm'),
      concurrency: number('concurrency'),
      budget_day: filled('budget_day'),
      budget_month: filled('budget_month'),
      budget_day_tokens: number('budget_day_tokens'),
      budget_month_tokens: number('budget_month_tokens'),
    },
  };
  return checkInput(asked, keyInput, LABELS);
}

/** The end of a day like `2027-01-31`, in UTC; what is no day stays as it is and is refused. */
function endOf(day: string | undefined): string | undefined {
  if (day === undefined || !/^\d{4}-\d\d-\d\d$/.test(day) || Number.isNaN(Date.parse(day))) return day;
  return new Date(Date.parse(day) + DAY_MS).toISOString();
}

async function refuseTooMany(tx: Tx, account: Id): Promise<void> {
  const since = new Date(Date.now() - DAY_MS);
  const [made] = await tx
    .select({ today: count() })
    .from(apiKey)
    .where(and(eq(apiKey.account, account), gt(apiKey.createdAt, since)));
  const [active] = await tx
    .select({ all: count() })
    .from(apiKey)
    .where(and(eq(apiKey.account, account), eq(apiKey.state, 'active')));
  if ((active?.all ?? 0) > ACTIVE_MAX)
    throw new Problem(409, 'too_many_keys', `An account has at most ${ACTIVE_MAX} keys. Revoke one first.`);
  if ((made?.today ?? 0) > MADE_IN_A_DAY_MAX)
    throw new Problem(409, 'too_many_keys', `At most ${MADE_IN_A_DAY_MAX} keys are made in a day.`);
}
