/** A conversation as whoever it is with reads it, and as staff do once their look is in the record. */
import { asc, eq } from 'drizzle-orm';
import type { Id } from '../../link/ids.ts';
import { readValue } from '../../store/sealed-rows.ts';
import { filesOf, type ListedFile } from './files.ts';
import type { MessageDoor, MessageKind, MessageState } from './kinds.ts';
import type { MessageParts } from './parts.ts';
import { conversationReference } from './receive.ts';
import { type ConversationRow, conversation, message } from './schema.ts';

/** Stands in place of what can no longer be opened. */
const UNREADABLE = 'This can no longer be read.';

export interface ListedConversation {
  readonly id: Id;
  /** Like `M-7K3M-Q0XW`. */
  readonly reference: string;
  readonly kind: MessageKind;
  readonly state: MessageState;
  readonly messages: number;
  /** ISO 8601. */
  readonly lastAt: string;
}

export interface ShownMessage {
  readonly id: Id;
  readonly by: 'person' | 'staff';
  readonly door: MessageDoor;
  readonly words: string;
  /** ISO 8601. */
  readonly at: string;
  readonly files: readonly ListedFile[];
  /** Files that came and were not kept. */
  readonly dropped: number;
}

export interface ShownConversation extends ListedConversation {
  readonly subject: string;
  /** ISO 8601: when it goes, if nobody writes meanwhile. */
  readonly until: string;
  readonly written: readonly ShownMessage[];
}

export const listed = ({
  id,
  kind,
  state,
  messages,
  lastAt,
}: Pick<ConversationRow, 'id' | 'kind' | 'state' | 'messages' | 'lastAt'>): ListedConversation => ({
  id,
  reference: conversationReference(id),
  kind,
  state,
  messages,
  lastAt: lastAt.toISOString(),
});

export async function shown(
  { requesting: { erasing } }: MessageParts,
  row: ConversationRow,
): Promise<ShownConversation> {
  const { db, vault } = erasing.services;
  const rows = await db
    .select()
    .from(message)
    .where(eq(message.conversation, row.id))
    .orderBy(asc(message.at), asc(message.id));
  const files = await filesOf(
    db,
    vault,
    rows.filter(({ files: count }) => count > 0).map(({ id }) => id),
  );
  return {
    ...listed(row),
    subject: readValue(vault, conversation, row, 'subject') ?? UNREADABLE,
    until: row.until.toISOString(),
    written: rows.map((each) => ({
      id: each.id,
      by: each.by,
      door: each.door,
      words: readValue(vault, message, each, 'words') ?? UNREADABLE,
      at: each.at.toISOString(),
      files: files.filter((file) => file.message === each.id),
      dropped: each.dropped,
    })),
  };
}
