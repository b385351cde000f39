/** Staff hear by mail that a promise is broken: whoever decides about privacy, or could make somebody who does. */
import { createHash } from 'node:crypto';
import { inArray } from 'drizzle-orm';
import type { Id } from '../../link/ids.ts';
import type { Db } from '../../store/database.ts';
import { person } from '../accounts/schema.ts';
import type { Notices } from '../notices/index.ts';
import type { VerifyParts } from './index.ts';

interface Parts {
  readonly db: Db;
  readonly notices: Notices;
  readonly siteUrl: string;
  readonly now: () => number;
}

/** Once a day each for the same clauses, however often they break. */
export const brokenPromises =
  ({ db, notices, siteUrl, now }: Parts): VerifyParts['tellStaff'] =>
  async (clauses) => {
    const staff = await db
      .select({ id: person.id })
      .from(person)
      .where(inArray(person.staffRole, ['privacy', 'admin']));
    const values = { clauses: clauses.join(', '), url: `${siteUrl}/privacy/promises` };
    const day = new Date(now()).toISOString().slice(0, 10);
    await db.transaction(async (tx) => {
      for (const { id: to } of staff) {
        const mark = `promises broken\n${day}\n${clauses.join()}\n${to}`;
        const id: Id = createHash('sha256').update(mark).digest('hex').slice(0, 32);
        await notices.send(tx, { id, template: 'promises_broken', person: to, values });
      }
    });
    notices.wake();
  };
