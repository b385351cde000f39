/** A new key as commands and forms send it, checked. */
import { isIP } from 'node:net';
import { z } from 'zod';
import type { Id } from '../../link/ids.ts';
import { nameInput } from '../accounts/index.ts';
import { futureMoment } from '../input.ts';
import { limitColumns, limitInput } from '../limits/index.ts';
import { modelNumbers } from '../models/index.ts';
import type { Services } from '../services.ts';
import type { NewKey } from './create-key.ts';

const MODELS_MAX = 1000;
const NETWORKS_MAX = 100;
const BITS = { 4: 32, 6: 128 } as const;

/** `192.0.2.0/24`, `2001:db8::/32`, or one address; answers it in CIDR notation, null when it is none. */
export function parseNetwork(text: string): string | null {
  const [address = '', prefix, ...rest] = text.trim().toLowerCase().split('/');
  const family = isIP(address);
  if ((family !== 4 && family !== 6) || rest.length > 0 || address.includes('%')) return null;
  if (prefix === undefined) return `${address}/${BITS[family]}`;
  if (!/^\d{1,3}$/.test(prefix) || Number(prefix) > BITS[family]) return null;
  return `${address}/${Number(prefix)}`;
}

const network = z.string().transform((text, context) => {
  const parsed = parseNetwork(text);
  if (parsed !== null) return parsed;
  context.addIssue({ code: 'custom', message: 'must be an address or a network like 192.0.2.0/24' });
  return z.NEVER;
});

export const keyInput = z.strictObject({
  name: nameInput,
  limits: limitInput.optional(),
  /** Names of models. */
  models: z.array(z.string()).min(1).max(MODELS_MAX).optional(),
  networks: z.array(network).min(1).max(NETWORKS_MAX).optional(),
  expires: futureMoment.optional(),
});

/** The key that is asked for. Throws `Problem` 400 for a model that nobody knows, and for a limit that cannot hold. */
export async function newKeyOf(
  { db, billing }: Pick<Services, 'db' | 'billing'>,
  account: Id,
  { name, limits, models, networks, expires }: z.output<typeof keyInput>,
): Promise<NewKey> {
  return {
    account,
    name,
    ...limitColumns(limits ?? {}, billing),
    expiresAt: expires ?? null,
    models: models === undefined ? null : await modelNumbers(db, models),
    networks: networks ?? null,
  };
}
