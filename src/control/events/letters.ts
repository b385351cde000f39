/** Letters about events, and the address of a registration's page, which each of them names. */
import { createHash, createHmac } from 'node:crypto';
import type { Id } from '../../link/ids.ts';
import type { Tx } from '../../store/store.ts';
import { momentInWords } from '../requests/index.ts';
import type { EventParts } from './parts.ts';
import type { EventRow, RegistrationRow } from './schema.ts';

export type EventLetter =
  | 'event_confirm'
  | 'event_registered'
  | 'event_waiting'
  | 'event_place'
  | 'event_reminder'
  | 'event_cancelled';

/** 43 characters, base64url; it follows from the row's number, and the database holds nothing that opens it. */
export const registrationToken = (pepper: string, id: Id): string =>
  createHmac('sha256', Buffer.from(pepper, 'hex'))
    .update(`kept event registration v1\n${id}`)
    .digest('base64url');

/** In the transaction of what it tells. `once`: however often a kill came between. */
export async function sendEventLetter(
  { erasing, signIn }: EventParts,
  tx: Tx,
  of: EventRow,
  { id, person, language }: Pick<RegistrationRow, 'id' | 'person' | 'language'>,
  template: EventLetter,
  { once = false } = {},
): Promise<void> {
  const { siteUrl } = signIn.settings;
  const token = registrationToken(erasing.services.pepper, id);
  await signIn.notices.send(tx, {
    template,
    person,
    language,
    ...(once && { id: createHash('sha256').update(`${template}\n${id}`).digest('hex').slice(0, 32) }),
    values: {
      event: of.title,
      at: momentInWords(of.startsAt, language),
      place: of.place,
      url: `${siteUrl}/events/registrations/${token}`,
    },
  });
}
