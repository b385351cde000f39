/** What staff does about a breach: each is a row that stays. What weighs most is proposed by one and agreed to by another. */
import { z } from 'zod';
import type { Id } from '../../link/ids.ts';
import { demandAnother } from '../disclosure/index.ts';
import { idOnce } from '../form-once.ts';
import { checkInput } from '../input.ts';
import { Problem } from '../problem.ts';
import { type Form, momentInput, readFacts, timeOf } from './facts-form.ts';
import type { BreachParts } from './parts.ts';
import { tellStaff } from './remind.ts';
import { add, isEntered, keptUntil, lockBreach, notNow, onBreach, standingIn } from './rows.ts';
import { isOwed, type Standing, type StandingDuty } from './standing.ts';
import { NOTICES, PHASES, PROPOSALS, wordsOf } from './words.ts';

export interface Decider {
  readonly person: Id;
  readonly role: 'privacy' | 'admin';
}

const NOTICE_CHARACTERS_MAX = 12_000;
const REASON_CHARACTERS_MAX = 2000;

const line = (most: number) => z.string().trim().max(most, `at most ${most} characters`);
const text = (most: number) => line(most).min(1, 'write it');
const LABELS = {
  notice: 'Notice',
  phase: 'How much of it',
  on: 'When',
  reference: 'Their reference',
  late: 'Why it was late',
  words: 'Words',
};

/** Enters one: its clocks begin, and staff hear of it. `once` tells the same form sent twice. Answers its id. Throws `Problem` 400. */
export async function openBreach(parts: BreachParts, by: Decider, form: Form, once?: string): Promise<Id> {
  const facts = await readFacts(parts, form);
  const { store } = parts.erasing;
  const breach = idOnce('breach', by.person, once);
  await store.keys.create('intake', breach, { until: keptUntil(store.now()) });
  await store.record.act(async (tx, enter) => {
    await lockBreach(tx, breach);
    if (await isEntered(tx, breach)) return;
    await add(parts, tx, enter, { breach, said: { event: 'open', facts }, by });
    const { duties } = await standingIn(parts, tx, breach);
    await tellStaff(parts, tx, { breach, mark: 'open', dueAt: duties.find(isOwed)?.dueAt ?? null });
  });
  parts.signIn.notices.wake();
  return breach;
}

/** All that is known, anew: what stood before stays, and what was not to be told is asked for again. Throws `Problem` 400, 404 and 409. */
export async function correctBreach(parts: BreachParts, id: string, by: Decider, form: Form): Promise<void> {
  const facts = await readFacts(parts, form);
  await onBreach(parts, id, (tx, enter, { id: breach }) =>
    add(parts, tx, enter, { breach, said: { event: 'correct', facts }, by }),
  );
}

const draftInput = z.strictObject({
  notice: z.enum(wordsOf(NOTICES), 'choose one'),
  words: text(NOTICE_CHARACTERS_MAX),
});

/** Throws `Problem` 400, 404 and 409. */
export async function writeDraft(parts: BreachParts, id: string, by: Decider, form: Form): Promise<void> {
  const { notice, words } = checkInput(
    { notice: form.notice ?? '', words: form.words ?? '' },
    draftInput,
    LABELS,
  );
  await onBreach(parts, id, (tx, enter, { id: breach }) =>
    add(parts, tx, enter, { breach, said: { event: 'draft', notice, text: words }, by }),
  );
}

function dutyOf({ duties }: Standing, key: string | undefined): StandingDuty {
  const duty = duties.find((each) => each.key === key);
  if (duty === undefined) throw new Problem(400, 'invalid_input', 'Choose whom it is about.');
  return duty;
}

const toldInput = z.strictObject({
  phase: z.enum(wordsOf(PHASES), 'choose one'),
  on: momentInput,
  reference: line(200),
  late: line(REASON_CHARACTERS_MAX),
});

/** Somebody was told, past Kept: by their form, a letter, a call. Throws `Problem` 400, 404 and 409. */
export async function enterTold(parts: BreachParts, id: string, by: Decider, form: Form): Promise<void> {
  const given = Object.fromEntries(Object.keys(toldInput.shape).map((name) => [name, form[name] ?? '']));
  const { phase, on, reference, late } = checkInput(given, toldInput, LABELS);
  const now = parts.erasing.store.now();
  const at = timeOf(on, now);
  await onBreach(parts, id, async (tx, enter, standing) => {
    const duty = dutyOf(standing, form.duty);
    if (at.getTime() > now || at.getTime() < Date.parse(standing.facts.aware))
      throw new Problem(400, 'invalid_input', `${LABELS.on}: must lie between when we became aware and now.`);
    if (at > duty.dueAt && duty.told.length === 0 && late === '')
      throw new Problem(400, 'invalid_input', `${LABELS.late}: it is later than it had to be, so say why.`);
    const said = { event: 'told', duty: duty.key, phase, on: at.toISOString(), reference, late } as const;
    await add(parts, tx, enter, { breach: standing.id, said, by });
  });
}

const proposeInput = z.strictObject({
  what: z.enum(wordsOf(PROPOSALS), 'choose one'),
  words: text(NOTICE_CHARACTERS_MAX),
});

/** What is against it; null: nothing. */
export function hindranceTo(
  { facts, duties, sending, sent }: Standing,
  what: keyof typeof PROPOSALS,
): string | null {
  if (what === 'tell_people') {
    if (sending !== null) return 'People are told by mail once, and that is decided.';
    if (facts.affected === 'named' && facts.people.length === 0)
      return 'Nobody is named whom anything is held of: correct whom it affects.';
  }
  if (what !== 'close') return null;
  if (facts.risk === 'unknown') return 'Nobody has assessed the risk.';
  if (sending !== null && sent === null) return 'The mails to the people are being written.';
  const owed = duties.filter(isOwed);
  return owed.length === 0 ? null : `Somebody is still to be told: ${owed.map(({ who }) => who).join('; ')}.`;
}

/** Waits for somebody else. Throws `Problem` 400, 404 and 409. */
export async function propose(parts: BreachParts, id: string, by: Decider, form: Form): Promise<void> {
  const { what, words } = checkInput(
    { what: form.what ?? '', words: form.words ?? '' },
    proposeInput,
    LABELS,
  );
  await onBreach(parts, id, async (tx, enter, standing) => {
    if (standing.proposed !== null) throw notNow('Something waits for a second person already.');
    const hindrance = hindranceTo(standing, what);
    if (hindrance !== null) throw notNow(hindrance);
    const duty = what === 'not_told' ? dutyOf(standing, form.duty).key : '';
    const said = { event: 'propose', what, duty, words } as const;
    await add(parts, tx, enter, { breach: standing.id, said, by });
  });
}

/** Throws `Problem` 403 (`same_person`), 404 and 409. */
export async function agree(parts: BreachParts, id: string, by: Decider, form: Form): Promise<void> {
  const { proposed } = await standingIn(parts, parts.erasing.store.db, id);
  await demandAnother(parts, by.person, [proposed?.by ?? null]);
  await onBreach(parts, id, async (tx, enter, standing) => {
    const waiting = waitingIn(standing, form);
    if (waiting.by === by.person) throw notNow('Whoever proposes it does not agree to it.');
    const hindrance = hindranceTo(standing, waiting.what);
    if (hindrance !== null) throw notNow(hindrance);
    await add(parts, tx, enter, { breach: standing.id, said: { event: 'agree', of: waiting.id }, by });
  });
}

/** Also by whoever proposed it. Throws `Problem` 400, 404 and 409. */
export async function decline(parts: BreachParts, id: string, by: Decider, form: Form): Promise<void> {
  const schema = z.strictObject({ words: text(REASON_CHARACTERS_MAX) });
  const { words } = checkInput({ words: form.words ?? '' }, schema, LABELS);
  await onBreach(parts, id, async (tx, enter, standing) => {
    const waiting = waitingIn(standing, form);
    const said = { event: 'decline', of: waiting.id, reason: words } as const;
    await add(parts, tx, enter, { breach: standing.id, said, by });
  });
}

/** What they saw is what they answer. */
function waitingIn({ proposed }: Standing, { of }: Form) {
  if (proposed === null || proposed.id !== of)
    throw notNow('It has gone on meanwhile. Look at it again, then say what is to be done.');
  return proposed;
}
