/** What an agent wrote of its own with a request: sealed under a key of the row, which dies with the row. */
import { z } from 'zod';
import type { Id } from '../../link/ids.ts';
import type { KeyStore } from '../../store/keys/key-store.ts';
import type { Vault } from '../../store/sealing/vault.ts';
import type { DrpRequest } from './schema.ts';

interface Keys {
  readonly keys: KeyStore;
  readonly vault: Vault;
}

const contentSchema = z.strictObject({
  /** The agent's number of the request. */
  number: z.string().nullable(),
  /** Where it wants to be told. */
  callback: z.string().nullable(),
});
export type Content = z.output<typeof contentSchema>;

const subjectOf = (id: Id) => ({ kind: 'intake', id }) as const;
const placeOf = (id: Id) => ({ table: 'drp_request', column: 'content', row: id });

/** `until`: when the key dies if nothing else is said, ms since 1970. */
export async function sealContent(
  { keys, vault }: Keys,
  id: Id,
  content: Content,
  until: number,
): Promise<Buffer> {
  await keys.create('intake', id, { until });
  return vault.seal(subjectOf(id), placeOf(id), JSON.stringify(content));
}

/** Nothing where its key is dead. */
export function openContent(
  { keys, vault }: Keys,
  { id, content }: Pick<DrpRequest, 'id' | 'content'>,
): Content {
  if (!keys.has('intake', id)) return { number: null, callback: null };
  return contentSchema.parse(JSON.parse(vault.open(subjectOf(id), placeOf(id), content).reveal()));
}

export async function setEnd({ keys }: Pick<Keys, 'keys'>, id: Id, until: number): Promise<void> {
  if (keys.has('intake', id)) await keys.setUntil('intake', id, until);
}
