/**
 * Hands what waits in the outbox to the mail server, at least once: each mail keeps its Message-ID over all attempts,
 * and one whose answer was lost is sent again and marked so. Killed anywhere, the next start goes on.
 */
import { and, asc, eq, inArray, lte } from 'drizzle-orm';
import type { Transporter } from 'nodemailer';
import { faultFields, type Log } from '../../log/log.ts';
import type { Db } from '../../store/database.ts';
import { openValue } from '../../store/sealed-rows.ts';
import { KeyGone } from '../../store/sealing/errors.ts';
import type { Vault } from '../../store/sealing/vault.ts';
import { messageFor, type Sender } from './message.ts';
import { mailValuesIn } from './outbox.ts';
import { mail } from './schema.ts';
import { type Writing, writeMail } from './templates.ts';
import { CONNECTIONS } from './transport.ts';

export interface DeliveryParts extends Writing, Sender {
  readonly db: Db;
  readonly vault: Vault;
  readonly log: Log;
  readonly now: () => number;
  readonly transport: Pick<Transporter, 'sendMail'>;
}

const BATCH_MAILS = 100;
const MINUTE_MS = 60_000;
/** Pauses between attempts, the last one for all that follow. */
const PAUSES_MS = [MINUTE_MS / 4, MINUTE_MS, 5 * MINUTE_MS, 15 * MINUTE_MS, 60 * MINUTE_MS];
/** RFC 5321, 4.5.4.1: giving up takes 4 to 5 days; links in our mails are dead long before. */
const GIVE_UP_MS = 2 * 86_400_000;

type MailRow = typeof mail.$inferSelect;

/** Sends what is due; answers how many mails were looked at, fewer than `BATCH_MAILS` when no more is due. */
export async function deliverDue(parts: DeliveryParts, signal: AbortSignal): Promise<number> {
  const due = await parts.db
    .select()
    .from(mail)
    .where(and(inArray(mail.state, ['waiting', 'sending']), lte(mail.nextAt, new Date(parts.now()))))
    .orderBy(asc(mail.nextAt))
    .limit(BATCH_MAILS);
  const people = [...Map.groupBy(due, (row) => row.person).values()];
  await Promise.all(Array.from({ length: CONNECTIONS }, () => deliverNext(parts, people, signal)));
  return due.length;
}

/** What one person is written goes one after the other, as it was written. */
async function deliverNext(
  parts: DeliveryParts,
  people: (readonly MailRow[])[],
  signal: AbortSignal,
): Promise<void> {
  let noted: Promise<void> = Promise.resolve();
  for (let mails = people.shift(); mails !== undefined; mails = people.shift())
    for (const row of mails) {
      if (signal.aborted) return noted;
      const { note } = await deliver(parts, row);
      await noted;
      // What became of it is written down while the next one is handed over.
      noted = note();
      noted.catch(() => {});
    }
  return noted;
}

export const isFullBatch = (mails: number): boolean => mails === BATCH_MAILS;

interface Delivered {
  /** Writes down what became of it. */
  readonly note: () => Promise<void>;
}
const NOTHING: Delivered = { note: async () => {} };

async function deliver(parts: DeliveryParts, row: MailRow): Promise<Delivered> {
  const { db, log, transport } = parts;
  const set = (values: Partial<MailRow>) => async () => {
    // One that came back already stays so.
    const its = and(eq(mail.id, row.id), inArray(mail.state, ['waiting', 'sending']));
    await db.update(mail).set(values).where(its);
  };
  const claimed = await claim(parts, row);
  if (!claimed) return NOTHING;
  const message = messageOf(parts, row);
  if (message === null) return { note: set({ state: 'undeliverable', values: null }) };
  try {
    await transport.sendMail(message);
    log('info', 'mail_sent', { attempt: row.attempts + 1 });
    return { note: set({ state: 'sent', sentAt: new Date(parts.now()), values: null }) };
  } catch (error) {
    const state = afterFailure(parts, row, error);
    const status = (error as SmtpError).responseCode;
    log('warn', 'mail_failed', {
      ...faultFields(error),
      attempt: row.attempts + 1,
      ...(typeof status === 'number' && { status }),
    });
    return state === null ? NOTHING : { note: set({ state }) };
  }
}

/** Before it is handed over: whoever comes after a kill knows that it may be there already. */
async function claim({ db, now }: DeliveryParts, row: MailRow): Promise<boolean> {
  const pause = PAUSES_MS[Math.min(row.attempts, PAUSES_MS.length - 1)] as number;
  const claimed = await db
    .update(mail)
    .set({
      state: 'sending',
      attempts: row.attempts + 1,
      nextAt: new Date(now() + pause),
      maybeTwice: row.maybeTwice || row.state === 'sending',
    })
    .where(and(eq(mail.id, row.id), eq(mail.attempts, row.attempts)))
    .returning({ id: mail.id });
  return claimed.length === 1;
}

/** Null where nobody can be written to any more. */
function messageOf({ vault, letters, ...sender }: DeliveryParts, row: MailRow) {
  const { siteUrl } = sender;
  try {
    const to = openValue(vault, mail, row, 'to')?.reveal();
    const values = openValue(vault, mail, row, 'values')?.reveal();
    if (to === undefined || values === undefined) return null;
    const { filled, language, thread, byHand } = mailValuesIn(values);
    const written = writeMail({ letters, siteUrl }, row.template, filled, language);
    return messageFor({ id: row.id, to, written, date: row.createdAt, thread, byHand }, sender);
  } catch (error) {
    if (error instanceof KeyGone) return null;
    throw error;
  }
}

interface SmtpError extends Error {
  readonly responseCode?: number;
  readonly command?: string;
  readonly code?: string;
  readonly syscall?: string;
}

/** Its next state; null where the answer was lost, so that it stays as it is and goes again. */
function afterFailure(parts: DeliveryParts, row: MailRow, error: unknown): MailRow['state'] | null {
  const { responseCode, command, code, syscall } = error as SmtpError;
  if (parts.now() - row.createdAt.getTime() > GIVE_UP_MS) return 'undeliverable';
  if (responseCode !== undefined) {
    // A password that is wrong is the operator's to put right, not the mail's fault.
    const final = responseCode >= 500 && command !== 'AUTH' && !command?.startsWith('AUTH');
    return final ? 'undeliverable' : 'waiting';
  }
  const neverThere = syscall === 'connect' || code === 'EDNS';
  return neverThere ? 'waiting' : null;
}
