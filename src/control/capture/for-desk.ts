/**
 * Debug captures at the desk: whose requests are being kept, and when they came. What was said opens by one door, with a
 * reason, while the consent stands; the look is in the record first and on the page of the owners.
 */
import { and, desc, eq, gt } from 'drizzle-orm';
import { z } from 'zod';
import { isId } from '../../link/ids.ts';
import { readFor } from '../../store/rights/read-for.ts';
import { demandStaff } from '../desk/index.ts';
import { checkInput } from '../input.ts';
import { outward } from '../outward.ts';
import { Problem } from '../problem.ts';
import type { Caller } from '../sign-in/index.ts';
import { LISTED, listedRequest, noSuchRequest } from './for-pages.ts';
import { openRequest } from './open.ts';
import type { CaptureParts } from './parts.ts';
import { capture, capturedRequest } from './schema.ts';

const LISTED_MAX = 200;
const NAMED = { ...LISTED, account: capturedRequest.account, capture: capturedRequest.capture };

const reasonInput = z.strictObject({
  reason: z.string().trim().min(1, 'say why you look').max(500, 'at most 500 characters'),
});
const REASON = { reason: 'Why you look' };

export type CaptureDesk = ReturnType<typeof forCaptureDesk>;

export function forCaptureDesk({ services, store, signIn }: CaptureParts) {
  const { db, keys } = services;
  const goesOn = () => gt(capture.until, new Date(store.now()));
  const going = async (id: string) => {
    const [row] = isId(id)
      ? await db
          .select()
          .from(capture)
          .where(and(eq(capture.id, id), goesOn()))
      : [];
    if (row === undefined) throw new Problem(404, 'no_such_capture', 'There is none, or its time is over.');
    return { id: row.id, account: outward('acct', row.account), until: row.until.toISOString() };
  };
  return {
    /** Those that are not over. */
    list: async (caller: Caller) => {
      await demandStaff(signIn, caller, 'captures');
      const rows = await db
        .select()
        .from(capture)
        .where(goesOn())
        .orderBy(desc(capture.startedAt))
        .limit(LISTED_MAX);
      return rows.map(({ id, account, until, stoppedAt, requests }) => ({
        id,
        account: outward('acct', account),
        until: until.toISOString(),
        isStopped: stoppedAt !== null,
        requests,
      }));
    },
    /** Its requests, the newest first, and nothing of what they say. Throws `Problem` 404. */
    capture: async (caller: Caller, id: string) => {
      await demandStaff(signIn, caller, 'captures');
      const about = await going(id);
      const rows = await db
        .select(LISTED)
        .from(capturedRequest)
        .where(eq(capturedRequest.capture, about.id))
        .orderBy(desc(capturedRequest.at))
        .limit(LISTED_MAX);
      return { ...about, requests: rows.map(listedRequest) };
    },
    /** When one came. Throws `Problem` 404. */
    request: async (caller: Caller, id: string) => {
      await demandStaff(signIn, caller, 'captures');
      const row = await rowOf(id);
      return { ...listedRequest(row), capture: await going(row.capture) };
    },
    /**
     * What was said. Wants a fresh sign-in and a reason. Throws `Problem` 400, 403, 404, 409 (`restricted`, `not_allowed`,
     * `unreadable`) and 410 (`capture_over`).
     */
    open: async (caller: Caller, id: string, form: unknown) => {
      const { actor } = await demandStaff(signIn, caller, 'captures', { fresh: true });
      const { reason } = checkInput(form, reasonInput, REASON);
      const { account, capture: of, ...row } = await rowOf(id);
      await going(of);
      const columns = ['content'] as const;
      const its = eq(capturedRequest.id, row.id);
      const { rows, restricted } = await readFor(store, 'debug_capture', capturedRequest, columns, its, 1);
      if (restricted > 0)
        throw new Problem(
          409,
          'restricted',
          'The use of this account’s data is restricted: nobody looks now.',
        );
      const [found] = rows;
      if (found === undefined)
        throw new Problem(409, 'not_allowed', 'The account does not consent to this any more.');
      await store.record.act((_tx, enter) =>
        enter({
          kind: 'staff_read',
          role: actor.role,
          about: { kind: 'account', id: account },
          content: {
            actor: actor.person,
            purpose: 'debug_capture',
            reason,
            table: 'captured_request',
            row: row.id,
          },
        }),
      );
      const { content } = found;
      const sealed = content === null || content === 'unreadable' ? null : content.reveal();
      return openRequest(keys, { id: row.id, account, capture: of }, sealed);
    },
  };

  async function rowOf(id: string) {
    const [row] = isId(id)
      ? await db.select(NAMED).from(capturedRequest).where(eq(capturedRequest.id, id))
      : [];
    if (row === undefined) throw noSuchRequest();
    return row;
  }
}
