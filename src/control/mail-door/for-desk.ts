/**
 * Mail that waits for a reader, as the desk's pages call it: new mail that no rule understood, and mail about a request.
 * What was written opens by one door, which enters the look in the record first; a reader makes a request of it, answers
 * it where it is about one, or does nothing.
 */
import { asc, eq, isNull } from 'drizzle-orm';
import { z } from 'zod';
import { type Id, isId } from '../../link/ids.ts';
import { demandStaff } from '../desk/index.ts';
import { checkInput } from '../input.ts';
import { dropIntakeKey } from '../intake.ts';
import { forLawPages, placeInput, UNSAID } from '../law/index.ts';
import { ENGLISH } from '../notices/index.ts';
import { Problem } from '../problem.ts';
import {
  type AnsweredRequest,
  ASKED_RIGHTS,
  receiveByMail,
  referencesIn,
  requestNamed,
  requestOfMail,
} from '../requests/index.ts';
import type { Caller } from '../sign-in/index.ts';
import { mailContent } from './content.ts';
import type { MailDoorParts } from './parts.ts';
import { noSuchMail, reply, whyNoReply } from './reply.ts';
import { type IncomingMail, incomingMail } from './schema.ts';
import { countUnread } from './warn.ts';

const LISTED_MAX = 100;

/** `no_request`: it asks for nothing about data, or was answered by hand. */
const readInput = z.strictObject({
  right: z.enum([...ASKED_RIGHTS, 'no_request'], 'choose what it asks for'),
  place: z.union([z.literal(UNSAID), placeInput], 'choose from the list'),
});
const LABELS = { right: 'What it asks for', place: 'Where they live' };

export type MailDesk = ReturnType<typeof forMailDesk>;

export function forMailDesk(parts: MailDoorParts) {
  const { erasing, signIn } = parts.requesting;
  const { services } = erasing;
  const wishOf = (row: IncomingMail) => {
    const content = mailContent.open(services.vault, row.id, row.content);
    return {
      address: content?.address ?? null,
      words: content?.words ?? '',
      language: content?.language ?? ENGLISH,
      receivedAt: row.receivedAt.getTime(),
      messageId: content?.messageId ?? null,
    };
  };
  return {
    /** The oldest first. */
    list: async (caller: Caller) => {
      await demandStaff(signIn, caller, 'see_requests');
      const rows = await services.db
        .select()
        .from(incomingMail)
        .where(isNull(incomingMail.outcome))
        .orderBy(asc(incomingMail.receivedAt))
        .limit(LISTED_MAX);
      return { count: await countUnread(parts), mails: rows.map(listed) };
    },
    /** What the form for one of them needs. */
    form: async (caller: Caller) => {
      await demandStaff(signIn, caller, 'decide_request');
      return { places: { unsaid: UNSAID, ...forLawPages(parts.requesting.law, erasing.store.now).places() } };
    },
    /** About one request, the oldest first. */
    ofRequest: async (caller: Caller, id: string) => {
      await demandStaff(signIn, caller, 'see_requests');
      if (!isId(id)) return [];
      const rows = await services.db
        .select()
        .from(incomingMail)
        .where(eq(incomingMail.request, id))
        .orderBy(asc(incomingMail.receivedAt))
        .limit(LISTED_MAX);
      return rows.map(listed);
    },
    /** What was written. Wants a fresh sign-in. Throws `Problem` 403 (`own_request`), 404 and 409. */
    open: async (caller: Caller, id: string) => {
      const { actor } = await demandStaff(signIn, caller, 'decide_request', { fresh: true });
      const row = await readable(parts, id);
      const request = row.request === null ? null : await requestOfMail(parts.requesting, row.request);
      demandOther(request, actor.person);
      const person = request?.person ?? null;
      await erasing.store.record.act((_tx, enter) =>
        enter({
          kind: 'staff_read',
          role: actor.role,
          about: person === null ? null : { kind: 'person', id: person },
          content: {
            ...(person !== null && { actor: actor.person }),
            purpose: 'rights',
            reason:
              row.request === null ? 'To see what the mail asks for' : 'To read a mail about your request',
            table: 'incoming_mail',
            row: row.id,
          },
        }),
      );
      const content = mailContent.open(services.vault, row.id, row.content);
      return {
        ...listed(row),
        address: content?.address ?? null,
        words: content?.words ?? null,
        reply: content?.reply ?? null,
        isRead: row.outcome !== null,
        whyNoReply: request === null ? null : whyNoReply(parts, row, request),
        names: request === null ? await named(parts, content?.words ?? '') : shownName(request),
      };
    },
    /** An answer to a mail about a request. Throws `Problem` 400, 403 (`own_request`), 404 and 409 (`no_reply`). */
    reply: async (caller: Caller, id: string, form: unknown) => {
      const { actor } = await demandStaff(signIn, caller, 'decide_request', { fresh: true });
      const row = await readable(parts, id);
      if (row.request !== null) demandOther(await requestOfMail(parts.requesting, row.request), actor.person);
      await reply(parts, row, actor, form);
    },
    /** Makes a request of it, from the moment that it came, or nothing. Throws `Problem` 400, 404 and 409. */
    read: async (caller: Caller, id: string, form: unknown) => {
      const { actor } = await demandStaff(signIn, caller, 'decide_request', { fresh: true });
      const by = { cause: 'staff', role: actor.role, person: actor.person } as const;
      const { right, place } = checkInput(form, readInput, LABELS);
      const row = await readable(parts, id);
      if (row.outcome !== null) throw alreadyRead();
      // Killed in between, it is read again, and its request asked twice, which is asked once.
      await services.db.transaction(async (tx) => {
        const its = eq(incomingMail.id, row.id);
        const [now] = await tx.select().from(incomingMail).where(its).for('update');
        if (now?.outcome !== null) throw alreadyRead();
        if (right !== 'no_request')
          await receiveByMail(parts.requesting, { ...wishOf(row), right, place, by });
        await tx
          .update(incomingMail)
          .set({ outcome: right === 'no_request' ? 'no_request' : 'request' })
          .where(its);
      });
      // What is about a request is there as long as that.
      if (row.request === null) await dropIntakeKey(services.keys, row.id);
    },
  };
}

const listed = (row: IncomingMail) => ({
  id: row.id,
  receivedAt: row.receivedAt.toISOString(),
  /** When it is gone. */
  until: row.until.toISOString(),
  attachments: row.attachments,
  isAnswered: row.answer !== 'none' && row.answerAt === null,
  /** The request that it is about; null: none. */
  request: row.request,
  /** Whether it names the address of that request. */
  isSame: row.sender === 'same',
  withdraws: row.withdraws,
  isRead: row.outcome !== null,
  repliedAt: row.repliedAt?.toISOString() ?? null,
});

const shownName = ({ id, reference, isOver }: AnsweredRequest) => ({ id, reference, isOver });

/** A request that a new mail names, since it is over; null: none. */
async function named({ requesting }: MailDoorParts, words: string) {
  const [subject = ''] = words.split('\n');
  const [reference] = referencesIn(subject);
  const request = reference === undefined ? null : await requestNamed(requesting, reference);
  return request === null ? null : shownName(request);
}

/** Nobody reads as staff what is about themselves. */
function demandOther(request: AnsweredRequest | null, person: Id): void {
  if (request?.person === person)
    throw new Problem(403, 'own_request', 'This is about your own request. Somebody else reads it.');
}

/** New mail until somebody has read it; what is about a request as long as it is there. */
async function readable({ requesting }: MailDoorParts, id: string): Promise<IncomingMail> {
  const [row] = isId(id)
    ? await requesting.erasing.services.db.select().from(incomingMail).where(eq(incomingMail.id, id))
    : [];
  if (row === undefined) throw noSuchMail();
  if (row.outcome !== null && row.request === null) throw alreadyRead();
  return row;
}

const alreadyRead = (): Problem =>
  new Problem(409, 'already_read', 'Somebody has read this mail already. Look at the list again.');
