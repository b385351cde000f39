/**
 * Reads what a law keeps, for that law and nothing else: who asks says which law and why, the record has it before
 * anything is opened. Nothing else opens it.
 */
import { and, asc, eq, gt } from 'drizzle-orm';
import type { ActorRole } from '../../record/commitment.ts';
import type { Row } from '../map/rows.ts';
import { LAWS, type LawId } from '../map/words.ts';
import { Refused } from '../rights/failures.ts';
import { KeyGone, Unreadable } from '../sealing/errors.ts';
import type { Store } from '../store.ts';
import { retained } from './schema.ts';

const REASON_CHARACTERS_MAX = 500;
const PAGE_ROWS = 100;

export interface RetainedRead {
  /** Who reads: the random id of a person; null for the operator's commands. */
  readonly actor: string | null;
  readonly role: ActorRole;
  /** The law whose purpose it is for: only what that one keeps is read. */
  readonly law: LawId;
  /** 1 to 500 characters. */
  readonly reason: string;
  /** Goes on after the one with this id. */
  readonly after?: string;
}

export interface Retained {
  readonly id: string;
  /** Name of the table that the rows stood in. */
  readonly source: string;
  /** When the law lets them go, milliseconds since 1970. */
  readonly until: number;
  /** The columns that the law demands; times as ISO 8601. `unreadable`: damaged. */
  readonly rows: readonly Row[] | 'unreadable';
}

/** At most 100, in the order of their ids. Throws `Refused` (`reason_missing`, `wrong_purpose`); then nothing was opened. */
export async function readRetained(store: Store, read: RetainedRead): Promise<Retained[]> {
  const reason = read.reason.trim();
  if (reason.length === 0 || reason.length > REASON_CHARACTERS_MAX) {
    throw new Refused('reason_missing', `say why, in 1 to ${REASON_CHARACTERS_MAX} characters`);
  }
  if (!Object.hasOwn(LAWS, read.law))
    throw new Refused('wrong_purpose', 'no law of that name keeps anything');
  const found = await store.record.act(async (tx, enter) => {
    const rows = await tx
      .select()
      .from(retained)
      .where(
        and(
          eq(retained.law, read.law),
          gt(retained.until, new Date(store.now())),
          read.after === undefined ? undefined : gt(retained.id, read.after),
        ),
      )
      .orderBy(asc(retained.id))
      .limit(PAGE_ROWS);
    const { actor, role, law } = read;
    const content = {
      actor,
      purpose: 'legal',
      law,
      reason,
      table: 'retained',
      rows: rows.map(({ id }) => id),
    };
    await enter({ kind: 'staff_read', role, about: null, content });
    return rows;
  });
  return found.map(({ id, source, until, content }) => ({
    id,
    source,
    until: until.getTime(),
    rows: opened(store, id, content),
  }));
}

function opened(store: Store, id: string, content: Buffer): readonly Row[] | 'unreadable' {
  try {
    const place = { table: 'retained', column: 'content', row: id };
    return JSON.parse(store.vault.open({ kind: 'retained', id }, place, content).reveal()) as Row[];
  } catch (error) {
    if (error instanceof Unreadable || error instanceof KeyGone) return 'unreadable';
    throw error;
  }
}
