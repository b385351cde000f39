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
import { endIntakeKey, Intake } from '../intake.ts';
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

const intake = new Intake('privacy_request', 'intake', saidSchema);

/** `endsAt`: when the request is over at the latest, ms since 1970. */
export const sealIntake = (
  services: Parameters<typeof intake.seal>[0],
  id: Id,
  said: Said,
  endsAt: number,
): Promise<Buffer> => intake.seal(services, id, said, endsAt + INTAKE_DAYS * DAY_MS);

/** Under the key that it has. Throws where that is gone. */
export const sealIntakeAnew = (vault: Vault, id: Id, said: Said): Buffer => intake.sealAnew(vault, id, said);

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
  if (row.intake !== null) return intake.open(vault, row.id, row.intake) ?? NOTHING_SAID;
  if (row.person === null) return NOTHING_SAID;
  const read = (key: Key) => readValue(vault, privacyRequest, row, key);
  return { address: null, item: read('item'), value: read('value'), words: read('words'), by: read('by') };
}

/** The request is over: its key dies soon. Nothing happens where it has none. */
export const endIntake = (keys: KeyStore, id: Id, endedAt: number): Promise<void> =>
  endIntakeKey(keys, id, endedAt + INTAKE_DAYS * DAY_MS);
