/** Cases as the desk's pages call them: each asks first who it is, whether their role is enough, and that it is not about them. */
import { asc, desc, eq, inArray, ne, or } from 'drizzle-orm';
import { type Id, isId } from '../../link/ids.ts';
import { accountsOwnedBy } from '../accounts/index.ts';
import { demandStaff } from '../desk/index.ts';
import type { Caller } from '../sign-in/index.ts';
import { buildPackage, PACKAGE_DAYS } from './build.ts';
import { caseById, contentOf, enterLook, isGagged, noSuchCase, stepsOf } from './case.ts';
import {
  approveCase,
  type Decider,
  endCaseHold,
  hindranceIn,
  narrowCase,
  prepareCase,
  refuseCase,
  sendBack,
} from './decide.ts';
import type { Disclosures } from './disclosures.ts';
import { filesOf, openFile } from './files.ts';
import { extendGag, liftGag, proposeGag } from './gag.ts';
import { namedIn } from './named.ts';
import { countObjections, readObjections } from './object.ts';
import { openCase, type Uploads } from './open-case.ts';
import type { DisclosureParts } from './parts.ts';
import { type DisclosureCase, disclosureCase, disclosureSubject } from './schema.ts';
import { CASE_KINDS, CATEGORIES, CHECKS, KIND_WORDS, LEGAL_KINDS } from './words.ts';

type Form = Readonly<Record<string, string>>;
const LISTED_MAX = 200;

export type DisclosureDesk = ReturnType<typeof forDisclosureDesk>;

const iso = (at: Date | null): string | null => at?.toISOString() ?? null;

const shown = (row: DisclosureCase, now: number) => ({
  id: row.id,
  kind: row.kind,
  words: KIND_WORDS[row.kind],
  state: row.state,
  outcome: row.outcome,
  openedAt: row.openedAt.toISOString(),
  dueAt: iso(row.dueAt),
  closedAt: iso(row.closedAt),
  discloseAt: iso(row.discloseAt),
  isGagged: isGagged(row),
  isDue: row.state === 'approved' && row.discloseAt !== null && row.discloseAt.getTime() <= now,
});

export function forDisclosureDesk(parts: DisclosureParts, rounds: Disclosures) {
  const { store } = parts.erasing;
  const staff = async (caller: Caller, fresh = true): Promise<Decider> => {
    const { actor } = await demandStaff(parts.signIn, caller, 'disclosures', { fresh });
    return { person: actor.person, role: actor.role };
  };
  /** Cases that name them or an account of theirs: they learn of these as anybody does. */
  const aboutThem = async ({ person }: Decider): Promise<Id[]> => {
    const accounts = await accountsOwnedBy(store.db, person);
    const theirs = or(
      eq(disclosureSubject.person, person),
      accounts.length === 0 ? undefined : inArray(disclosureSubject.account, accounts),
    );
    const rows = await store.db
      .select({ case: disclosureSubject.case })
      .from(disclosureSubject)
      .where(theirs);
    return rows.map((row) => row.case);
  };
  const on = async (caller: Caller, id: string): Promise<Decider & { readonly case: Id }> => {
    const by = await staff(caller);
    if (!isId(id) || (await aboutThem(by)).includes(id)) throw noSuchCase();
    return { ...by, case: id };
  };
  /** Does it, and lets what follows by itself follow. */
  const act = async <T>(
    caller: Caller,
    id: string,
    work: (id: Id, by: Decider) => Promise<T>,
  ): Promise<T> => {
    const { case: of, ...by } = await on(caller, id);
    const done = await work(of, by);
    rounds.wake();
    return done;
  };
  const ending = async <T>(
    caller: Caller,
    id: string,
    work: (id: Id, by: Decider) => Promise<T>,
  ): Promise<T> => {
    const done = await act(caller, id, work);
    rounds.ended();
    return done;
  };
  return {
    /** Those that are open, the first due first; `all`: those that are answered, the newest first. */
    list: async (caller: Caller, all: boolean) => {
      const by = await staff(caller, false);
      const hidden = new Set(await aboutThem(by));
      const { state, dueAt, openedAt, closedAt } = disclosureCase;
      const rows = await store.db
        .select()
        .from(disclosureCase)
        .where(all ? eq(state, 'closed') : ne(state, 'closed'))
        .orderBy(...(all ? [desc(closedAt)] : [asc(dueAt), asc(openedAt)]))
        .limit(LISTED_MAX);
      const cases = rows.filter(({ id }) => !hidden.has(id)).map((row) => shown(row, store.now()));
      return { cases, all };
    },
    /** What the form for a new one needs. */
    form: async (caller: Caller) => {
      await staff(caller);
      const own: ReadonlySet<string> = new Set([...LEGAL_KINDS, ...parts.settings.kinds]);
      const kinds = CASE_KINDS.filter((each) => own.has(each)).map((kind) => ({
        kind,
        words: KIND_WORDS[kind],
      }));
      return { kinds, categories: CATEGORIES };
    },
    open: async (caller: Caller, form: Form, uploads: Uploads, once?: string): Promise<Id> =>
      openCase(parts, await staff(caller), form, uploads, once),
    case: async (caller: Caller, id: string) => {
      const by = await on(caller, id);
      await enterLook(parts, by.case, by);
      const row = await caseById(parts, by.case);
      const content = contentOf(parts, row);
      const found = await store.db.transaction((tx) => namedIn(parts, tx, row.id));
      const steps = await stepsOf(parts, row.id);
      return {
        ...shown(row, store.now()),
        ...content,
        checks: content.checks,
        questions: CHECKS,
        hindrance: row.state === 'prepared' ? hindranceIn(content.checks, row) : null,
        categories: row.categories,
        allCategories: CATEGORIES,
        isNarrowed: row.isNarrowed,
        rangeFrom: iso(row.rangeFrom),
        rangeTo: iso(row.rangeTo),
        // Unknown and erased are the same here.
        named: content.named.map((name, index) => ({ name, isThere: (found[index] ?? null) !== null })),
        hasCertificate: content.certificate !== '',
        announcedAt: iso(row.announcedAt),
        toldAt: iso(row.toldAt),
        gagUntil: iso(row.gagUntil),
        gagNext: iso(row.gagNext),
        isHeld: row.hold !== null,
        objections: await countObjections(parts, row.id),
        packageDays: PACKAGE_DAYS,
        objectionDays: parts.settings.objectionDays,
        files: (await filesOf(parts, row.id)).map((file) => ({
          ...file,
          at: file.at.toISOString(),
          until: file.until.toISOString(),
        })),
        steps: steps.map(({ event, role, by: who, at }) => ({
          event,
          role,
          isYou: who === by.person,
          at: at.toISOString(),
        })),
      };
    },
    prepare: (caller: Caller, id: string, form: Form) =>
      act(caller, id, (of, by) => prepareCase(parts, of, by, form)),
    narrow: (caller: Caller, id: string, form: Form) =>
      act(caller, id, (of, by) => narrowCase(parts, of, by, form)),
    sendBack: (caller: Caller, id: string, form: Form) =>
      act(caller, id, (of, by) => sendBack(parts, of, by, form)),
    approve: (caller: Caller, id: string) => act(caller, id, (of, by) => approveCase(parts, of, by)),
    refuse: (caller: Caller, id: string, form: Form) =>
      ending(caller, id, (of, by) => refuseCase(parts, of, by, form)),
    build: (caller: Caller, id: string) => ending(caller, id, (of, by) => buildPackage(parts, of, by)),
    endHold: (caller: Caller, id: string) => ending(caller, id, (of, by) => endCaseHold(parts, of, by)),
    proposeGag: (caller: Caller, id: string, form: Form, file: Uint8Array | null) =>
      act(caller, id, (of, by) => proposeGag(parts, of, by, form, file)),
    extendGag: (caller: Caller, id: string) => act(caller, id, (of, by) => extendGag(parts, of, by)),
    liftGag: (caller: Caller, id: string) => act(caller, id, (of, by) => liftGag(parts, of, by)),
    objections: (caller: Caller, id: string) => act(caller, id, (of, by) => readObjections(parts, of, by)),
    file: async (caller: Caller, id: string, file: string) => {
      const { case: of, ...by } = await on(caller, id);
      return openFile(parts, of, file, by);
    },
  };
}
