/**
 * Somebody from outside for one appeal, where nobody of the staff may decide it: invited at the desk by name and address.
 * The link goes by mail, and a code by another way, so that neither a mailbox nor the desk alone is enough.
 */
import { and, eq, isNotNull, isNull, lte } from 'drizzle-orm';
import { z } from 'zod';
import { type Id, newId } from '../../link/ids.ts';
import { faultFields } from '../../log/log.ts';
import { databaseCode } from '../../store/failures.ts';
import { addressOf, emailInput } from '../accounts/index.ts';
import { checkInput } from '../input.ts';
import { dropIntakeKey, endIntakeKey } from '../intake.ts';
import { type OutsiderRow, outsider } from '../outsiders/schema.ts';
import { Problem } from '../problem.ts';
import { hashToken } from '../random-token.ts';
import { linkHashOf, linkTokenOf } from './case-link.ts';
import { dayInWords } from './days.ts';
import type { Decider } from './decide.ts';
import { newCode } from './ladder-code.ts';
import { type Actor, isAt, move, onRequest, SYSTEM } from './move.ts';
import { endOutsider, outsiderWho, standingOutsider } from './outsider-row.ts';
import type { RequestParts } from './parts.ts';
import { decidersOf } from './queue.ts';
import { privacyRequest, type RequestRow, TEXT_DAYS } from './schema.ts';

const DAY_MS = 86_400_000;
const OUTSIDER_DAYS = 14;
/** What names them dies so late if nothing else is said. */
const KEY_DAYS_MAX = 365;
const UNIQUE_VIOLATION = '23505';

const inviteInput = z.strictObject({
  name: z.string().trim().min(1, 'say who it is').max(100, 'at most 100 characters'),
  email: emailInput,
});
const LABELS = { name: 'Name', email: 'E-mail address' };

/** What the desk shows of it; `who`: to whoever may invite. */
export interface ShownOutsider {
  readonly state: 'invited' | 'enrolled';
  readonly who: { readonly name: string; readonly address: string } | null;
  readonly isMailed: boolean;
  readonly endsAt: string;
}

export async function shownOutsider(
  { erasing: { services, store } }: RequestParts,
  row: RequestRow,
  mayInvite: boolean,
): Promise<ShownOutsider | null> {
  const found = await services.db.transaction((tx) => standingOutsider(tx, row.id));
  if (found === null || found.endsAt.getTime() <= store.now()) return null;
  return {
    state: found.enrolledAt === null ? 'invited' : 'enrolled',
    who: mayInvite ? outsiderWho.open(services.vault, found.id, found.who) : null,
    isMailed: found.mailedAt !== null,
    endsAt: found.endsAt.toISOString(),
  };
}

/** Whether an appeal waits that nobody of the staff may decide. */
export async function lacksDecider(parts: RequestParts, row: RequestRow): Promise<boolean> {
  if (!isAt(row, 'appeal_deciding')) return false;
  const others = (await decidersOf(parts)).filter((id) => id !== row.decidedBy && id !== row.person);
  return others.length === 0;
}

/**
 * Answers the code that is handed over, shown this once. Throws `Problem` 400, 404 and 409 (`others_decide`,
 * `no_mail_server`, `not_independent`, `invited_already`, `not_now`).
 */
export async function inviteOutsider(
  parts: RequestParts,
  row: RequestRow,
  by: Decider,
  form: unknown,
): Promise<{ readonly code: string }> {
  const { name, email } = checkInput(form, inviteInput, LABELS);
  const { services, store } = parts.erasing;
  await demandInvitable(parts, row, by, email);
  const now = store.now();
  const id = newId();
  const code = newCode();
  const who = await outsiderWho.seal(services, id, { name, address: email }, now + KEY_DAYS_MAX * DAY_MS);
  const made = {
    id,
    request: row.id,
    link: linkHashOf(services.pepper, id, 'outside'),
    handover: hashToken(code),
    who,
    lastStep: 0,
    tries: 0,
    invitedAt: new Date(now),
    endsAt: new Date(now + OUTSIDER_DAYS * DAY_MS),
  };
  try {
    await onRequest(parts, row.id, async (tx, enter, standing) => {
      const old = await standingOutsider(tx, row.id);
      if (old !== null && old.endsAt.getTime() <= now) await endOutsider(tx, row.id, 'expired', now);
      await move(parts, tx, enter, standing, { event: 'invite_outside', by: staffOf(by) });
      await tx.insert(outsider).values(made);
    });
  } catch (error) {
    await dropIntakeKey(services.keys, id);
    if (databaseCode(error) !== UNIQUE_VIOLATION) throw error;
    throw new Problem(
      409,
      'invited_already',
      'Somebody from outside is invited already. Take that back first.',
    );
  }
  await mailOutsiders(parts);
  return { code };
}

const staffOf = (by: Decider): Actor => ({ cause: 'staff', ...by });

async function demandInvitable(
  parts: RequestParts,
  row: RequestRow,
  by: Decider,
  email: string,
): Promise<void> {
  const { services } = parts.erasing;
  if (row.person === by.person)
    throw new Problem(403, 'own_request', 'This request is your own. Somebody else invites.');
  if (!(await lacksDecider(parts, row)))
    throw new Problem(
      409,
      'others_decide',
      'Nobody from outside is needed: no appeal waits here, or somebody else of the staff may decide it.',
    );
  if (!parts.signIn.notices.deliverable)
    throw new Problem(
      409,
      'no_mail_server',
      'There is no mail server, and the link has to go past you: set SMTP_URL, or give the role privacy to somebody else.',
    );
  const theirs = await Promise.all(
    [by.person, row.decidedBy, row.person].map((person) =>
      person === null ? null : addressOf(services, services.db, person),
    ),
  );
  const found = services.keys.lookup('email', email);
  const isNamed = found !== null && [by.person, row.decidedBy, row.person].includes(found);
  if (isNamed || theirs.some((address) => address !== null && mailboxOf(address) === mailboxOf(email)))
    throw new Problem(
      409,
      'not_independent',
      'That is the address of whoever asked, of whoever decided first, or your own. It has to be somebody else.',
    );
}

/** Without what mail servers leave out: `ada+appeal@example.org` is read by Ada. */
const mailboxOf = (address: string): string => address.toLowerCase().replace(/\+[^@]*@/, '@');

/** Throws `Problem` 404 and 409 (`not_now`). */
export async function takeBackOutsider(parts: RequestParts, id: Id, by: Decider): Promise<void> {
  await onRequest(parts, id, async (tx, enter, row) => {
    const stood = await endOutsider(tx, id, 'taken_back', parts.erasing.store.now());
    if (!stood) throw new Problem(409, 'not_now', 'Nobody from outside is invited any more.');
    await move(parts, tx, enter, row, { event: 'end_outside', by: staffOf(by) });
  });
}

/** Links that no mail server has yet: at least once, with the same Message-ID. */
export async function mailOutsiders(parts: RequestParts): Promise<void> {
  const { services } = parts.erasing;
  const { notices } = parts.signIn;
  if (!notices.deliverable) return;
  const waiting = await services.db
    .select()
    .from(outsider)
    .where(and(isNull(outsider.mailedAt), isNull(outsider.endedAt)));
  for (const row of waiting)
    await mailOne(parts, row).catch((error) => services.log('warn', 'mail_failed', faultFields(error)));
}

async function mailOne({ erasing: { services, store }, signIn, company }: RequestParts, row: OutsiderRow) {
  const who = outsiderWho.open(services.vault, row.id, row.who);
  if (who === null) return;
  const url = `${signIn.settings.siteUrl}/appeals/${linkTokenOf(services.pepper, row.id, 'outside')}`;
  const until = dayInWords(row.endsAt, 'en');
  const letter = {
    subject: 'You are asked to decide an appeal',
    paragraphs: [
      `Hello ${who.name},`,
      `${company.name} asks you to decide one appeal about somebody's personal data, as an independent person from outside. You will need a code that they give you in another way, and an app on your phone that shows codes.`,
    ],
    link: { label: 'Look at the invitation', url },
    afterwards: [
      `It ends on ${until}. Your name and address are kept with the appeal, sealed, and die with it.`,
      'If you did not expect this, do nothing.',
    ],
  };
  await signIn.notices.sendNow({ id: row.id, to: who.address, letter, date: new Date(store.now()) });
  await services.db
    .update(outsider)
    .set({ mailedAt: new Date(store.now()) })
    .where(eq(outsider.id, row.id));
}

/** Invitations whose time is over, or whose appeal is; and keys of those whose request is. Throws `ClockDoubted`. */
export async function endOutsiders(parts: RequestParts): Promise<void> {
  const { services, store } = parts.erasing;
  const standing = await services.db.select().from(outsider).where(isNull(outsider.endedAt));
  if (standing.length === 0) return endKeys(parts);
  const now = new Date(await parts.believed());
  for (const { request, endsAt } of standing)
    await onRequest(parts, request, async (tx, enter, row) => {
      const waits = isAt(row, 'appeal_deciding');
      if (waits && endsAt.getTime() > now.getTime()) return;
      const ended = await endOutsider(tx, request, waits ? 'expired' : 'over', store.now());
      if (ended && waits) await move(parts, tx, enter, row, { event: 'end_outside', by: SYSTEM });
    });
  await endKeys(parts);
}

/** As long as what was written in the request. */
async function endKeys({ erasing: { services, store } }: RequestParts): Promise<void> {
  const rows = await services.db
    .select({ id: outsider.id, closedAt: privacyRequest.closedAt })
    .from(outsider)
    .innerJoin(privacyRequest, eq(privacyRequest.id, outsider.request))
    .where(and(isNotNull(privacyRequest.closedAt), lte(privacyRequest.closedAt, new Date(store.now()))));
  for (const { id, closedAt } of rows)
    if (closedAt !== null) await endIntakeKey(services.keys, id, closedAt.getTime() + TEXT_DAYS * DAY_MS);
}
