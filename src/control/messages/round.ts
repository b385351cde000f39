/**
 * What goes on by itself, once an hour: the staff hear, once a day, that somebody has waited for an answer longer than a day;
 * and who has no account and of whom nothing is left is forgotten.
 */
import { and, eq, lt, notExists, sql } from 'drizzle-orm';
import { eraseNow } from '../../store/erasure/erase.ts';
import { withoutAccount } from '../accounts/index.ts';
import { person } from '../accounts/schema.ts';
import { registration } from '../events/schema.ts';
import { importedContact } from '../imports/schema.ts';
import { newsletterReader } from '../promotion/schema.ts';
import { mailOfDay } from '../requests/index.ts';
import { privacyRequest } from '../requests/schema.ts';
import { ANSWERING_ROLES, colleagues } from './colleagues.ts';
import type { MessageParts } from './parts.ts';
import { waitingNow } from './queue.ts';
import { conversation } from './schema.ts';

const DAY_MS = 86_400_000;
const FORGOTTEN_MAX = 100;
/** Nobody asked for it, and what keeps their address away stays as it is. */
const NOBODY_ASKED = { role: 'system', insideOnly: true } as const;

/** Whatever is here of somebody without an account keeps them; who reads the newsletter goes by that (`promotion`). */
const KEEPING = [conversation, registration, importedContact, privacyRequest, newsletterReader] as const;

export async function warnStaff(parts: MessageParts): Promise<void> {
  const { erasing, signIn } = parts.requesting;
  const { services, store } = erasing;
  const now = store.now();
  const { waiting, since } = await waitingNow(services.db);
  if (since === null || since.getTime() > now - DAY_MS) return;
  const values = { waiting: String(waiting), url: `${signIn.settings.siteUrl}/desk/messages` };
  const staff = await colleagues(services.db, services.vault, now);
  const roles = ANSWERING_ROLES.find((role) => staff.some((each) => each.role === role));
  const told = staff.filter(({ role }) => role === roles);
  await services.db.transaction(async (tx) => {
    for (const { id } of told)
      await signIn.notices.send(tx, {
        id: mailOfDay('messages to answer', id, now),
        template: 'messages_waiting',
        person: id,
        values,
      });
  });
  signIn.notices.wake();
}

/** Those who came before yesterday, so that nobody goes whose first message is being written. */
export async function forgetWriters(parts: MessageParts): Promise<void> {
  const { services, settings } = parts.requesting.erasing;
  const before = new Date((await parts.requesting.believed()) - DAY_MS);
  const { db } = services;
  const of = (table: (typeof KEEPING)[number]) =>
    db.select({ one: sql`1` }).from(table).where(eq(table.person, person.id));
  const rows = await db
    .select({ id: person.id })
    .from(person)
    .where(
      and(
        lt(person.createdAt, before),
        ...withoutAccount(db),
        ...KEEPING.map((table) => notExists(of(table))),
      ),
    )
    .limit(FORGOTTEN_MAX);
  for (const { id } of rows) await eraseNow(settings, { kind: 'person', id }, NOBODY_ASKED);
}

/** How many messages wait for an answer, in Prometheus' text format. */
export async function messageMetrics({ requesting: { erasing } }: MessageParts): Promise<string> {
  const { waiting } = await waitingNow(erasing.services.db);
  return [
    '# HELP kept_messages_to_answer Conversations that wait for an answer of ours.',
    '# TYPE kept_messages_to_answer gauge',
    `kept_messages_to_answer ${waiting}`,
    '',
  ].join('\n');
}
