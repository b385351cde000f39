/**
 * Signs somebody in: the row of the session, in one transaction with the mail about a device that was not seen before
 * and, for staff, the entry in the record. Whoever has a second factor gets a session that waits for it, whatever way
 * they came: no other code decides that.
 */
import { and, desc, eq, gt, isNotNull } from 'drizzle-orm';
import { type Id, newId } from '../../link/ids.ts';
import { sealRow } from '../../store/sealed-rows.ts';
import type { Tx } from '../../store/store.ts';
import { type StaffRole, standingRole } from '../accounts/index.ts';
import { person } from '../accounts/schema.ts';
import { minuteOf } from '../minute.ts';
import type { Caller } from './caller.ts';
import { SESSION_SECONDS } from './cookies.ts';
import type { SignInParts } from './parts.ts';
import { SignInRefused } from './refusals.ts';
import { type SESSION_WAYS, session, twoFactor } from './schema.ts';
import { hashToken, newToken } from './tokens.ts';

/** A sign-in that waits for its second factor ends after this. */
const WAIT_MS = 10 * 60_000;
/** Sign-ins that a new one is compared with. */
const EARLIER_MAX = 100;

export type SessionRow = typeof session.$inferSelect;
type Opening = Pick<SignInParts, 'services' | 'store' | 'notices' | 'settings' | 'now'>;

export interface Opened {
  readonly row: SessionRow;
  readonly token: string;
}

/** Throws `SignInRefused` (`erased`) for somebody who is not there any more. */
export async function openSession(
  parts: Opening,
  opening: {
    person: Id;
    way: (typeof SESSION_WAYS)[number];
    caller: Caller;
    token?: string;
    /** Id of the one that they came by. */
    provider?: string;
    /** When they showed that it is them, where that was earlier; milliseconds since 1970. */
    shownAt?: number;
  },
): Promise<Opened> {
  const { services, store, notices, now } = parts;
  const token = opening.token ?? newToken();
  const at = new Date(now());
  const row = await store.record.act(async (tx, enter) => {
    const [whom] = await tx.select().from(person).where(eq(person.id, opening.person)).for('key share');
    if (whom === undefined || !services.keys.has('person', whom.id)) throw new SignInRefused('erased');
    // A passkey is two factors already: the device, and the finger or code that unlocks it.
    const awaits = opening.way !== 'passkey' && (await hasSecondFactor(tx, whom.id));
    const made = sealRow(services.vault, session, {
      id: newId(),
      person: whom.id,
      token: hashToken(token),
      way: opening.way,
      provider: opening.provider ?? null,
      ...opening.caller.device,
      network: opening.caller.network,
      awaitsSecondFactor: awaits,
      authenticatedAt: new Date(Math.min(opening.shownAt ?? at.getTime(), at.getTime())),
      createdAt: at,
      updatedAt: at,
      expiresAt: new Date(at.getTime() + (awaits ? WAIT_MS : SESSION_SECONDS * 1000)),
    });
    const [inserted] = await tx.insert(session).values(made).returning();
    if (inserted === undefined) throw new Error('an inserted session is not returned');
    if (!awaits) await announce(parts, tx, enter, { row: inserted, staffRole: standingRole(whom, now()) });
    return inserted;
  });
  if (!row.awaitsSecondFactor) services.log('info', 'signed_in');
  notices.wake();
  return { row, token };
}

/** A session that was ended stays for a while, so that its device is known; it is nobody's from now on. */
export async function endByToken(
  { services, now }: Pick<SignInParts, 'services' | 'now'>,
  token: string,
): Promise<void> {
  const at = new Date(now());
  await services.db
    .update(session)
    .set({ expiresAt: at, updatedAt: at })
    .where(and(eq(session.token, hashToken(token)), gt(session.expiresAt, at)));
}

type Enter = Parameters<Parameters<Opening['store']['record']['act']>[0]>[1];

/** What a whole sign-in sets off: a mail where the device is new, an entry in the record where somebody is staff. */
export async function announce(
  { notices, settings, now }: Opening,
  tx: Tx,
  enter: Enter,
  { row, staffRole }: { row: SessionRow; staffRole: StaffRole | null },
): Promise<void> {
  if (staffRole !== null) {
    const content = { person: row.person, way: row.way };
    await enter({
      kind: 'staff_sign_in',
      role: staffRole,
      about: { kind: 'person', id: row.person },
      content,
    });
  }
  if (!(await isNewDevice(tx, row))) return;
  await notices.send(tx, {
    template: 'new_sign_in',
    person: row.person,
    values: {
      browser: row.browser,
      system: row.system,
      at: minuteOf(now()),
      url: `${settings.siteUrl}/console/security`,
    },
  });
}

/** The very first sign-in is no news. Sessions are kept for a while after their end, so that this knows them. */
async function isNewDevice(tx: Tx, row: SessionRow): Promise<boolean> {
  const earlier = await tx
    .select({ id: session.id, browser: session.browser, system: session.system })
    .from(session)
    .where(and(eq(session.person, row.person), eq(session.awaitsSecondFactor, false)))
    .orderBy(desc(session.createdAt))
    .limit(EARLIER_MAX);
  const others = earlier.filter(({ id }) => id !== row.id);
  return (
    others.length > 0 &&
    !others.some(({ browser, system }) => browser === row.browser && system === row.system)
  );
}

async function hasSecondFactor(tx: Tx, personId: Id): Promise<boolean> {
  const found = await tx
    .select({ person: twoFactor.person })
    .from(twoFactor)
    .where(and(eq(twoFactor.person, personId), isNotNull(twoFactor.confirmedAt)));
  return found.length > 0;
}
