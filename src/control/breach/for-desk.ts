/** The register as the desk's pages call it: each asks first who it is, and whether their role is enough. */
import type { Id } from '../../link/ids.ts';
import { demandStaff } from '../desk/index.ts';
import { placeName } from '../law/index.ts';
import type { Caller } from '../sign-in/index.ts';
import type { Breaches } from './breaches.ts';
import type { Facts, Said } from './content.ts';
import {
  agree,
  correctBreach,
  type Decider,
  decline,
  enterTold,
  hindranceTo,
  openBreach,
  propose,
  writeDraft,
} from './decide.ts';
import { draftOf } from './drafts.ts';
import type { Form } from './facts-form.ts';
import type { BreachParts } from './parts.ts';
import { allStanding, enterLook, standingIn } from './rows.ts';
import { isOverdue, isOwed, type Standing, type StandingDuty } from './standing.ts';

export type BreachDesk = ReturnType<typeof forBreachDesk>;

const iso = (at: Date | null): string | null => at?.toISOString() ?? null;

const shownDuty = (duty: StandingDuty, now: number) => ({
  ...duty,
  placeName: placeName(duty.place),
  dueAt: duty.dueAt.toISOString(),
  told: duty.told.map((each) => ({ ...each, on: each.on.toISOString() })),
  isOverdue: isOverdue(duty, now),
});

/** The five stages, each with when it was reached; null: not yet. */
function stagesOf({ facts, entries, duties, closedAt }: Standing) {
  const assessed = entries.find(({ said }) => 'facts' in said && said.facts.risk !== 'unknown')?.at ?? null;
  const isDone = (mine: readonly StandingDuty[]) => facts.risk !== 'unknown' && !mine.some(isOwed);
  const others = duties.filter(({ whom }) => whom !== 'people');
  const people = duties.filter(({ whom }) => whom === 'people');
  return [
    { stage: 'aware', done: true, at: facts.aware },
    { stage: 'assessed', done: facts.risk !== 'unknown', at: iso(assessed) },
    { stage: 'authority', done: isDone(others), at: null },
    { stage: 'people', done: isDone(people), at: null },
    { stage: 'closed', done: closedAt !== null, at: iso(closedAt) },
  ] as const;
}

const listed = (standing: Standing, now: number) => {
  const owed = standing.duties.filter(isOwed);
  const next = owed.find(({ state }) => state === 'open');
  return {
    id: standing.id,
    openedAt: standing.openedAt.toISOString(),
    aware: standing.facts.aware,
    risk: standing.facts.risk,
    owed: owed.length,
    overdue: owed.filter((duty) => isOverdue(duty, now)).length,
    nextDue: iso(next?.dueAt ?? null),
    closedAt: iso(standing.closedAt),
    isWaiting: standing.proposed !== null,
  };
};

export function forBreachDesk(parts: BreachParts, rounds: Breaches) {
  const { store } = parts.erasing;
  const staff = async (caller: Caller, fresh = true): Promise<Decider> => {
    const { actor } = await demandStaff(parts.signIn, caller, 'breaches', { fresh });
    return { person: actor.person, role: actor.role };
  };
  const acting =
    (work: (parts: BreachParts, id: string, by: Decider, form: Form) => Promise<void>) =>
    async (caller: Caller, id: string, form: Form): Promise<void> => {
      await work(parts, id, await staff(caller), form);
      rounds.wake();
    };
  return {
    /** Numbers and times alone. */
    list: async (caller: Caller) => {
      await staff(caller, false);
      const now = store.now();
      return (await allStanding(parts)).map((each) => listed(each, now));
    },
    open: async (caller: Caller, form: Form, once?: string): Promise<Id> => {
      const id = await openBreach(parts, await staff(caller), form, once);
      rounds.wake();
      return id;
    },
    breach: async (caller: Caller, id: string) => {
      const by = await staff(caller);
      await enterLook(parts, id, by, 'look');
      const standing = await standingIn(parts, store.db, id);
      return shown(parts, standing, by.person);
    },
    correct: acting(correctBreach),
    draft: acting(writeDraft),
    told: acting(enterTold),
    propose: acting(propose),
    agree: acting(agree),
    decline: acting(decline),
    /** All of it as JSON; stands in the record. */
    export: async (caller: Caller, id: string) => {
      const by = await staff(caller);
      await enterLook(parts, id, by, 'export');
      const standing = await standingIn(parts, store.db, id);
      const { entries, facts, ...rest } = standing;
      const rows = entries.map(({ role, at, said }) => ({ at, role, ...saidOutside(said) }));
      const text = JSON.stringify({ ...rest, facts: outside(facts), rows }, null, 2);
      return {
        name: `breach-${standing.id.slice(0, 8)}.json`,
        type: 'application/json',
        bytes: Buffer.from(text),
      };
    },
  };
}

/** People's random ids say nothing to whoever gets it. */
function outside({ people: _, ...facts }: Facts) {
  return facts;
}
const saidOutside = (said: Said) => ('facts' in said ? { ...said, facts: outside(said.facts) } : said);

function shown(parts: BreachParts, standing: Standing, me: Id) {
  const { facts, drafts, proposed } = standing;
  const now = parts.erasing.store.now();
  const { people, ...said } = facts;
  return {
    ...listed(standing, now),
    facts: said,
    /** How many of those who are named are held. */
    found: people.length,
    stages: stagesOf(standing),
    duties: standing.duties.map((duty) => shownDuty(duty, now)),
    withoutLaw: standing.withoutLaw.map(placeName),
    drafts: {
      authority: drafts.authority ?? draftOf('authority', facts, parts.company),
      people: drafts.people ?? draftOf('people', facts, parts.company),
    },
    proposed:
      proposed === null
        ? null
        : { ...proposed, by: null, at: proposed.at.toISOString(), isYours: proposed.by === me },
    hindrances: { tell: hindranceTo(standing, 'tell_people'), close: hindranceTo(standing, 'close') },
    sending: standing.sending !== null,
    sent:
      standing.sent === null ? null : { people: standing.sent.people, at: standing.sent.at.toISOString() },
    steps: standing.entries.map(({ id, role, by, at, said: { event } }) => ({
      id,
      event,
      role,
      isYou: by === me,
      at: at.toISOString(),
    })),
  };
}
