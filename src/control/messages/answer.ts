/**
 * Somebody of the staff answers: the answer stands in the conversation, in the record, and goes by mail, in one
 * transaction. It goes to the address that is held of whoever wrote, and to no other.
 */
import { and, desc, eq, isNotNull } from 'drizzle-orm';
import { z } from 'zod';
import type { Id } from '../../link/ids.ts';
import type { ActorRole } from '../../record/commitment.ts';
import { readValue, sealRow } from '../../store/sealed-rows.ts';
import type { Vault } from '../../store/sealing/vault.ts';
import type { Tx } from '../../store/store.ts';
import { isReader } from '../accounts/index.ts';
import { idOnce } from '../form-once.ts';
import { checkInput } from '../input.ts';
import { Problem } from '../problem.ts';
import { lockPerson } from '../requests/index.ts';
import { ANSWER_CHARACTERS_MAX, KEPT_DAYS } from './kinds.ts';
import type { MessageParts } from './parts.ts';
import { conversationReference, howToGoOn, locked, noSuchConversation, touch } from './receive.ts';
import { type ConversationRow, conversation, message } from './schema.ts';
import { templateOf } from './templates.ts';

const DAY_MS = 86_400_000;

const answerInput = z.strictObject({
  /** An answer that is written already; empty: none. */
  template: z.string().max(40).default(''),
  words: z
    .string()
    .transform((text) => text.replaceAll('\r\n', '\n').trim())
    .pipe(z.string().max(ANSWER_CHARACTERS_MAX, `at most ${ANSWER_CHARACTERS_MAX} characters`))
    .default(''),
  after: z.enum(['waiting', 'solved'], 'choose how it stands then'),
});
const LABELS = { words: 'Your answer', template: 'An answer that is there', after: 'Then it' };

export interface Answerer {
  readonly person: Id;
  readonly role: ActorRole;
}

/** `once` tells the same form sent twice. Throws `Problem` 400, 403 (`own_message`), 404 and 409 (`erased`, `sent_before`). */
export async function answer(
  parts: MessageParts,
  id: Id,
  by: Answerer,
  form: unknown,
  once?: string,
): Promise<void> {
  const { erasing, signIn } = parts.requesting;
  const { services, store } = erasing;
  const { template, words, after } = checkInput(form, answerInput, LABELS);
  const written = template === '' ? '' : (await templateOf(services.db, template)).words;
  const said = [written, words].filter((each) => each !== '').join('\n\n');
  if (said === '')
    throw new Problem(400, 'invalid_input', 'Your answer: write one, or choose one that is there.');
  const answerId = idOnce(`answer ${id}`, by.person, once);
  const whose = await conversationOf(parts, id);
  demandOther(whose, by.person);
  await store.record.act(async (tx, enter) => {
    await lockPerson(tx, store, whose.person);
    const row = await locked(tx, id);
    if (row === null) throw noSuchConversation();
    if (await wasSent(services.vault, tx, answerId, said)) return;
    const now = new Date(store.now());
    const until = new Date(now.getTime() + KEPT_DAYS[row.kind] * DAY_MS);
    await enter({
      kind: 'message',
      role: by.role,
      about: { kind: 'person', id: row.person },
      content: { conversation: id, event: 'answer', message: answerId, staff: by.person },
    });
    const made = {
      id: answerId,
      conversation: id,
      person: row.person,
      by: 'staff' as const,
      door: 'console' as const,
      staff: by.person,
      words: said,
      files: 0,
      dropped: 0,
      at: now,
      until,
    };
    await tx.insert(message).values(sealRow(services.vault, message, made));
    await touch(tx, row, { now, until, state: after, waitsSince: null });
    if (row.assignee === null)
      await tx.update(conversation).set({ assignee: by.person }).where(eq(conversation.id, id));
    await mailIt(parts, tx, row, said);
  });
  signIn.notices.wake();
}

/** Throws `Problem` 409 (`sent_before`) where something else was sent by the same form. */
async function wasSent(vault: Vault, tx: Tx, id: Id, words: string): Promise<boolean> {
  const [before] = await tx.select().from(message).where(eq(message.id, id));
  if (before === undefined) return false;
  if (readValue(vault, message, before, 'words') === words) return true;
  throw new Problem(
    409,
    'sent_before',
    'This form was sent before, with other words, and they went. Open the conversation again to write more.',
  );
}

async function mailIt(parts: MessageParts, tx: Tx, row: ConversationRow, words: string): Promise<void> {
  const { erasing, signIn } = parts.requesting;
  const { vault } = erasing.services;
  const { siteUrl } = signIn.settings;
  const reference = conversationReference(row.id);
  await signIn.notices.send(tx, {
    template: 'message_answer',
    person: row.person,
    language: row.language,
    byHand: true,
    thread: { reference, answers: await lastMailOf(vault, tx, row) },
    values: {
      about: readValue(vault, conversation, row, 'subject') ?? '',
      words,
      reference,
      how: howToGoOn(parts, row.language),
      url: (await isReader(tx, row.person)) ? '' : `${siteUrl}/console/messages/${row.id}`,
    },
  });
}

/** Message-ID of the last mail that they wrote in it; null: they wrote none. */
async function lastMailOf(vault: Vault, tx: Tx, { id }: ConversationRow): Promise<string | null> {
  const [row] = await tx
    .select()
    .from(message)
    .where(and(eq(message.conversation, id), isNotNull(message.mailId)))
    .orderBy(desc(message.at))
    .limit(1);
  return row === undefined ? null : readValue(vault, message, row, 'mailId');
}

/** Throws `Problem` 404. */
export async function conversationOf(
  { requesting: { erasing } }: MessageParts,
  id: Id,
): Promise<ConversationRow> {
  const [row] = await erasing.services.db.select().from(conversation).where(eq(conversation.id, id));
  if (row === undefined) throw noSuchConversation();
  return row;
}

/** Nobody answers as staff what they wrote themselves. Throws `Problem` 403. */
export function demandOther({ person: whose }: Pick<ConversationRow, 'person'>, staff: Id): void {
  if (whose === staff)
    throw new Problem(403, 'own_message', 'You wrote this yourself. Somebody else reads and answers it.');
}
