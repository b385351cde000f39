/** What a stranger's mail says, sealed under a key of its own that dies with it. */
import { z } from 'zod';
import type { Id } from '../../link/ids.ts';
import type { KeyStore } from '../../store/keys/key-store.ts';
import type { Vault } from '../../store/sealing/vault.ts';
import { type IncomingMail, KEPT_DAYS } from './schema.ts';

const DAY_MS = 86_400_000;

const contentSchema = z.strictObject({
  /** Claimed. Null: none that can be answered. */
  address: z.string().nullable(),
  /** Of the mail, for the thread of the answer. */
  messageId: z.string().nullable(),
  /** Null: a request holds them. */
  words: z.string().nullable(),
  /** Of the request, for the answer. */
  asked: z.string().nullable(),
  url: z.string().nullable(),
});
export type Content = z.output<typeof contentSchema>;

const subjectOf = (id: Id) => ({ kind: 'intake', id }) as const;
const placeOf = (id: Id) => ({ table: 'incoming_mail', column: 'content', row: id });

export async function sealContent(
  { keys, vault }: { readonly keys: KeyStore; readonly vault: Vault },
  id: Id,
  content: Content,
  receivedAt: number,
): Promise<Buffer> {
  await keys.create('intake', id, { until: receivedAt + KEPT_DAYS * DAY_MS });
  return vault.seal(subjectOf(id), placeOf(id), JSON.stringify(content));
}

/** Null where its key is dead. */
export function openContent(
  { keys, vault }: { readonly keys: KeyStore; readonly vault: Vault },
  { id, content }: Pick<IncomingMail, 'id' | 'content'>,
): Content | null {
  if (!keys.has('intake', id)) return null;
  return contentSchema.parse(JSON.parse(vault.open(subjectOf(id), placeOf(id), content).reveal()));
}

/** Nothing of it is needed any more. */
export const dropContent = (keys: KeyStore, id: Id): Promise<void> => keys.destroy([subjectOf(id)]);
