/** On which grounds a task cannot be done, and what the law says: those for which the request itself could be refused, as far as they are about data. */
import { eq } from 'drizzle-orm';
import { type LawTable, type Place, refusalGrounds, UNSAID } from '../law/index.ts';
import type { AskedRight } from '../requests/index.ts';
import { privacyRequest } from '../requests/schema.ts';
import type { OutsideParts } from './parts.ts';
import type { OutsideTask } from './schema.ts';

/** About who asks, or how: decided before anything is carried out. */
const ABOUT_ASKING = new Set([
  'identity_not_proven',
  'unfounded_or_excessive',
  'agent_without_proof',
  'correct_it_yourself',
  'opt_out_is_fraud',
]);

export interface TaskGround {
  readonly code: string;
  readonly name: string;
  /** Where it stands. */
  readonly rule: string;
  /** What would change it. */
  readonly change: string;
}

interface OfRequest {
  readonly place: Place;
  readonly right: AskedRight | 'child_report';
  readonly receivedAt: Date;
}

export function groundsUnder(law: LawTable, { place, right, receivedAt }: OfRequest): readonly TaskGround[] {
  const of = right === 'child_report' ? 'delete' : right;
  return refusalGrounds(law, place, of, receivedAt.toISOString().slice(0, 10))
    .filter(({ id }) => !ABOUT_ASKING.has(id))
    .map((each) => ({
      code: each.id,
      name: each.says,
      rule:
        each.law?.citation ??
        (each.clause === null ? 'our own rule, for everybody' : `${each.clause} of our privacy policy`),
      change: each.would_change,
    }));
}

/** Of an erasure that no request asked for: as of a deletion by somebody who did not say where they live. */
export async function groundsFor(
  { store, law }: Pick<OutsideParts, 'store' | 'law'>,
  { request, openedAt }: OutsideTask,
): Promise<readonly TaskGround[]> {
  const [row] =
    request === null
      ? []
      : await store.db.select().from(privacyRequest).where(eq(privacyRequest.id, request));
  return groundsUnder(law, row ?? { place: UNSAID, right: 'delete', receivedAt: openedAt });
}
