/**
 * Whom a case is about is told: before data are handed over, with time to object; in an emergency afterwards; and where an order
 * forbids it, as soon as that ends. By itself and once: what is told, its letter and its entry are one transaction.
 */
import { createHash } from 'node:crypto';
import { and, eq, isNotNull, isNull, lte, ne, or } from 'drizzle-orm';
import type { Id } from '../../link/ids.ts';
import { lockAlone } from '../../store/rights/subject-lock.ts';
import { sealRow } from '../../store/sealed-rows.ts';
import type { Tx } from '../../store/store.ts';
import { change, contentOf, isGagged, onCase, SYSTEM, step } from './case.ts';
import { peopleIn } from './named.ts';
import type { DisclosureParts, Enter } from './parts.ts';
import { type DisclosureCase, disclosure, disclosureCase } from './schema.ts';
import { CASE_STATES, isDisclosed, KIND_WORDS, type ToldState } from './words.ts';

const DAY_MS = 86_400_000;
/** A law that counts from here has ended. */
const NEVER = new Date(0);

const isUntold = (now: Date) =>
  and(
    isNull(disclosureCase.toldAt),
    or(
      isNull(disclosureCase.gagUntil),
      isNotNull(disclosureCase.gagOverAt),
      lte(disclosureCase.gagUntil, now),
    ),
    or(
      eq(disclosureCase.state, 'closed'),
      and(
        eq(disclosureCase.state, 'approved'),
        isNull(disclosureCase.announcedAt),
        ne(disclosureCase.kind, 'emergency'),
      ),
      and(lte(disclosureCase.gagUntil, now), isNull(disclosureCase.gagOverAt)),
    ),
  );

/** Those of whom somebody has to be told something now, by `now` (ms since 1970). */
export const untold = ({ erasing: { store } }: DisclosureParts, now: number): Promise<{ id: Id }[]> =>
  store.db
    .select({ id: disclosureCase.id })
    .from(disclosureCase)
    .where(isUntold(new Date(now)));

/** `now`: a time that is believed, ms since 1970. Whoever comes second finds it done. */
export const tellDue = (parts: DisclosureParts, id: Id, now: number): Promise<void> =>
  onCase(parts, id, CASE_STATES, async (tx, enter, found) => {
    const at = new Date(now);
    const row = await endGag(parts, tx, enter, { row: found, at });
    if (isGagged(row) || row.toldAt !== null) return;
    if (row.state === 'closed') await tell(parts, tx, enter, { row, at });
    else if (row.state === 'approved' && row.announcedAt === null && row.kind !== 'emergency')
      await announce(parts, tx, enter, { row, at });
  });

interface Due {
  readonly row: DisclosureCase;
  readonly at: Date;
}

async function endGag(
  parts: DisclosureParts,
  tx: Tx,
  enter: Enter,
  { row, at }: Due,
): Promise<DisclosureCase> {
  if (!isGagged(row) || row.gagUntil === null || row.gagUntil > at) return row;
  const over = { gagOverAt: at, gagNext: null, gagNextBy: null };
  await change(tx, row.id, over);
  await step(parts, tx, enter, { case: row.id, event: 'gag_end', by: SYSTEM });
  return { ...row, ...over };
}

/** Nothing is handed over before they had their days; where there is nobody to tell, nobody is waited for. */
async function announce(parts: DisclosureParts, tx: Tx, enter: Enter, { row, at }: Due): Promise<void> {
  const people = await peopleIn(parts, tx, row.id);
  const wait = people.length === 0 ? 0 : parts.settings.objectionDays * DAY_MS;
  const discloseAt = new Date(at.getTime() + wait);
  for (const person of people) {
    const values = { demand: KIND_WORDS[row.kind], until: shownDay(discloseAt) };
    await put(parts, tx, enter, { row, person, state: 'announced', at, discloseAt });
    await write(parts, tx, { row, person, template: 'data_demanded', values });
  }
  await change(tx, row.id, { announcedAt: at, discloseAt });
  const content = { people: people.length };
  await step(parts, tx, enter, { case: row.id, event: 'announce', by: SYSTEM, content });
}

async function tell(parts: DisclosureParts, tx: Tx, enter: Enter, { row, at }: Due): Promise<void> {
  const people = await peopleIn(parts, tx, row.id);
  const state: ToldState = isDisclosed(row.outcome) ? 'disclosed' : 'not_disclosed';
  for (const person of people) {
    const closedAt = row.closedAt ?? at;
    const values = { demand: KIND_WORDS[row.kind], on: shownDay(closedAt), outcome: OUTCOME_WORDS[state] };
    await put(parts, tx, enter, { row, person, state, at: closedAt, discloseAt: null });
    await write(parts, tx, { row, person, template: 'data_disclosed', values });
  }
  await change(tx, row.id, { toldAt: at });
  const content = { people: people.length };
  await step(parts, tx, enter, { case: row.id, event: 'tell', by: SYSTEM, content });
}

const OUTCOME_WORDS: Readonly<Record<Exclude<ToldState, 'announced'>, string>> = {
  disclosed: 'We handed over data about you, no more than was asked.',
  not_disclosed: 'Nothing about you was handed over.',
};

const shownDay = (at: Date): string => at.toISOString().slice(0, 10);

interface Told {
  readonly row: DisclosureCase;
  readonly person: Id;
  readonly state: ToldState;
  readonly at: Date;
  readonly discloseAt: Date | null;
}

/** What they see from now on, and its entry in the record, which is about them. */
async function put(parts: DisclosureParts, tx: Tx, enter: Enter, told: Told): Promise<void> {
  const { row, person, state, at, discloseAt } = told;
  const { store } = parts.erasing;
  await lockAlone(tx, { kind: 'person', id: person });
  // Erased while we waited: nobody is left to tell.
  if (!store.keys.has('person', person)) return;
  const { authority, contact, basis, reference } = contentOf(parts, row);
  const lawSince = parts.settings.hipaa && state === 'disclosed' ? at : NEVER;
  const values = sealRow(store.vault, disclosure, {
    id: idOf('row', row.id, person),
    case: row.id,
    person,
    state,
    kind: row.kind,
    recipient: `${authority}, ${contact}`,
    purpose: reference === '' ? basis : `${basis} (${reference})`,
    categories: row.categories,
    rangeFrom: row.rangeFrom,
    rangeTo: row.rangeTo,
    at,
    discloseAt,
    lawSince,
  });
  const { categories, rangeFrom, rangeTo } = row;
  await tx.insert(disclosure).values(values).onConflictDoUpdate({
    target: disclosure.id,
    set: { state, categories, rangeFrom, rangeTo, at, discloseAt, lawSince },
  });
  await enter({
    kind: 'disclosure_notice',
    role: 'system',
    about: { kind: 'person', id: person },
    content: { case: row.id, state, kind: row.kind, categories: row.categories, at: at.toISOString() },
  });
}

/** The same row and the same letter, however often a kill came between. */
const idOf = (what: string, of: Id, person: Id): Id =>
  createHash('sha256').update(`disclosure ${what}\n${of}\n${person}`).digest('hex').slice(0, 32);

interface Letter {
  readonly row: DisclosureCase;
  readonly person: Id;
  readonly template: 'data_demanded' | 'data_disclosed';
  readonly values: Readonly<Record<string, string>>;
}

async function write({ signIn }: DisclosureParts, tx: Tx, { row, person, template, values }: Letter) {
  await signIn.notices.send(tx, {
    id: idOf(template, row.id, person),
    template,
    person,
    values: { ...values, url: `${signIn.settings.siteUrl}/console/disclosures` },
  });
}
