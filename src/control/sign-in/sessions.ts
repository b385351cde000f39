/** A person's sign-ins: listed with kind of device, truncated network and day; each can be ended. */
import { and, desc, eq, gt } from 'drizzle-orm';
import { type Id, isId } from '../../link/ids.ts';
import { readValue } from '../../store/sealed-rows.ts';
import type { Caller } from './caller.ts';
import type { SignInParts } from './parts.ts';
import { SignInRefused } from './refusals.ts';
import { session } from './schema.ts';
import { endSessions } from './set-password.ts';
import { demandSignedIn, STEPS } from './state.ts';

const ANY_STEP = STEPS.filter((step) => step !== 'second_factor');

export interface ListedSession {
  readonly id: Id;
  readonly current: boolean;
  readonly way: string;
  readonly browser: string;
  readonly system: string;
  readonly network: string | null;
  /** `2026-11-24`. */
  readonly signed_in_on: string;
  readonly last_used_on: string;
}

/** Those that are open now, the newest first. */
export async function listSessions(parts: SignInParts, caller: Caller): Promise<ListedSession[]> {
  const { who } = await demandSignedIn(parts, caller, { besides: ANY_STEP, whileDeleted: true });
  const { db, vault } = parts.services;
  const rows = await db
    .select()
    .from(session)
    .where(and(eq(session.person, who.person), gt(session.expiresAt, new Date(parts.now()))))
    .orderBy(desc(session.createdAt));
  return rows.map((row) => ({
    id: row.id,
    current: row.id === who.session,
    way: row.way,
    browser: row.browser,
    system: row.system,
    network: readValue(vault, session, row, 'network'),
    signed_in_on: row.createdAt.toISOString().slice(0, 10),
    last_used_on: row.updatedAt.toISOString().slice(0, 10),
  }));
}

/** Ends one of the person's own. Throws `SignInRefused` (`no_such_sign_in`). */
export async function endSession(parts: SignInParts, caller: Caller, id: string): Promise<void> {
  const { who } = await demandSignedIn(parts, caller, { besides: ANY_STEP, whileDeleted: true });
  if (!isId(id)) throw new SignInRefused('no_such_sign_in');
  const at = new Date(parts.now());
  const ended = await parts.services.db
    .update(session)
    .set({ expiresAt: at, updatedAt: at })
    .where(and(eq(session.id, id), eq(session.person, who.person), gt(session.expiresAt, at)))
    .returning({ id: session.id });
  if (ended.length === 0) throw new SignInRefused('no_such_sign_in');
}

/** Ends all but this one; answers how many. */
export async function endOtherSessions(parts: SignInParts, caller: Caller): Promise<number> {
  const { who } = await demandSignedIn(parts, caller, { besides: ANY_STEP, whileDeleted: true });
  return parts.services.db.transaction((tx) => endSessions(parts, tx, who.person, who.session));
}
