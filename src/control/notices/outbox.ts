/** Writes service mail into the outbox, in the transaction of what it is about: both happen, or neither does. */
import { eq, inArray } from 'drizzle-orm';
import { z } from 'zod';
import { type Id, newId } from '../../link/ids.ts';
import { readValue, sealRow } from '../../store/sealed-rows.ts';
import type { Vault } from '../../store/sealing/vault.ts';
import type { Tx } from '../../store/store.ts';
import { person } from '../accounts/schema.ts';
import { LISTED_DAYS, mail } from './schema.ts';
import type { Filled, TemplateName, ValueName } from './templates.ts';
import type { Thread } from './thread.ts';

const DAY_MS = 86_400_000;

export interface ServiceMail {
  readonly template: TemplateName;
  /** Whom it is about; it is sealed under their key and goes when they are erased. */
  readonly person: Id;
  /** What the template is filled with, besides the person's name. */
  readonly values?: Readonly<Partial<Record<ValueName, string>>>;
  /** Of a letter about a request; left out: English. */
  readonly language?: string;
  /** Left out: it stands alone. */
  readonly thread?: Thread;
  /** Somebody here wrote what it says; left out: no. */
  readonly byHand?: boolean;
  /** Left out: the person's address. */
  readonly to?: string;
  /** When an address that is not theirs goes, listed or not; left out: with the mail. */
  readonly toUntil?: Date;
  /** Of its row; left out: a random one. One that is there already is not written again. */
  readonly id?: Id;
}

/** What is sealed of a mail until it is sent: what its letter is filled with, and how it goes. */
const mailValues = z.looseObject({
  language: z.string().optional(),
  thread: z.strictObject({ reference: z.string().nullable(), answers: z.string().nullable() }).optional(),
  byHand: z.boolean().optional(),
});

/** Throws where it is something else. */
export function mailValuesIn(sealed: string) {
  const { language, thread, byHand, ...filled } = mailValues.parse(JSON.parse(sealed));
  return { language, thread: thread ?? null, byHand: byHand === true, filled: filled as Filled };
}

export interface OutboxParts {
  readonly vault: Vault;
  readonly now: () => number;
  /** Without a mail server nothing waits to be sent: it stays for `kept mail show`. */
  readonly deliverable: boolean;
}

/** No mail server has such an address, and none is asked for it (RFC 6761, 6.4). */
const NOWHERE = /\.invalid$/i;

/** Answers the mail's id, or null where nobody is there any more to write to. */
export async function writeToOutbox(
  { vault, now, deliverable }: OutboxParts,
  tx: Tx,
  wish: ServiceMail,
): Promise<Id | null> {
  const [whom] = await tx.select().from(person).where(eq(person.id, wish.person));
  if (whom === undefined) return null;
  const to = wish.to ?? readValue(vault, person, whom, 'email');
  const name = readValue(vault, person, whom, 'name');
  if (to === null || name === null) return null;
  const at = new Date(now());
  const row = {
    id: wish.id ?? newId(),
    person: wish.person,
    template: wish.template,
    to,
    values: JSON.stringify({
      ...wish.values,
      name,
      language: wish.language,
      thread: wish.thread,
      byHand: wish.byHand,
    }),
    state: deliverable && !NOWHERE.test(to) ? ('waiting' as const) : ('undeliverable' as const),
    nextAt: at,
    createdAt: at,
    addressUntil: wish.toUntil ?? new Date(at.getTime() + LISTED_DAYS * DAY_MS),
  };
  await tx
    .insert(mail)
    .values(sealRow(vault, mail, row))
    .onConflictDoNothing();
  return row.id;
}

/** Lets go of whom these were for and what they say; one that waits is not sent any more. */
export async function forgetMails(tx: Tx, ids: readonly Id[]): Promise<void> {
  await tx
    .update(mail)
    .set({ to: null, values: null })
    .where(inArray(mail.id, [...ids]));
}
