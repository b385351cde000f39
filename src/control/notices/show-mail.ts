/** The outbox for the operator: what was written when, how far it is, and what a mail that waits says. */
import { and, desc, eq, inArray } from 'drizzle-orm';
import { type Id, isId } from '../../link/ids.ts';
import { readValue } from '../../store/sealed-rows.ts';
import type { Store } from '../../store/store.ts';
import { Problem } from '../problem.ts';
import type { Catalogues } from './catalogues.ts';
import { mailValuesIn } from './outbox.ts';
import { mail } from './schema.ts';
import { subjectOf, type Writing, writeMail } from './templates.ts';

const LISTED_MAX = 200;

/** Only what waits to be sent can be looked at: the person reads this beside the look. */
const WHY = 'A mail to you that was not sent yet is passed on by hand';

export interface ListedMail {
  readonly id: Id;
  readonly template: string;
  /** What the mail is called, for people. */
  readonly subject: string;
  readonly state: string;
  readonly maybe_twice: boolean;
  readonly attempts: number;
  readonly created_at: string;
  readonly sent_at: string | null;
}

/** The newest first. */
export async function listMail(
  { db }: Pick<Store, 'db'>,
  letters: Catalogues,
): Promise<{ mails: ListedMail[] }> {
  const rows = await db.select().from(mail).orderBy(desc(mail.createdAt)).limit(LISTED_MAX);
  return { mails: rows.map((row) => listed(letters, row)) };
}

/** What a person was sent, for their profile. */
export async function mailOf(
  { db }: Pick<Store, 'db'>,
  letters: Catalogues,
  person: Id,
): Promise<ListedMail[]> {
  const rows = await db
    .select()
    .from(mail)
    .where(eq(mail.person, person))
    .orderBy(desc(mail.createdAt))
    .limit(LISTED_MAX);
  return rows.map((row) => listed(letters, row));
}

/** Whether the newest mail to a person came to nothing: they learn of it at their next visit. */
export async function isRefused(
  { db }: { readonly db: Pick<Store['db'], 'select'> },
  person: Id,
): Promise<boolean> {
  const ended = and(eq(mail.person, person), inArray(mail.state, ['sent', 'undeliverable']));
  const [newest] = await db
    .select({ state: mail.state })
    .from(mail)
    .where(ended)
    .orderBy(desc(mail.createdAt))
    .limit(1);
  return newest?.state === 'undeliverable';
}

/** A mail that was not sent, opened; the look stands in the record first. Throws `Problem` 404 or 410. */
export async function showMail(
  store: Pick<Store, 'db' | 'vault' | 'record'>,
  writing: Writing,
  id: string,
): Promise<ListedMail & { to: string; subject: string; text: string }> {
  const [row] = isId(id) ? await store.db.select().from(mail).where(eq(mail.id, id)) : [];
  if (row === undefined) {
    throw new Problem(404, 'no_such_mail', 'There is no such mail. `kept mail list` shows the newest.');
  }
  const about = { kind: 'person', id: row.person } as const;
  await store.record.act((_tx, enter) =>
    enter({
      kind: 'staff_read',
      role: 'operator',
      about,
      content: { purpose: 'account', reason: WHY, table: 'mail', row: row.id },
    }),
  );
  const to = readValue(store.vault, mail, row, 'to');
  const values = readValue(store.vault, mail, row, 'values');
  if (to === null || values === null) {
    throw new Problem(410, 'mail_is_gone', 'What this mail said is kept until it is sent, and not longer.');
  }
  const { filled, language } = mailValuesIn(values);
  const { subject, text } = writeMail(writing, row.template, filled, language);
  return { ...listed(writing.letters, row), to, subject, text };
}

const listed = (letters: Catalogues, row: typeof mail.$inferSelect): ListedMail => ({
  id: row.id,
  template: row.template,
  subject: subjectOf(letters, row.template),
  state: row.state,
  maybe_twice: row.maybeTwice,
  attempts: row.attempts,
  created_at: row.createdAt.toISOString(),
  sent_at: row.sentAt?.toISOString() ?? null,
});
