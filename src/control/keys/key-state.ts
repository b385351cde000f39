/** What gateways are told of a key. */
import type { KeyState } from '../../link/words.ts';
import type { Db } from '../../store/database.ts';
import { readValue } from '../../store/sealed-rows.ts';
import type { Vault } from '../../store/sealing/vault.ts';
import { toldLimits } from '../limits/index.ts';
import { apiKey } from './schema.ts';

export type KeyRow = typeof apiKey.$inferSelect;

/** The networks that a key may be used from, null for all. Where they cannot be read, from none. */
export function networksOf(vault: Vault, row: Omit<KeyRow, 'hash'>): readonly string[] | null {
  if (row.networks === null) return null;
  const text = readValue(vault, apiKey, row, 'networks');
  return text === null ? [] : (JSON.parse(text) as string[]);
}

export function toKeyState(vault: Vault, row: KeyRow): KeyState {
  return {
    id: row.id,
    account: row.account,
    hash: row.hash,
    active: row.state === 'active',
    expiresAt: row.expiresAt?.getTime() ?? null,
    models: row.models,
    networks: networksOf(vault, row),
    limits: toldLimits(row),
  };
}

/** All keys, revoked ones too: their last requests may still be on their way. */
export async function keyStates(db: Db, vault: Vault): Promise<KeyState[]> {
  return (await db.select().from(apiKey)).map((row) => toKeyState(vault, row));
}
