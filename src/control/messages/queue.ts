/**
 * The inbox as a list: what belongs to nobody yet, to somebody, or all of it; read from an index a page at a time, and never
 * counted beyond what a person can look through.
 */
import { and, asc, desc, eq, gt, isNull, lt, or, type SQL, sql } from 'drizzle-orm';
import { z } from 'zod';
import { type Id, isId } from '../../link/ids.ts';
import type { Db } from '../../store/database.ts';
import { MESSAGE_KINDS, MESSAGE_STATES } from './kinds.ts';
import { type ConversationRow, conversation } from './schema.ts';

export const INBOXES = ['unassigned', 'mine', 'all'] as const;
export type Inbox = (typeof INBOXES)[number];

const PAGE_ROWS = 50;
/** More are only known to be more. */
const COUNTED_MAX = 1_000;

/** `after`: last moment and id of the page before, as `next` gives it. */
export const inboxInput = z.object({
  inbox: z.enum(INBOXES).catch('unassigned'),
  state: z.enum(MESSAGE_STATES).catch('open'),
  kind: z.enum(MESSAGE_KINDS).nullable().catch(null),
  after: z
    .string()
    .regex(/^\d{1,15}\.[0-9a-f]{32}$/)
    .nullable()
    .catch(null),
});
export type InboxQuery = z.output<typeof inboxInput>;

export interface InboxPage {
  readonly rows: readonly ConversationRow[];
  /** Of the page after; null: this is the last. */
  readonly next: string | null;
  /** How many there are; `COUNTED_MAX` + 1: more than that. */
  readonly count: number;
}

/** What is open is shown with what waits longest first, all else with the newest. */
export async function inboxPage(db: Db, me: Id, query: InboxQuery): Promise<InboxPage> {
  const isOpen = query.state === 'open';
  const { lastAt, id } = conversation;
  const those = and(belonging(query.inbox, me), ofKind(query));
  const found = await db
    .select()
    .from(conversation)
    .where(and(those, afterThat(query.after, isOpen)))
    .orderBy(...(isOpen ? [asc(lastAt), asc(id)] : [desc(lastAt), desc(id)]))
    .limit(PAGE_ROWS + 1);
  const rows = found.slice(0, PAGE_ROWS);
  const last = found.length > PAGE_ROWS ? rows.at(-1) : undefined;
  const bounded = db
    .select({ one: sql`1` })
    .from(conversation)
    .where(those)
    .limit(COUNTED_MAX + 1);
  const { rows: counted } = await db.execute<{ count: number }>(
    sql`select count(*)::int as count from (${bounded}) as found`,
  );
  return {
    rows,
    next: last === undefined ? null : `${last.lastAt.getTime()}.${last.id}`,
    count: counted[0]?.count ?? 0,
  };
}

function belonging(inbox: Inbox, me: Id): SQL | undefined {
  if (inbox === 'unassigned') return isNull(conversation.assignee);
  return inbox === 'mine' ? eq(conversation.assignee, me) : undefined;
}

const ofKind = ({ state, kind }: InboxQuery): SQL | undefined =>
  and(eq(conversation.state, state), kind === null ? undefined : eq(conversation.kind, kind));

function afterThat(after: string | null, isOpen: boolean): SQL | undefined {
  const [ms = '', id = ''] = after?.split('.') ?? [];
  if (after === null || !isId(id)) return undefined;
  const at = new Date(Number(ms));
  const beyond = isOpen ? gt : lt;
  return or(beyond(conversation.lastAt, at), and(eq(conversation.lastAt, at), beyond(conversation.id, id)));
}

/** Since when the one that has waited longest has, and how many wait. */
export async function waitingNow(db: Db): Promise<{ readonly waiting: number; readonly since: Date | null }> {
  const [row] = await db
    .select({
      waiting: sql<number>`count(*)::int`,
      since: sql<Date | null>`min(${conversation.waitsSince})`.mapWith(conversation.waitsSince),
    })
    .from(conversation)
    .where(sql`${conversation.waitsSince} is not null`);
  return row ?? { waiting: 0, since: null };
}
