/** How many demands for data wait, for `doctor`: numbers alone, and of those only that may be told of; the others the desk alone shows. */
import { and, isNull, lt, ne } from 'drizzle-orm';
import type { Db } from '../../store/database.ts';
import { disclosureCase } from './schema.ts';

export interface DemandFigures {
  readonly open: number;
  /** Not answered by the day that was entered with them. */
  readonly overdue: number;
}

export async function demandFigures(db: Db, now: number): Promise<DemandFigures> {
  const open = and(ne(disclosureCase.state, 'closed'), isNull(disclosureCase.gagUntil));
  return {
    open: await db.$count(disclosureCase, open),
    overdue: await db.$count(disclosureCase, and(open, lt(disclosureCase.dueAt, new Date(now)))),
  };
}
