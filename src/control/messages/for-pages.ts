/**
 * Writing to us by a form, signed in or not, and one's own conversations. A stranger is told the same, at the same time,
 * whatever address they name.
 */
import { and, desc, eq } from 'drizzle-orm';
import { z } from 'zod';
import { type Id, isId } from '../../link/ids.ts';
import { emailInput, nameInput, writerOf } from '../accounts/index.ts';
import { idOnce } from '../form-once.ts';
import { checkInput } from '../input.ts';
import { lockPerson } from '../requests/index.ts';
import {
  type Caller,
  countMail,
  countTry,
  demandSignedIn,
  onSteps,
  type SignedIn,
  whoIs,
} from '../sign-in/index.ts';
import { checkFiles, type Download, fileOf, type SentFile } from './files.ts';
import { forgetConversation } from './forget.ts';
import { SUBJECT_CHARACTERS_MAX, WORDS_CHARACTERS_MAX, WRITTEN_KINDS } from './kinds.ts';
import type { MessageParts } from './parts.ts';
import { begin, goOnWith, locked, noSuchConversation } from './receive.ts';
import { type ConversationRow, conversation } from './schema.ts';
import { type ListedConversation, listed, type ShownConversation, shown } from './shown.ts';

const LISTED_MAX = 200;

const words = z
  .string()
  .transform((text) => text.replaceAll('\r\n', '\n').trim())
  .pipe(
    z
      .string()
      .min(1, 'write what it is about')
      .max(WORDS_CHARACTERS_MAX, `at most ${WORDS_CHARACTERS_MAX} characters`),
  );
const writeInput = z.strictObject({
  kind: z.enum(WRITTEN_KINDS, 'choose what it is about'),
  subject: nameInput.pipe(
    z.string().max(SUBJECT_CHARACTERS_MAX, `at most ${SUBJECT_CHARACTERS_MAX} characters`),
  ),
  words,
  /** Of somebody who is not signed in. */
  email: z.string().trim().max(320).default(''),
  name: z.union([z.string().trim().length(0), nameInput]).default(''),
  language: z.string().default(''),
});
const LABELS = {
  kind: 'What it is about',
  subject: 'Subject',
  words: 'Your message',
  email: 'Your e-mail address',
  name: 'Your name',
};
type Wish = z.output<typeof writeInput>;

export type MessagePages = ReturnType<typeof forMessagePages>;

export function forMessagePages(parts: MessageParts) {
  const { erasing, signIn } = parts.requesting;
  const { services, store } = erasing;
  /** Somebody of whom nothing more is asked; others write as strangers do. */
  const known = async (caller: Caller): Promise<SignedIn | null> => {
    const { who } = await whoIs(signIn, caller);
    return who !== null && who.steps.length === 0 && who.deletion === null ? who : null;
  };
  const own = async (caller: Caller, id: string): Promise<{ who: SignedIn; row: ConversationRow }> => {
    const { who } = await demandSignedIn(signIn, caller);
    const [row] = isId(id)
      ? await services.db
          .select()
          .from(conversation)
          .where(and(eq(conversation.id, id), eq(conversation.person, who.person)))
      : [];
    if (row === undefined) throw noSuchConversation();
    return { who, row };
  };
  return {
    /** What the form needs to know of who writes. */
    form: async (caller: Caller) => ({
      email: (await known(caller))?.email ?? null,
      languages: signIn.notices.letters.languages,
    }),
    /**
     * Answers the new conversation, where whoever wrote can see it; `once` tells the same form sent twice. Throws `Problem` 400,
     * 413 and 429.
     */
    write: async (
      caller: Caller,
      form: unknown,
      sent: readonly SentFile[],
      once?: string,
    ): Promise<Id | null> => {
      const who = await known(caller);
      const wish = checkInput(form, writeInput, LABELS);
      const files = checkFiles(sent);
      const { kind, subject, words } = wish;
      const language = signIn.notices.letters.chosen(wish.language);
      const what = { kind, subject, words, language, files };
      // Other words from the same page, gone back to, are another message.
      const idBy = (person: Id): Id => idOnce(`contact ${kind} ${subject} ${words}`, person, once);
      if (who === null) {
        const address = checkInput({ email: wish.email }, z.object({ email: emailInput }), LABELS).email;
        countMail(signIn, caller, address);
        countTry(signIn, 'stranger_messages', 'everybody');
        await onSteps(async () => {
          const person = await writerOf(services, { email: address, ...calledIn(wish) });
          await begin(parts, { ...what, id: idBy(person), person, door: 'web', acknowledged: true });
        });
        return null;
      }
      countTry(signIn, 'message', who.person);
      const { person } = who;
      return begin(parts, { ...what, id: idBy(person), person, door: 'console', acknowledged: false });
    },
    /** One's own, the newest first. */
    list: async (caller: Caller): Promise<ListedConversation[]> => {
      const { who } = await demandSignedIn(signIn, caller);
      const rows = await services.db
        .select()
        .from(conversation)
        .where(eq(conversation.person, who.person))
        .orderBy(desc(conversation.lastAt), desc(conversation.id))
        .limit(LISTED_MAX);
      return rows.map(listed);
    },
    /** Throws `Problem` 404. */
    conversation: async (caller: Caller, id: string): Promise<ShownConversation> =>
      shown(parts, (await own(caller, id)).row),
    /** Throws `Problem` 400, 404, 409, 413 and 429. */
    goOn: async (caller: Caller, id: string, form: unknown, sent: readonly SentFile[]): Promise<void> => {
      const { who, row } = await own(caller, id);
      const said = checkInput(form, z.strictObject({ words }), LABELS).words;
      const files = checkFiles(sent);
      countTry(signIn, 'message', who.person);
      await goOnWith(parts, row.id, { person: who.person, door: 'console', words: said, files });
    },
    /** Throws `Problem` 404. */
    file: async (caller: Caller, id: string, file: string): Promise<Download> =>
      fileOf(services.db, services.vault, (await own(caller, id)).row.id, file),
    /** All of it, for good. Throws `Problem` 404 and 409 (`held`). */
    forget: async (caller: Caller, id: string): Promise<void> => {
      const { who, row } = await own(caller, id);
      await store.record.act(async (tx, enter) => {
        await lockPerson(tx, store, who.person);
        const now = await locked(tx, row.id);
        if (now?.person !== who.person) throw noSuchConversation();
        await enter({
          kind: 'message',
          role: 'person',
          about: { kind: 'person', id: who.person },
          content: { conversation: row.id, event: 'delete' },
        });
        await forgetConversation(store, tx, row);
      });
    },
  };
}

const calledIn = ({ name }: Wish): { readonly name?: string } => (name === '' ? {} : { name });
