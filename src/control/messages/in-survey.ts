/** What somebody says in a survey in their own words: a conversation like any other, which staff open with a reason. */
import type { Id } from '../../link/ids.ts';
import type { Tx } from '../../store/store.ts';
import { forgetConversation } from './forget.ts';
import type { MessageParts } from './parts.ts';
import { beginIn, goOnIn, locked } from './receive.ts';

export interface SaidInSurvey {
  readonly person: Id;
  /** What the survey is called. */
  readonly subject: string;
  readonly words: string;
  /** The conversation that what they said before stands in; null: none. */
  readonly conversation: Id | null;
}

/** The person is locked. Answers the conversation that it stands in. Throws `Problem` 409 (`too_many`). */
export async function sayInSurvey(parts: MessageParts, tx: Tx, said: SaidInSurvey): Promise<Id> {
  const { person, subject, words } = said;
  const written = { person, door: 'console', words, files: [] } as const;
  const before = said.conversation === null ? null : await locked(tx, said.conversation);
  if (before?.person !== person)
    return beginIn(parts, tx, { ...written, kind: 'survey', subject, acknowledged: false });
  await goOnIn(parts, tx, before, written);
  return before.id;
}

/** The person is locked. Throws `Problem` 409 (`held`). */
export async function forgetSaid({ requesting }: MessageParts, tx: Tx, conversation: Id): Promise<void> {
  const row = await locked(tx, conversation);
  if (row !== null) await forgetConversation(requesting.erasing.store, tx, row);
}
