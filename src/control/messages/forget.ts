/** All of a conversation goes, but where a legal hold names it. */
import { eq } from 'drizzle-orm';
import { isAnyHeld, readHeldTables } from '../../store/retention/held-rows.ts';
import type { Store, Tx } from '../../store/store.ts';
import { Problem } from '../problem.ts';
import { type ConversationRow, conversation, message, messageFile } from './schema.ts';

const TABLES = ['conversation', 'message', 'message_file'];

/** Throws `Problem` 409 (`held`). */
export async function forgetConversation(
  { map }: Pick<Store, 'map'>,
  tx: Tx,
  { id, person }: Pick<ConversationRow, 'id' | 'person'>,
): Promise<void> {
  const held = await readHeldTables(tx, map);
  const isNamed = TABLES.some((name) => held.has(name));
  if (isNamed && (await isAnyHeld(tx, held, [{ kind: 'person', id: person }])))
    throw new Problem(409, 'held', 'The law makes us keep this for now. It goes when that ends.');
  await tx.delete(messageFile).where(eq(messageFile.conversation, id));
  await tx.delete(message).where(eq(message.conversation, id));
  await tx.delete(conversation).where(eq(conversation.id, id));
}
