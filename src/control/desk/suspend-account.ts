/** Suspends an account, and ends that: always with a ground, a reason and somebody who decided (AUTO-2). */
import { and, eq, isNull } from 'drizzle-orm';
import { z } from 'zod';
import { type Id, newId } from '../../link/ids.ts';
import type { BillingMode } from '../../link/words.ts';
import { entryOf } from '../../store/map/table.ts';
import { readValue, sealRow, sealValue } from '../../store/sealed-rows.ts';
import { tellGateways } from '../accounts/index.ts';
import { account } from '../accounts/schema.ts';
import { named } from '../actor.ts';
import { Problem } from '../problem.ts';
import type { Services } from '../services.ts';
import { SUSPENSION_GROUNDS, type SuspensionGround, suspension } from './schema.ts';
import type { DeskActor } from './staff.ts';

const REASON_CHARACTERS_MAX = 500;
export const reasonInput = z
  .string()
  .trim()
  .min(1, 'must say why')
  .max(REASON_CHARACTERS_MAX, `may have at most ${REASON_CHARACTERS_MAX} characters`);

/** Where use has no price, nobody owes any. */
export const groundsUnder = (billing: BillingMode): readonly SuspensionGround[] =>
  SUSPENSION_GROUNDS.filter((ground) => billing !== 'off' || ground !== 'payment');

export function suspendInputUnder(billing: BillingMode) {
  const grounds = groundsUnder(billing);
  return z.strictObject({
    ground: z.enum(grounds, `must be one of ${grounds.join(', ')}`),
    reason: reasonInput,
  });
}
export const resumeInput = z.strictObject({ reason: reasonInput });

export interface Suspension {
  readonly ground: SuspensionGround;
  /** In the words of who decided; null where it can no longer be read. */
  readonly reason: string | null;
  readonly since: Date;
}

const standing = (of: Id) => and(eq(suspension.account, of), isNull(suspension.endedAt));

/** The suspension of an account that stands now, or null. */
export async function standingSuspension(
  { db, vault }: Pick<Services, 'db' | 'vault'>,
  of: Id,
): Promise<Suspension | null> {
  const [row] = await db.select().from(suspension).where(standing(of));
  if (row === undefined) return null;
  return { ground: row.ground, reason: readValue(vault, suspension, row, 'reason'), since: row.at };
}

/** Its keys stop at once. Throws `Problem` 404 and 409 (`already_suspended`). */
export async function suspendAccount(
  services: Services,
  of: Id,
  { ground, reason }: z.output<ReturnType<typeof suspendInputUnder>>,
  by: DeskActor,
): Promise<void> {
  const row = sealRow(services.vault, suspension, {
    id: newId(),
    account: of,
    ground,
    reason,
    role: by.role,
  });
  await services.record.act(async (tx, enter) => {
    const [found] = await tx.select({ id: account.id }).from(account).where(eq(account.id, of)).for('update');
    if (found === undefined) throw new Problem(404, 'no_such_account', 'There is no such account.');
    const made = await tx
      .insert(suspension)
      .values(row)
      .onConflictDoNothing()
      .returning({ id: suspension.id });
    if (made.length === 0)
      throw new Problem(409, 'already_suspended', 'This account is suspended already. End that first.');
    await tx.update(account).set({ active: false }).where(eq(account.id, of));
    await enter({
      kind: 'access_change',
      role: by.role,
      about: { kind: 'account', id: of },
      content: { what: 'account_suspended', account: of, ...named(by), ground },
    });
  });
  await tellGateways(services, [of]);
}

/** Its keys work again. Throws `Problem` 409 (`not_suspended`). */
export async function resumeAccount(
  services: Services,
  of: Id,
  { reason }: z.output<typeof resumeInput>,
  by: DeskActor,
): Promise<void> {
  await services.record.act(async (tx, enter) => {
    const [row] = await tx.select().from(suspension).where(standing(of)).for('update');
    if (row === undefined) throw new Problem(409, 'not_suspended', 'This account is not suspended.');
    const endReason = sealValue(services.vault, entryOf(suspension), row, 'endReason', reason);
    await tx.update(suspension).set({ endedAt: new Date(), endReason }).where(eq(suspension.id, row.id));
    await tx.update(account).set({ active: true }).where(eq(account.id, of));
    await enter({
      kind: 'access_change',
      role: by.role,
      about: { kind: 'account', id: of },
      content: { what: 'account_resumed', account: of, ...named(by) },
    });
  });
  await tellGateways(services, [of]);
}
