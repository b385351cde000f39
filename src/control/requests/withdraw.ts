/**
 * Whoever asked wants it no more: it stops. A deletion that is under way is stopped by whom it is about, signed in,
 * since the address of its page alone shows nobody.
 */
import type { Id } from '../../link/ids.ts';
import { Problem } from '../problem.ts';
import { stay } from '../rights/index.ts';
import { sendLetter } from './letters.ts';
import { isAt, move, onRequest, REQUESTER } from './move.ts';
import type { RequestParts } from './parts.ts';
import { endIntake } from './said.ts';
import type { RequestRow } from './schema.ts';

/** `viewer`: who is signed in; null: nobody. Throws `Problem` 404 and 409 (`not_now`, `sign_in_to_keep`). */
export async function withdraw(parts: RequestParts, row: RequestRow, viewer: Id | null): Promise<void> {
  const { store } = parts.erasing;
  if (row.right === 'delete' && isAt(row, 'carrying_out')) await keep(parts, row, viewer);
  await onRequest(parts, row.id, async (tx, enter, now) => {
    const set = { nextAt: null, proof: null };
    const over = await move(parts, tx, enter, now, { event: 'withdraw', by: REQUESTER, set });
    const why = isAt(now, 'appealed', 'appeal_deciding')
      ? ('appeal_withdrawn' as const)
      : ('withdrawn' as const);
    await sendLetter(parts, tx, over, 'request_closed', why);
  });
  await endIntake(store.keys, row.id, store.now());
  parts.signIn.notices.wake();
}

async function keep({ erasing }: RequestParts, row: RequestRow, viewer: Id | null): Promise<void> {
  if (row.person === null || row.person !== viewer)
    throw new Problem(
      409,
      'sign_in_to_keep',
      'This deletion is under way. Sign in with the account to keep it: that is what you are shown then.',
    );
  await stay(erasing, row.person);
}
