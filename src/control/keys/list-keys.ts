/** The keys of an account as commands and pages show them: everything but the secret, which nobody has. */
import { eq, getTableColumns } from 'drizzle-orm';
import type { Id } from '../../link/ids.ts';
import { readValue } from '../../store/sealed-rows.ts';
import { shownLimits } from '../limits/index.ts';
import { modelNames } from '../models/index.ts';
import { outward } from '../outward.ts';
import type { Services } from '../services.ts';
import { type KeyRow, networksOf } from './key-state.ts';
import { apiKey } from './schema.ts';

export type ShownKey = ReturnType<typeof shown>;

/** The oldest first. */
export async function listKeys(
  services: Pick<Services, 'db' | 'vault' | 'billing'>,
  account: Id,
): Promise<ShownKey[]> {
  const { db } = services;
  const rows = await db
    .select(COLUMNS)
    .from(apiKey)
    .where(eq(apiKey.account, account))
    .orderBy(apiKey.createdAt);
  const names = await modelNames(db);
  return rows.map((row) => shown(services, row, names));
}

/** The hash stays where it is: whoever may read what is shown may not read it. */
const { hash: _, ...COLUMNS } = getTableColumns(apiKey);

function shown(
  { vault, billing }: Pick<Services, 'vault' | 'billing'>,
  row: Omit<KeyRow, 'hash'>,
  modelNames: ReadonlyMap<number, string>,
) {
  return {
    id: outward('key', row.id),
    name: readValue(vault, apiKey, row, 'name'),
    /** `playground`: made by itself for a person's playground, and over within minutes; nobody manages it. */
    use: row.person === null ? ('programs' as const) : ('playground' as const),
    state: row.state,
    limits: shownLimits(row, billing),
    models: row.models?.map((number) => modelNames.get(number) ?? String(number)) ?? null,
    networks: networksOf(vault, row),
    expires_at: row.expiresAt?.toISOString() ?? null,
    created_at: row.createdAt.toISOString(),
    revoked_at: row.revokedAt?.toISOString() ?? null,
    last_used_on: row.lastUsedOn,
  };
}
