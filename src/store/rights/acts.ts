/**
 * Acts of the record that are about a person, as that person may see them: what they did, what was done for them, and
 * who of the staff looked at their data and why. What belongs to a legal hold is left out while the hold stands, since
 * an order may forbid telling.
 */
import { and, desc, eq, inArray, isNull, or } from 'drizzle-orm';
import type { EntryKind } from '../../record/commitment.ts';
import { findEntry } from '../ledger/record-entries.ts';
import { recordEntry } from '../ledger/schema.ts';
import { legalHold } from '../retention/schema.ts';
import { KeyGone, Unreadable } from '../sealing/errors.ts';
import type { Store } from '../store.ts';
import type { Viewer } from './show.ts';

/** Acts that are shown at most, the newest first. */
const ACTS_MAX = 100;

/** What each kind of act is called; a kind that is not here is not shown to whom it is about. */
const ACTS_SHOWN = {
  consent_given: 'Consent given',
  consent_withdrawn: 'Consent taken back',
  erasure_scheduled: 'Deletion asked for',
  erasure_cancelled: 'Deletion taken back',
  correction: 'Correction',
  restriction: 'Restriction placed or lifted',
  export: 'Export made',
  staff_read: 'Look at your data by staff',
  staff_sign_in: 'Sign-in as staff',
  role_change: 'Role given or taken',
  access_change: 'Access changed',
  credit_change: 'Credit given',
  suppression: 'Whether your address is kept out',
  request: 'Step of a request about your data',
  import: 'Taken over from a partner',
  disclosure_notice: 'Demand for your data told to you',
} as const satisfies Partial<Record<EntryKind, string>>;
type ShownKind = keyof typeof ACTS_SHOWN;
const KINDS = Object.keys(ACTS_SHOWN) as ShownKind[];

export interface ShownAct {
  /** Names it for its receipt. */
  readonly id: string;
  readonly kind: ShownKind;
  /** In words. */
  readonly what: string;
  /** Role of who acted, a word of the record's list. */
  readonly role: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  /** Of a look by staff; null where it gave none. */
  readonly reason: string | null;
  /** Of a look by staff: for which purpose, a word of the map. */
  readonly purpose: string | null;
}

/** The newest acts about the person and the accounts that they own. */
export async function actsAbout({ db, vault }: Store, viewer: Viewer): Promise<ShownAct[]> {
  const rows = await db
    .select({ id: recordEntry.id, kind: recordEntry.kind, role: recordEntry.role, at: recordEntry.at })
    .from(recordEntry)
    .where(and(isAbout(viewer), inArray(recordEntry.kind, KINDS)))
    .orderBy(desc(recordEntry.at))
    .limit(ACTS_MAX);
  const holding = await holdsThatStand(db, viewer);
  const acts: ShownAct[] = [];
  for (const row of rows) {
    const content = row.kind === 'staff_read' ? await contentOf({ db, vault }, row.id) : {};
    if (typeof content.hold === 'string' && holding.has(content.hold)) continue;
    acts.push({
      id: row.id,
      kind: row.kind as ShownKind,
      what: ACTS_SHOWN[row.kind as ShownKind],
      role: row.role,
      at: row.at.getTime(),
      reason: textOf(content.reason),
      purpose: textOf(content.purpose),
    });
  }
  return acts;
}

/** Whether this act is one that `actsAbout` shows the person: for its receipt. */
export async function isShownAct({ db, vault }: Store, viewer: Viewer, id: string): Promise<boolean> {
  const its = and(eq(recordEntry.id, id), isAbout(viewer), inArray(recordEntry.kind, KINDS));
  const [row] = await db.select({ kind: recordEntry.kind }).from(recordEntry).where(its);
  if (row === undefined) return false;
  if (row.kind !== 'staff_read') return true;
  const { hold } = await contentOf({ db, vault }, id);
  return typeof hold !== 'string' || !(await holdsThatStand(db, viewer)).has(hold);
}

const isAbout = ({ person, accounts }: Viewer) =>
  or(
    eq(recordEntry.person, person),
    accounts.length === 0 ? undefined : inArray(recordEntry.account, [...accounts]),
  );

async function holdsThatStand(db: Store['db'], { person, accounts }: Viewer): Promise<ReadonlySet<string>> {
  const its = or(
    eq(legalHold.person, person),
    accounts.length === 0 ? undefined : inArray(legalHold.account, [...accounts]),
  );
  const rows = await db
    .select({ hold: legalHold.hold })
    .from(legalHold)
    .where(and(its, isNull(legalHold.endedAt)));
  return new Set(rows.map(({ hold }) => hold));
}

/** What an act says; nothing where it cannot be opened any more. */
async function contentOf(
  { db, vault }: Pick<Store, 'db' | 'vault'>,
  id: string,
): Promise<Readonly<Record<string, unknown>>> {
  try {
    const found = await findEntry(db, vault, id);
    return (found?.opening.content ?? {}) as Readonly<Record<string, unknown>>;
  } catch (error) {
    if (error instanceof KeyGone || error instanceof Unreadable) return {};
    throw error;
  }
}

const textOf = (value: unknown): string | null => (typeof value === 'string' ? value : null);
