/**
 * What somebody wrote in a request: sealed under their own key, or, while nobody knows who they are, under a key of the
 * request's own, which dies a short time after the request has ended.
 */
import { z } from 'zod';
import type { Id } from '../../link/ids.ts';
import type { KeyStore } from '../../store/keys/key-store.ts';
import { entryOf } from '../../store/map/table.ts';
import { readValue, sealValue } from '../../store/sealed-rows.ts';
import type { Vault } from '../../store/sealing/vault.ts';
import { INTAKE_DAYS, privacyRequest, type RequestRow } from './schema.ts';

const DAY_MS = 86_400_000;
const text = z.string().nullable();
const saidSchema = z.strictObject({
  address: text,
  item: text,
  value: text,
  words: text,
  by: text.default(null),
});

/** `by`: who asks for them, as they call themselves. `address`: normalised, of somebody who is not signed in; null: they named none, or it is known who they are. */
export type Said = z.output<typeof saidSchema>;

export const NOTHING_SAID: Said = { address: null, item: null, value: null, words: null, by: null };

type Key = 'item' | 'value' | 'words' | 'by';

const subjectOf = (id: Id) => ({ kind: 'intake', id }) as const;
const placeOf = (id: Id) => ({ table: 'privacy_request', column: 'intake', row: id });

/** `endsAt`: when the request is over at the latest, ms since 1970. */
export async function sealIntake(
  { keys, vault }: { readonly keys: KeyStore; readonly vault: Vault },
  id: Id,
  said: Said,
  endsAt: number,
): Promise<Buffer> {
  await keys.create('intake', id, { until: endsAt + INTAKE_DAYS * DAY_MS });
  return sealIntakeAnew(vault, id, said);
}

/** Under the key that it has. Throws where that is gone. */
export const sealIntakeAnew = (vault: Vault, id: Id, said: Said): Buffer =>
  vault.seal(subjectOf(id), placeOf(id), JSON.stringify(said));

/** The columns of a request whose person is known. */
export function sealSaid(vault: Vault, row: Pick<RequestRow, 'id' | 'person'>, said: Said) {
  const seal = (key: Key) => {
    const plain = said[key];
    return plain === null ? null : sealValue(vault, entryOf(privacyRequest), row, key, plain);
  };
  return { item: seal('item'), value: seal('value'), words: seal('words'), by: seal('by') };
}

/** Nothing of what can no longer be opened. */
export function readSaid(vault: Vault, row: RequestRow): Said {
  if (row.intake !== null) return openIntake(vault, row) ?? NOTHING_SAID;
  if (row.person === null) return NOTHING_SAID;
  const read = (key: Key) => readValue(vault, privacyRequest, row, key);
  return { address: null, item: read('item'), value: read('value'), words: read('words'), by: read('by') };
}

function openIntake(vault: Vault, { id, intake }: RequestRow): Said | null {
  try {
    const opened = vault.open(subjectOf(id), placeOf(id), intake as Buffer).reveal();
    return saidSchema.parse(JSON.parse(opened));
  } catch {
    return null;
  }
}

/** The request is over: its key dies soon. Nothing happens where it has none. */
export async function endIntake(keys: KeyStore, id: Id, endedAt: number): Promise<void> {
  const until = endedAt + INTAKE_DAYS * DAY_MS;
  const facts = keys.facts('intake', id);
  if (facts !== null && facts.until !== until) await keys.setUntil('intake', id, until);
}

/** What was written is the person's own now: the key goes at once. */
export async function dropIntake(keys: KeyStore, id: Id): Promise<void> {
  if (keys.has('intake', id)) await keys.destroy([subjectOf(id)]);
}
