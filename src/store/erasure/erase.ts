/**
 * Erases a person or an account. In one transaction: the decision and its entry for the record, the end of access, rows
 * and links; meanwhile a line goes into the ledger outside the database, and nothing is committed before it is there.
 * Then keys, and not committed before they are gone the end of it, with its entry and the processors' tasks. Each step
 * is durable and safe to repeat: killed anywhere, `resumeErasures` goes on.
 */
import { randomUUID } from 'node:crypto';
import { eq, inArray, sql } from 'drizzle-orm';
import type { ActorRole } from '../../record/commitment.ts';
import type { SubjectName } from '../map/rows.ts';
import { type HeldTables, heldOf, isAnyHeld, readHeldTables } from '../retention/held-rows.ts';
import { lockAlone } from '../rights/subject-lock.ts';
import type { Tx } from '../store.ts';
import { together } from '../together.ts';
import { beside } from './beside.ts';
import { finish } from './finish.ts';
import { newErasure } from './grace.ts';
import { keepAwayNow } from './keep-away.ts';
import { findOpen, refersTo } from './open-erasures.ts';
import { eraseRows } from './rows.ts';
import { type ErasureRow, erasure } from './schema.ts';
import type { ErasureSettings } from './settings.ts';
import { writeDown } from './write-down.ts';

export interface Erased {
  /** `held`: a legal hold keeps what it names; the rest is gone, and this follows when the hold ends. */
  readonly state: 'done' | 'held';
  readonly erasureId: string;
  /** Accounts that ended with the person. */
  readonly accounts: number;
  /** Tables of which a hold keeps something. */
  readonly held: readonly string[];
  /** Their address stays in the key store, as a keyed hash that keeps it out. */
  readonly suppressed: boolean;
  /** Of the record; `record.receipt` makes the receipt. Null while held. */
  readonly entry: string | null;
}

export interface EraseOptions {
  readonly role: ActorRole;
  /** Whether their address stays in the key store to keep it out (keep-away.ts); left out: as asked before. */
  readonly suppressed?: boolean;
  /** Nobody asked for it: systems outside are let alone. */
  readonly insideOnly?: true;
}

/** What is under way in this process, so that two calls for one subject are one. */
const running = new WeakMap<ErasureSettings, Map<string, Promise<Erased | null>>>();

/** Erases at once; null where nobody of that name is there, or no longer. Throws when the database or a disk fails; then `resumeErasures`. */
export function eraseNow(
  settings: ErasureSettings,
  subject: SubjectName,
  options: EraseOptions,
): Promise<Erased | null> {
  const mine = running.get(settings) ?? new Map<string, Promise<Erased | null>>();
  running.set(settings, mine);
  const name = `${subject.kind} ${subject.id}`;
  const known = mine.get(name);
  // One that read the holds before may have kept what none keeps any more.
  if (known !== undefined)
    return known.then((erased) => (erased?.state === 'held' ? eraseNow(settings, subject, options) : erased));
  const begun = begin(settings, subject, options).finally(() => mine.delete(name));
  mine.set(name, begun);
  return begun;
}

interface Progress {
  readonly row: ErasureRow;
  readonly subjects: readonly SubjectName[];
  /** Tables of which a hold keeps something. */
  readonly held: readonly string[];
  readonly rows: number;
  readonly more: boolean;
}

const isAnyOutside = async (
  tx: Tx,
  { outside }: ErasureSettings,
  { kind }: SubjectName,
  { insideOnly }: EraseOptions,
): Promise<boolean> =>
  kind === 'person' && insideOnly !== true && outside !== undefined && (await outside.isUsed(tx));

async function begin(
  settings: ErasureSettings,
  subject: SubjectName,
  options: EraseOptions,
): Promise<Erased | null> {
  const { store } = settings;
  const now = store.now();
  await settings.makeWay?.(subject);
  const begun = await store.record.begin(async (tx, enter) => {
    const [, open, accounts] = await together(
      lockAlone(tx, subject),
      findOpen(tx, subject),
      accountsEndingWith(tx, settings, subject),
    );
    if (open !== null && open.cause !== null) return { partOf: open.cause };
    if (open !== null && open.state !== 'scheduled') return pass(tx, settings, open, subject);
    if (!store.keys.has(subject.kind, subject.id)) return null;
    const ending = [...accounts].sort().map((id): SubjectName => ({ kind: 'account', id }));
    const subjects = [subject, ...ending];
    const [, holds, address, isOutside, optedOut] = await together(
      lockAlone(tx, ...ending),
      readHeldTables(tx, store.map),
      addressOf(tx, settings, subject),
      isAnyOutside(tx, settings, subject, options),
      hasOptedOut(tx, settings, subject, open !== null || options.suppressed !== undefined),
    );
    const written = settings.ledger.begun(subjects, now, await isAnyHeld(tx, holds, subjects));
    const row: ErasureRow = {
      ...(open ?? newErasure(subject, options.role, now, now)),
      state: 'begun',
      begunAt: new Date(now),
    };
    const wish = options.suppressed ?? open?.suppressed ?? null;
    const content = { erasure: row.id, accounts: accounts.length };
    const work = async (): Promise<Progress> => {
      // What stays in the key store would outlive an erasure that never began.
      if (wish !== null || optedOut) await written;
      const { role } = options;
      row.suppressed = await keepAwayNow(enter, settings, { address, role, suppressed: wish, optedOut });
      row.entry = randomUUID().replaceAll('-', '');
      await together(
        enter({ id: row.entry, kind: 'erasure_begun', role, about: subject, content }),
        writeDown(tx, row, ending, role, now),
        settings.endAccess(tx, subjects),
      );
      if (isOutside) await settings.outside?.begun(tx, enter, row, subject.id);
      return sweepAway(tx, settings, { row, subjects, holds });
    };
    return beside(work(), written);
  });
  const { result } = begun;
  if (result === null) return null;
  if ('partOf' in result) return eraseCause(settings, result.partOf, options);
  const place = once(begun.place);
  try {
    return await carryOn(settings, subject, result, place);
  } finally {
    // Where it ended early as well: it has begun, and the record says so.
    await place();
  }
}

/** From the first commit on: more rows, if there are, then keys and the end. */
async function carryOn(
  settings: ErasureSettings,
  subject: SubjectName,
  first: Progress,
  place: () => Promise<void>,
): Promise<Erased> {
  let progress = first;
  // What one transaction did not finish: more of them, each short.
  while (progress.more) {
    progress = await settings.store.db.transaction(async (tx) => {
      await lockAlone(tx, subject);
      return pass(tx, settings, first.row, subject);
    });
  }
  const { row, subjects, held, rows } = progress;
  return finish(settings, { row, subjects, held, rows }, place);
}

/** However often it is called, it happens once. */
function once(act: () => Promise<void>): () => Promise<void> {
  let done: Promise<void> | null = null;
  return () => {
    done ??= act();
    return done;
  };
}

/** An account that ends with its person is erased as a part of theirs, which alone says when it is done. */
async function eraseCause(
  settings: ErasureSettings,
  cause: string,
  options: EraseOptions,
): Promise<Erased | null> {
  const [row] = await settings.store.db.select().from(erasure).where(eq(erasure.id, cause));
  const subject = row === undefined ? null : refersTo(row);
  return subject === null ? null : eraseNow(settings, subject, options);
}

/** Another pass over an erasure that has begun before. */
async function pass(
  tx: Tx,
  settings: ErasureSettings,
  row: ErasureRow,
  subject: SubjectName,
): Promise<Progress> {
  const caused = await tx
    .select()
    .from(erasure)
    .where(sql`${erasure.cause} = ${row.id} and ${inArray(erasure.state, ['begun', 'held'])}`);
  const subjects = [subject, ...caused.flatMap((each) => refersTo(each) ?? [])];
  const holds = await readHeldTables(tx, settings.store.map);
  const held = await isAnyHeld(tx, holds, subjects);
  const written = settings.ledger.begun(subjects, settings.store.now(), held);
  const sweeping = settings
    .endAccess(tx, subjects)
    .then(() => sweepAway(tx, settings, { row, subjects, holds }));
  return beside(sweeping, written);
}

async function sweepAway(
  tx: Tx,
  settings: ErasureSettings,
  { row, subjects, holds }: Pick<Progress, 'row' | 'subjects'> & { readonly holds: HeldTables },
): Promise<Progress> {
  const { map } = settings.store;
  const { rows, more } = await eraseRows(tx, settings, subjects, holds);
  const held = more ? [] : await heldOf(tx, map, holds, subjects);
  if (more) {
    await tx
      .update(erasure)
      .set({ rows: sql`${erasure.rows} + ${rows}` })
      .where(eq(erasure.id, row.id));
  }
  return { row, subjects, held, rows, more };
}

/** The accounts that end with the subject. */
const accountsEndingWith = async (
  tx: Tx,
  settings: ErasureSettings,
  { kind, id }: SubjectName,
): Promise<readonly string[]> => (kind === 'person' ? settings.accountsEndingWith(tx, id) : []);

const hasOptedOut = async (
  tx: Tx,
  settings: ErasureSettings,
  { kind, id }: SubjectName,
  isAsked: boolean,
): Promise<boolean> => kind === 'person' && !isAsked && (await settings.hasOptedOut?.(tx, id)) === true;

/** The address of who is erased; undefined where nobody looks after addresses. */
const addressOf = async (
  tx: Tx,
  settings: ErasureSettings,
  { kind, id }: SubjectName,
): Promise<string | null | undefined> => (kind === 'person' ? settings.addressOf?.(tx, id) : undefined);
