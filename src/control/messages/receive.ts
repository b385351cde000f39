/**
 * Somebody writes: a new conversation, or another message of one that is theirs. Both are one transaction, in which whoever
 * wrote is there and stays; and from each message on all of the conversation is kept as long as its kind says.
 */
import { between, eq, sql } from 'drizzle-orm';
import { type Id, newId } from '../../link/ids.ts';
import { sealRow } from '../../store/sealed-rows.ts';
import type { Tx } from '../../store/store.ts';
import { ENGLISH, say } from '../notices/index.ts';
import { Problem } from '../problem.ts';
import { idsOf, referencesOfKind, referenceTo } from '../reference.ts';
import { lockPerson } from '../requests/index.ts';
import { type CheckedFile, writeFiles } from './files.ts';
import { KEPT_DAYS, MESSAGES_MAX, type MessageDoor, type MessageKind } from './kinds.ts';
import type { MessageParts } from './parts.ts';
import { type ConversationRow, conversation, message, messageFile } from './schema.ts';

const DAY_MS = 86_400_000;

export interface NewMessage {
  readonly person: Id;
  readonly door: MessageDoor;
  readonly words: string;
  readonly files: readonly CheckedFile[];
  /** Files that came and are not kept; left out: none. */
  readonly dropped?: number;
  /** Of its row: the same message brought twice is there once; left out: a random one. */
  readonly id?: Id;
  /** Message-ID of the mail; left out: it came otherwise. */
  readonly mailId?: string | null;
}

export interface NewConversation extends NewMessage {
  readonly kind: MessageKind;
  readonly subject: string;
  /** Another conversation that it names; left out: none. */
  readonly names?: Id | null;
  /** Of its letters; left out: English. */
  readonly language?: string;
  /** Whether they get a mail that says that it came. */
  readonly acknowledged: boolean;
}

/** What writing one down takes. */
export interface Receiving {
  readonly requesting: {
    readonly erasing: Pick<MessageParts['requesting']['erasing'], 'services' | 'store'>;
    readonly signIn: Pick<MessageParts['requesting']['signIn'], 'notices' | 'settings'>;
  };
  readonly answersByMail: boolean;
}

export const conversationReference = (id: Id): string => referenceTo('M', id);
/** References of conversations that a text names. */
export const conversationsIn = (text: string): string[] => referencesOfKind('M', text);

/** When what is written now ends, for a conversation of this kind. */
const endOf = (kind: MessageKind, now: number): Date => new Date(now + KEPT_DAYS[kind] * DAY_MS);

/** Answers its number. Throws `Problem` 409 (`erased`). */
export async function begin(parts: Receiving, wish: NewConversation): Promise<Id> {
  const { services, store } = parts.requesting.erasing;
  const id = await services.db.transaction(async (tx) => {
    await lockPerson(tx, store, wish.person);
    return beginIn(parts, tx, wish);
  });
  parts.requesting.signIn.notices.wake();
  return id;
}

/** The person is locked. Answers its number. */
export async function beginIn(parts: Receiving, tx: Tx, wish: NewConversation): Promise<Id> {
  const { services, store } = parts.requesting.erasing;
  const { person, kind, door, subject } = wish;
  const id = wish.id ?? newId();
  const now = new Date(store.now());
  const until = endOf(kind, now.getTime());
  const row = {
    id,
    person,
    kind,
    door,
    subject,
    state: 'open' as const,
    names: wish.names ?? null,
    language: wish.language ?? ENGLISH,
    messages: 1,
    waitsSince: now,
    lastAt: now,
    createdAt: now,
    until,
  };
  const made = await tx
    .insert(conversation)
    .values(sealRow(services.vault, conversation, row))
    .onConflictDoNothing()
    .returning({ id: conversation.id });
  if (made.length === 0) return id;
  await insert(parts, tx, { id, person, until }, wish, now);
  if (wish.acknowledged) await acknowledge(parts, tx, row, wish.mailId ?? null);
  return id;
}

/** Another message of theirs: it waits for an answer again. Throws `Problem` 404 and 409 (`erased`, `too_many`). */
export async function goOnWith(parts: MessageParts, of: Id, wish: NewMessage): Promise<void> {
  const { services, store } = parts.requesting.erasing;
  await services.db.transaction(async (tx) => {
    await lockPerson(tx, store, wish.person);
    const row = await locked(tx, of);
    if (row === null || row.person !== wish.person) throw noSuchConversation();
    await goOnIn(parts, tx, row, wish);
  });
}

/** Person and conversation are locked. Throws `Problem` 409 (`too_many`). */
export async function goOnIn(
  parts: MessageParts,
  tx: Tx,
  row: ConversationRow,
  wish: NewMessage,
): Promise<void> {
  if (row.messages >= MESSAGES_MAX)
    throw new Problem(409, 'too_many', 'This conversation is very long. Begin another one, and name it.');
  const now = new Date(parts.requesting.erasing.store.now());
  const until = endOf(row.kind, now.getTime());
  if (!(await insert(parts, tx, { ...row, until }, wish, now))) return;
  await touch(tx, row, { now, until, state: 'open', waitsSince: row.waitsSince ?? now });
}

/** Held until the end of the transaction. */
export async function locked(tx: Tx, id: Id): Promise<ConversationRow | null> {
  const [row] = await tx.select().from(conversation).where(eq(conversation.id, id)).for('update');
  return row ?? null;
}

interface Touched {
  readonly now: Date;
  readonly until: Date;
  readonly state: ConversationRow['state'];
  readonly waitsSince: Date | null;
}

/** A message more: all of the conversation ends together, and later. */
export async function touch(
  tx: Tx,
  { id }: Pick<ConversationRow, 'id'>,
  { now, until, state, waitsSince }: Touched,
): Promise<void> {
  await tx
    .update(conversation)
    .set({ state, waitsSince, until, lastAt: now, messages: sql`${conversation.messages} + 1` })
    .where(eq(conversation.id, id));
  await endTogether(tx, id, until);
}

export async function endTogether(tx: Tx, id: Id, until: Date): Promise<void> {
  await tx.update(message).set({ until }).where(eq(message.conversation, id));
  await tx.update(messageFile).set({ until }).where(eq(messageFile.conversation, id));
}

/** False where it is there already. */
async function insert(
  { requesting: { erasing } }: Receiving,
  tx: Tx,
  of: Pick<ConversationRow, 'id' | 'person' | 'until'>,
  { door, words, files, dropped = 0, id = newId(), mailId = null }: NewMessage,
  at: Date,
): Promise<boolean> {
  const { vault } = erasing.services;
  const { person, until } = of;
  const row = {
    id,
    conversation: of.id,
    person,
    by: 'person' as const,
    door,
    words,
    mailId,
    files: files.length,
    dropped,
    at,
    until,
  };
  const made = await tx
    .insert(message)
    .values(sealRow(vault, message, row))
    .onConflictDoNothing()
    .returning({ id: message.id });
  if (made.length > 0) await writeFiles(vault, tx, row, files);
  return made.length > 0;
}

/** It holds nothing that they wrote: whoever named the address may be anybody. */
async function acknowledge(
  parts: Receiving,
  tx: Tx,
  { id, person, language }: Pick<ConversationRow, 'id' | 'person' | 'language'>,
  answers: string | null,
): Promise<void> {
  const reference = conversationReference(id);
  await parts.requesting.signIn.notices.send(tx, {
    template: 'message_received',
    person,
    language,
    thread: { reference, answers },
    values: { reference, how: howToGoOn(parts, language) },
  });
}

export function howToGoOn({ requesting: { signIn }, answersByMail }: Receiving, language: string): string {
  const { how } = signIn.notices.letters.of(language).words;
  return answersByMail ? how.mail : say(how.page, { url: `${signIn.settings.siteUrl}/contact` });
}

/** The one of this reference; null: none, or two have it. */
export async function conversationNamed(
  { requesting: { erasing } }: MessageParts,
  reference: string,
): Promise<ConversationRow | null> {
  const [first, last] = idsOf(reference);
  const [row, another] = await erasing.services.db
    .select()
    .from(conversation)
    .where(between(conversation.id, first, last))
    .limit(2);
  return another === undefined ? (row ?? null) : null;
}

export const noSuchConversation = (): Problem =>
  new Problem(404, 'no_such_conversation', 'There is no such conversation, or it is gone.');
