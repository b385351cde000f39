/**
 * Mail that no rule understood, as the desk's pages call it. What was written opens by one door, which enters the look in
 * the record first; a reader makes a request of it, or nothing.
 */
import { asc, eq, isNull } from 'drizzle-orm';
import { z } from 'zod';
import { isId } from '../../link/ids.ts';
import { demandStaff } from '../desk/index.ts';
import { checkInput } from '../input.ts';
import { dropIntakeKey } from '../intake.ts';
import { forLawPages, placeInput, UNSAID } from '../law/index.ts';
import { ENGLISH } from '../notices/index.ts';
import { Problem } from '../problem.ts';
import { ASKED_RIGHTS, receiveByMail } from '../requests/index.ts';
import type { Caller } from '../sign-in/index.ts';
import { mailContent } from './content.ts';
import type { MailDoorParts } from './parts.ts';
import { type IncomingMail, incomingMail, KEPT_DAYS } from './schema.ts';
import { countUnread } from './warn.ts';

const LISTED_MAX = 100;
const DAY_MS = 86_400_000;

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
    /** What was written. Wants a fresh sign-in. Throws `Problem` 404. */
    open: async (caller: Caller, id: string) => {
      const { actor } = await demandStaff(signIn, caller, 'decide_request', { fresh: true });
      const row = await unread(parts, id);
      await erasing.store.record.act((_tx, enter) =>
        enter({
          kind: 'staff_read',
          role: actor.role,
          about: null,
          content: {
            purpose: 'rights',
            reason: 'To see what the mail asks for',
            table: 'incoming_mail',
            row: row.id,
          },
        }),
      );
      const content = mailContent.open(services.vault, row.id, row.content);
      return { ...listed(row), address: content?.address ?? null, words: content?.words ?? null };
    },
    /** Makes a request of it, from the moment that it came, or nothing. Throws `Problem` 400, 404 and 409. */
    read: async (caller: Caller, id: string, form: unknown) => {
      const { actor } = await demandStaff(signIn, caller, 'decide_request', { fresh: true });
      const by = { cause: 'staff', role: actor.role, person: actor.person } as const;
      const { right, place } = checkInput(form, readInput, LABELS);
      const row = await unread(parts, id);
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
      await dropIntakeKey(services.keys, row.id);
    },
  };
}

const listed = ({ id, receivedAt, attachments, answer, answerAt }: IncomingMail) => ({
  id,
  receivedAt: receivedAt.toISOString(),
  /** When it is gone. */
  until: new Date(receivedAt.getTime() + KEPT_DAYS * DAY_MS).toISOString(),
  attachments,
  isAnswered: answer !== 'none' && answerAt === null,
});

async function unread({ requesting }: MailDoorParts, id: string): Promise<IncomingMail> {
  const [row] = isId(id)
    ? await requesting.erasing.services.db.select().from(incomingMail).where(eq(incomingMail.id, id))
    : [];
  if (row === undefined) throw new Problem(404, 'no_such_mail', 'There is no such mail, or it is gone.');
  if (row.outcome !== null) throw alreadyRead();
  return row;
}

const alreadyRead = (): Problem =>
  new Problem(409, 'already_read', 'Somebody has read this mail already. Look at the list again.');
