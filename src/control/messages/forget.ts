/** All of a conversation goes, but where a legal hold names it. */
import { eq } from 'drizzle-orm';
import type { Store, Tx } from '../../store/store.ts';
import { demandNotHeld } from '../held.ts';
import { type ConversationRow, conversation, message, messageFile } from './schema.ts';

const TABLES = ['conversation', 'message', 'message_file'];

/** Throws `Problem` 409 (`held`). */
export async function forgetConversation(
  store: Pick<Store, 'map'>,
  tx: Tx,
  { id, person }: Pick<ConversationRow, 'id' | 'person'>,
): Promise<void> {
  await demandNotHeld(store, tx, TABLES, person);
  await tx.delete(messageFile).where(eq(messageFile.conversation, id));
  await tx.delete(message).where(eq(message.conversation, id));
  await tx.delete(conversation).where(eq(conversation.id, id));
}
