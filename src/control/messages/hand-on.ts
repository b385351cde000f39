/**
 * A message asks for something about data after all: it becomes a request, whose time runs from the moment that the message
 * came, and the conversation goes on beside it. Who asks is shown as for any other.
 */
import { and, desc, eq } from 'drizzle-orm';
import { z } from 'zod';
import { readValue } from '../../store/sealed-rows.ts';
import { addressOf } from '../accounts/index.ts';
import { checkInput } from '../input.ts';
import { placeInput, UNSAID } from '../law/index.ts';
import { ENGLISH } from '../notices/index.ts';
import { Problem } from '../problem.ts';
import { ASKED_RIGHTS, receiveByMail } from '../requests/index.ts';
import type { Answerer } from './answer.ts';
import type { MessageParts } from './parts.ts';
import { type ConversationRow, message } from './schema.ts';

const handOnInput = z.strictObject({
  right: z.enum(ASKED_RIGHTS, 'choose what it asks for'),
  place: z.union([z.literal(UNSAID), placeInput], 'choose from the list'),
});
const LABELS = { right: 'What it asks for', place: 'Where they live' };

/** Throws `Problem` 400 and 409. */
export async function handOn(
  parts: MessageParts,
  row: ConversationRow,
  by: Answerer,
  form: unknown,
): Promise<void> {
  const { right, place } = checkInput(form, handOnInput, LABELS);
  const { services, store } = parts.requesting.erasing;
  const [last] = await services.db
    .select()
    .from(message)
    .where(and(eq(message.conversation, row.id), eq(message.by, 'person')))
    .orderBy(desc(message.at))
    .limit(1);
  const words = last === undefined ? null : readValue(services.vault, message, last, 'words');
  const address = await addressOf(services, services.db, row.person);
  if (last === undefined || words === null || address === null)
    throw new Problem(409, 'gone', 'What was written can no longer be read.');
  await receiveByMail(parts.requesting, {
    right,
    place,
    address,
    words,
    receivedAt: last.at.getTime(),
    messageId: readValue(services.vault, message, last, 'mailId'),
    language: ENGLISH,
    door: last.door === 'mail' ? 'mail' : 'web',
    by: { cause: 'staff', role: by.role, person: by.person },
  });
  await store.record.act((_tx, enter) =>
    enter({
      kind: 'message',
      role: by.role,
      about: { kind: 'person', id: row.person },
      content: { conversation: row.id, event: 'hand_on', right, staff: by.person },
    }),
  );
}
