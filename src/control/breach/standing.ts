/** How a breach stands: what follows from its rows, in their order. Pure. */
import type { Id } from '../../link/ids.ts';
import type { Entry, Facts } from './content.ts';
import { type Asked, type Duty, dutiesOf, placesWithoutLaw } from './duties.ts';
import type { Notice, Phase, Proposal } from './words.ts';

export interface StandingDuty extends Duty {
  readonly state: 'open' | 'partly' | 'told' | 'not_told';
  /** Each time that something was told, in their order. */
  readonly told: readonly {
    readonly phase: Phase;
    readonly on: Date;
    readonly reference: string;
    readonly late: string;
  }[];
  /** Why nobody is told; null: somebody is. */
  readonly reason: string | null;
}

export interface Proposed {
  /** Of the row. */
  readonly id: Id;
  readonly what: Proposal;
  readonly duty: string;
  readonly words: string;
  readonly by: Id | null;
  readonly at: Date;
}

export interface Standing {
  readonly id: Id;
  readonly openedAt: Date;
  readonly facts: Facts;
  readonly entries: readonly Entry[];
  readonly duties: readonly StandingDuty[];
  readonly withoutLaw: readonly string[];
  /** As they were last written; null: nobody wrote them yet. */
  readonly drafts: Readonly<Record<Notice, string | null>>;
  /** What waits for a second person; one at a time. */
  readonly proposed: Proposed | null;
  /** What people are told by mail, since when; null: nothing. */
  readonly sending: { readonly words: string; readonly at: Date } | null;
  /** That mail is written to all of them. */
  readonly sent: { readonly people: number; readonly at: Date } | null;
  readonly closedAt: Date | null;
}

type Rules = Omit<Asked, 'peopleTold'>;

/** Null: its first row is gone, by its age or with its key. */
export function standingOf(id: string, entries: readonly Entry[], rules: Rules): Standing | null {
  const [first] = entries;
  const facts = factsIn(entries);
  if (first?.said.event !== 'open' || facts === null) return null;
  const agreed = agreedIn(entries);
  const since = entries.findLast(({ said }) => 'facts' in said)?.at ?? first.at;
  // What was not to be told holds as long as nothing else is known: a correction asks for it again.
  const reasons = agreed.filter(({ what, agreedAt }) => what === 'not_told' && agreedAt >= since);
  const tell = agreed.find(({ what }) => what === 'tell_people');
  const sent = sentIn(entries);
  const counted = facts.places.reduce((sum, { count }) => sum + count, 0);
  const mailed: Mailed | null =
    sent === null ? null : { on: sent.at, isWhole: facts.affected === 'everybody' || sent.people >= counted };
  // Where the people are told first, the clocks of some authorities begin.
  const once = dutiesOf(facts, { ...rules, peopleTold: new Map() }).map((duty) =>
    stood(duty, entries, reasons, mailed),
  );
  const peopleTold = new Map(
    once.flatMap(({ place, whom, told }) => {
      const [first] = whom === 'people' ? told : [];
      return first === undefined ? [] : [[place, first.on] as const];
    }),
  );
  const duties = dutiesOf(facts, { ...rules, peopleTold });
  return {
    id: id as Id,
    openedAt: first.at,
    facts,
    entries,
    duties: duties.map((duty) => stood(duty, entries, reasons, mailed)),
    withoutLaw: placesWithoutLaw(facts, rules),
    drafts: { authority: draftIn(entries, 'authority'), people: draftIn(entries, 'people') },
    proposed: waitingIn(entries),
    sending: tell === undefined ? null : { words: tell.words, at: tell.agreedAt },
    sent,
    closedAt: agreed.find(({ what }) => what === 'close')?.agreedAt ?? null,
  };
}

function factsIn(entries: readonly Entry[]): Facts | null {
  const said = entries.findLast(({ said: { event } }) => event === 'open' || event === 'correct')?.said;
  return said !== undefined && 'facts' in said ? said.facts : null;
}

function draftIn(entries: readonly Entry[], notice: Notice): string | null {
  const said = entries.findLast(({ said: each }) => each.event === 'draft' && each.notice === notice)?.said;
  return said?.event === 'draft' ? said.text : null;
}

function sentIn(entries: readonly Entry[]): Standing['sent'] {
  const row = entries.find(({ said }) => said.event === 'sent');
  return row?.said.event === 'sent' ? { people: row.said.people, at: row.at } : null;
}

const proposalsIn = (entries: readonly Entry[]): Proposed[] =>
  entries.flatMap(({ id, by, at, said }) =>
    said.event === 'propose' ? [{ id, what: said.what, duty: said.duty, words: said.words, by, at }] : [],
  );

const answerTo = (entries: readonly Entry[], id: Id): Entry | undefined =>
  entries.find(({ said }) => (said.event === 'agree' || said.event === 'decline') && said.of === id);

function waitingIn(entries: readonly Entry[]): Proposed | null {
  return proposalsIn(entries).findLast(({ id }) => answerTo(entries, id) === undefined) ?? null;
}

interface Agreed extends Proposed {
  readonly agreedAt: Date;
}

function agreedIn(entries: readonly Entry[]): Agreed[] {
  return proposalsIn(entries).flatMap((each) => {
    const answer = answerTo(entries, each.id);
    return answer?.said.event === 'agree' ? [{ ...each, agreedAt: answer.at }] : [];
  });
}

/** People were told by mail; whole: everybody, or as many as were counted. */
interface Mailed {
  readonly on: Date;
  readonly isWhole: boolean;
}

/** A duty as far as it is done: by hand, by mail to everybody, or by a reason why not. */
function stood(
  duty: Duty,
  entries: readonly Entry[],
  reasons: readonly Agreed[],
  mailed: Mailed | null,
): StandingDuty {
  const byHand = entries.flatMap(({ said }) =>
    said.event === 'told' && said.duty === duty.key
      ? [{ phase: said.phase, on: new Date(said.on), reference: said.reference, late: said.late }]
      : [],
  );
  const byMail =
    duty.whom === 'people' && mailed !== null
      ? [
          {
            phase: mailed.isWhole ? ('whole' as const) : ('more' as const),
            on: mailed.on,
            reference: '',
            late: '',
          },
        ]
      : [];
  const told = [...byHand, ...byMail].sort((one, other) => one.on.getTime() - other.on.getTime());
  const reason = reasons.findLast(({ duty: of }) => of === duty.key)?.words ?? null;
  const isWhole = told.some(({ phase }) => phase === 'whole');
  const state = isWhole ? 'told' : reason !== null ? 'not_told' : told.length > 0 ? 'partly' : 'open';
  return { ...duty, state, told, reason };
}

/** Somebody still has to be told. */
export const isOwed = ({ state }: StandingDuty): boolean => state === 'open' || state === 'partly';
/** Nothing at all was told in time: a first part keeps a deadline (GDPR Art. 33(4)). */
export const isOverdue = ({ state, dueAt }: StandingDuty, now: number): boolean =>
  state === 'open' && dueAt.getTime() < now;
