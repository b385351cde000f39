/** API keys that end by themselves; those of playgrounds are nobody's to renew. */
import { and, asc, eq, gt, inArray, isNull, lte } from 'drizzle-orm';
import type { Id } from '../../link/ids.ts';
import { readValue } from '../../store/sealed-rows.ts';
import type { MemberRole } from '../accounts/index.ts';
import { account, membership } from '../accounts/schema.ts';
import { apiKey } from '../keys/schema.ts';
import type { DateParts } from './parts.ts';

/** Who can make another one. */
export const KEY_ROLES: readonly MemberRole[] = ['owner', 'developer'];
const LISTED_MAX = 200;

export interface EndingKey {
  readonly id: Id;
  readonly account: Id;
  readonly name: string;
  readonly accountName: string;
  /** Milliseconds since 1970. */
  readonly since: number;
  readonly at: number;
}

type Parts = Pick<DateParts, 'services'>;

/** The next that end within the span, in the order of their ids after `after`; times in ms since 1970. */
export async function keysEnding(
  { services }: Parts,
  span: { readonly from: number; readonly to: number; readonly after: Id | null },
  count: number,
): Promise<EndingKey[]> {
  const rows = await services.db
    .select({ key: COLUMNS, account })
    .from(apiKey)
    .innerJoin(account, eq(account.id, apiKey.account))
    .where(
      and(
        LIVING,
        gt(apiKey.expiresAt, new Date(span.from)),
        lte(apiKey.expiresAt, new Date(span.to)),
        span.after === null ? undefined : gt(apiKey.id, span.after),
      ),
    )
    .orderBy(asc(apiKey.id))
    .limit(count);
  return rows.map((row) => read(services, row));
}

/** Those of the accounts that somebody may make keys for, the soonest first. */
export async function endingKeysOf({ services }: Parts, whom: Id, now: number): Promise<EndingKey[]> {
  const rows = await services.db
    .select({ key: COLUMNS, account })
    .from(apiKey)
    .innerJoin(account, eq(account.id, apiKey.account))
    .innerJoin(membership, eq(membership.account, account.id))
    .where(
      and(
        LIVING,
        gt(apiKey.expiresAt, new Date(now)),
        eq(membership.person, whom),
        inArray(membership.role, [...KEY_ROLES]),
      ),
    )
    .orderBy(asc(apiKey.expiresAt))
    .limit(LISTED_MAX);
  return rows.map((row) => read(services, row));
}

const LIVING = and(eq(apiKey.state, 'active'), isNull(apiKey.person));
const COLUMNS = {
  id: apiKey.id,
  account: apiKey.account,
  name: apiKey.name,
  expiresAt: apiKey.expiresAt,
  createdAt: apiKey.createdAt,
} as const;

interface Row {
  readonly key: Pick<typeof apiKey.$inferSelect, 'id' | 'account' | 'name' | 'expiresAt' | 'createdAt'>;
  readonly account: typeof account.$inferSelect;
}

const read = ({ vault }: DateParts['services'], { key, account: of }: Row): EndingKey => ({
  id: key.id,
  account: key.account,
  name: readValue(vault, apiKey, key, 'name') ?? '',
  accountName: readValue(vault, account, of, 'name') ?? '',
  since: key.createdAt.getTime(),
  at: key.expiresAt?.getTime() ?? 0,
});
