/**
 * The inbox of the staff, as the desk's pages call it. Lists hold kinds, times and references; what was written opens by
 * one door, with a reason, and the look stands in the record first and on the page of whoever wrote.
 */
import { and, eq, gt, isNull } from 'drizzle-orm';
import { z } from 'zod';
import { type Id, isId } from '../../link/ids.ts';
import { isRestricted } from '../../store/rights/restrict.ts';
import { restriction } from '../../store/rights/schema.ts';
import { readValue } from '../../store/sealed-rows.ts';
import { isReader } from '../accounts/index.ts';
import { person } from '../accounts/schema.ts';
import { type DeskPermission, demandStaff } from '../desk/index.ts';
import { idOnce } from '../form-once.ts';
import { checkInput } from '../input.ts';
import { forLawPages, UNSAID } from '../law/index.ts';
import { Problem } from '../problem.ts';
import type { Caller } from '../sign-in/index.ts';
import { answer, conversationOf, demandOther } from './answer.ts';
import { colleagues } from './colleagues.ts';
import { type Download, fileOf } from './files.ts';
import { handOn } from './hand-on.ts';
import { KEPT_DAYS, MESSAGE_KINDS, MESSAGE_STATES } from './kinds.ts';
import type { MessageParts } from './parts.ts';
import { inboxInput, inboxPage } from './queue.ts';
import { conversationReference, endTogether, locked, noSuchConversation } from './receive.ts';
import { type ConversationRow, conversation, message } from './schema.ts';
import { listed, shown } from './shown.ts';
import { changeTemplate, dropTemplate, templateOf, templatesOf, writeTemplate } from './templates.ts';

const DAY_MS = 86_400_000;

const reasonInput = z.strictObject({
  reason: z.string().trim().min(1, 'say why you look').max(500, 'at most 500 characters'),
});
const REASON = { reason: 'Why you look' };
const sortInput = z.strictObject({
  kind: z.enum(MESSAGE_KINDS, 'choose what it is about'),
  state: z.enum(MESSAGE_STATES, 'choose how it stands'),
  /** Empty: nobody. */
  assignee: z.string().max(40).default(''),
});
const SORT = { kind: 'Kind', state: 'How it stands', assignee: 'Who answers it' };

export type MessageDesk = ReturnType<typeof forMessageDesk>;

export function forMessageDesk(parts: MessageParts) {
  const { erasing, signIn, law } = parts.requesting;
  const { services, store } = erasing;
  const { db, vault } = services;
  const demand = (caller: Caller, what: DeskPermission, options?: { readonly fresh: boolean }) =>
    demandStaff(signIn, caller, what, options);
  /** As the list has it. */
  const lined = (row: ConversationRow, names: ReadonlyMap<string, string>, me: Id) => ({
    ...listed(row),
    door: row.door,
    waitsSince: row.waitsSince?.toISOString() ?? null,
    /** Null: nobody. */
    assignee:
      row.assignee === null ? null : row.assignee === me ? 'you' : (names.get(row.assignee) ?? 'somebody'),
  });
  const namesOfAll = async () => {
    const all = await colleagues(db, vault, store.now());
    return new Map(all.map(({ id, name }) => [id as string, name]));
  };
  const rowOf = async (id: string): Promise<ConversationRow> => {
    if (!isId(id)) throw noSuchConversation();
    return conversationOf(parts, id);
  };
  /** The look stands in the record before anything is opened. */
  const look = async (caller: Caller, id: string, form: unknown): Promise<ConversationRow> => {
    const { actor } = await demand(caller, 'answer_messages', { fresh: true });
    const { reason } = checkInput(form, reasonInput, REASON);
    const row = await rowOf(id);
    demandOther(row, actor.person);
    await demandUsable(parts, row);
    await store.record.act((_tx, enter) =>
      enter({
        kind: 'staff_read',
        role: actor.role,
        about: { kind: 'person', id: row.person },
        content: { actor: actor.person, purpose: 'support', reason, table: 'conversation', row: row.id },
      }),
    );
    return row;
  };
  return {
    list: async (caller: Caller, asked: unknown) => {
      const { actor } = await demand(caller, 'see_messages');
      const query = inboxInput.parse(asked);
      const page = await inboxPage(db, actor.person, query);
      const names = await namesOfAll();
      return { ...page, query, rows: page.rows.map((row) => lined(row, names, actor.person)) };
    },
    /** What is known of it without opening it. Throws `Problem` 404. */
    conversation: async (caller: Caller, id: string) => {
      const { actor } = await demand(caller, 'see_messages');
      const row = await rowOf(id);
      const staff = await colleagues(db, vault, store.now());
      const names = new Map(staff.map((each) => [each.id as string, each.name]));
      return {
        ...lined(row, names, actor.person),
        assigneeId: row.assignee,
        until: row.until.toISOString(),
        /** Another one that its first mail names, though it came from another address. */
        names: row.names === null ? null : { id: row.names, reference: conversationReference(row.names) },
        colleagues: staff,
        templates: await templatesOf(db),
        places: { unsaid: UNSAID, ...forLawPages(law, store.now).places() },
        isOwn: row.person === actor.person,
      };
    },
    /** What was written. Wants a fresh sign-in. Throws `Problem` 400, 403 (`own_message`), 404 and 409 (`restricted`). */
    open: async (caller: Caller, id: string, form: unknown) => {
      const row = await look(caller, id, form);
      const [whom] = await db.select().from(person).where(eq(person.id, row.person));
      return {
        ...(await shown(parts, row)),
        /** Claimed by a stranger, or of whoever was signed in. */
        address: whom === undefined ? null : readValue(vault, person, whom, 'email'),
        name: whom === undefined ? null : readValue(vault, person, whom, 'name'),
        hasAccount: !(await isReader(db, row.person)),
      };
    },
    /** One of its files, by a look of its own. Throws as `open`. */
    file: async (caller: Caller, id: string, file: string, form: unknown): Promise<Download> =>
      fileOf(db, vault, (await look(caller, id, form)).id, file),
    /** Throws `Problem` 400, 403, 404 and 409. */
    answer: async (caller: Caller, id: string, form: unknown, once?: string): Promise<void> => {
      const { actor } = await demand(caller, 'answer_messages', { fresh: true });
      await answer(parts, (await rowOf(id)).id, actor, form, once);
    },
    /** Kind, state, and who answers it. Throws `Problem` 400, 403 and 404. */
    sort: async (caller: Caller, id: string, form: unknown): Promise<void> => {
      const { actor } = await demand(caller, 'answer_messages');
      const { kind, state, assignee } = checkInput(form, sortInput, SORT);
      const who = assignee === '' ? null : assignee;
      const all = await colleagues(db, vault, store.now());
      if (who !== null && !all.some((each) => each.id === who))
        throw new Problem(400, 'invalid_input', 'Who answers it: choose from the list.');
      demandOther(await rowOf(id), actor.person);
      await db.transaction(async (tx) => {
        const row = isId(id) ? await locked(tx, id) : null;
        if (row === null) throw noSuchConversation();
        const until = new Date(row.lastAt.getTime() + KEPT_DAYS[kind] * DAY_MS);
        const waitsSince = state === 'open' ? (row.waitsSince ?? new Date(store.now())) : null;
        await tx
          .update(conversation)
          .set({ kind, state, assignee: who as Id | null, until, waitsSince })
          .where(eq(conversation.id, row.id));
        await endTogether(tx, row.id, until);
      });
    },
    /** It asks for something about data: a request, from the moment that it came. Throws `Problem` 400, 403, 404 and 409. */
    handOn: async (caller: Caller, id: string, form: unknown): Promise<void> => {
      const { actor } = await demand(caller, 'answer_messages', { fresh: true });
      const row = await rowOf(id);
      demandOther(row, actor.person);
      await handOn(parts, row, actor, form);
    },
    templates: {
      list: async (caller: Caller) => {
        await demand(caller, 'answer_messages');
        return templatesOf(db);
      },
      /** Throws `Problem` 404. */
      one: async (caller: Caller, id: string) => {
        await demand(caller, 'answer_messages');
        return templateOf(db, id);
      },
      /** `once` tells the same form sent twice. Throws `Problem` 400 and 409. */
      write: async (caller: Caller, form: unknown, once?: string): Promise<void> => {
        const { actor } = await demand(caller, 'answer_messages');
        await writeTemplate(db, store.now(), form, idOnce('template', actor.person, once));
      },
      /** Throws `Problem` 400 and 404. */
      change: async (caller: Caller, id: string, form: unknown): Promise<void> => {
        await demand(caller, 'answer_messages');
        await changeTemplate(db, store.now(), form, id);
      },
      /** Throws `Problem` 404. */
      drop: async (caller: Caller, id: string): Promise<void> => {
        await demand(caller, 'answer_messages');
        await dropTemplate(db, id);
      },
    },
  };
}

/** What was written before its person restricted the use of their data is let alone; what they write later is for us to read. */
async function demandUsable({ requesting: { erasing } }: MessageParts, row: ConversationRow): Promise<void> {
  const { db } = erasing.services;
  if (!(await isRestricted(db, { kind: 'person', id: row.person }))) return;
  const [later] = await db
    .select({ id: message.id })
    .from(message)
    .innerJoin(restriction, and(eq(restriction.person, row.person), isNull(restriction.account)))
    .where(and(eq(message.conversation, row.id), eq(message.by, 'person'), gt(message.at, restriction.since)))
    .limit(1);
  if (later === undefined)
    throw new Problem(
      409,
      'restricted',
      'The use of this person’s data is restricted: what they wrote before is not read. It opens when they write again.',
    );
}
