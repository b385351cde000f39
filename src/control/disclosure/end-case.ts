/** The end of a case: answered or refused, its hold over, and what it says kept as long as it is accounted for. */
import { and, eq, ne } from 'drizzle-orm';
import type { Id } from '../../link/ids.ts';
import { enterHoldEnd } from '../../store/retention/holds.ts';
import type { Tx } from '../../store/store.ts';
import { endIntakeKey } from '../intake.ts';
import { type By, change } from './case.ts';
import type { DisclosureParts, Enter } from './parts.ts';
import { ACCOUNTED_DAYS, type DisclosureCase, disclosureFile } from './schema.ts';
import type { Outcome } from './words.ts';

const DAY_MS = 86_400_000;

interface End {
  readonly outcome: Outcome;
  readonly by: By;
  /** Left out: as it is. */
  readonly content?: Buffer;
}

/** In the act that answers or refuses it. */
export async function endCase(
  { erasing: { store } }: DisclosureParts,
  tx: Tx,
  enter: Enter,
  { id, hold }: DisclosureCase,
  { outcome, by, content }: End,
): Promise<void> {
  const now = store.now();
  if (hold !== null) await enterHoldEnd(store, tx, enter, { hold, role: by.role, silent: true });
  await change(tx, id, {
    state: 'closed',
    outcome,
    closedAt: new Date(now),
    hold: null,
    ...(content && { content }),
  });
  await tx
    .update(disclosureFile)
    .set({ until: new Date(keptUntil(now)) })
    .where(and(eq(disclosureFile.case, id), ne(disclosureFile.role, 'package')));
}

const keptUntil = (closedAt: number): number => closedAt + ACCOUNTED_DAYS * DAY_MS;

/** The key of what a closed case says ends with its row; again where a kill came between. */
export async function endKeyOf(
  { erasing: { services } }: DisclosureParts,
  { id, closedAt }: { readonly id: Id; readonly closedAt: Date | null },
): Promise<void> {
  if (closedAt !== null) await endIntakeKey(services.keys, id, keptUntil(closedAt.getTime()));
}
