/** What the law says about one request, asked of the law's tables: whether it gives the right, until when, who watches. */
import {
  appealDeadlinesOf,
  appealOf,
  basisOf,
  type Deadline,
  deadlinesOf,
  type Known,
  type LawTable,
  type Place,
  placeName,
  refusalGrounds,
  regulatorOf,
  UNSAID,
} from '../law/index.ts';
import { say, type Words } from '../notices/index.ts';
import { ASKS, type AskedRight, isRight, type RequestKind } from './asks.ts';
import { besideReport, lawOfReport, REPORT_GROUNDS } from './child-report.ts';
import type { RequestRow } from './schema.ts';

const DAY_MS = 86_400_000;
/**
 * How long a decision can be appealed. Laws say "a reasonable period"; this is longer than any that names one.
 */
export const APPEAL_DAYS = 90;
/** Where no law sets a time at all: the shortest that any of them has, the GDPR's month. */
const HONOURED_DAYS = 28;

interface OfLaw<Kind extends RequestKind = RequestKind> {
  readonly right: Kind;
  readonly place: Place;
  readonly receivedAt: Date;
}

/** By which law, or that we honour it. */
export type Basis =
  | { readonly by: 'law'; readonly citation: string }
  | { readonly by: 'us'; readonly because: string }
  | { readonly by: 'policy' | 'child_report' };

export interface RequestLaw {
  readonly basis: Basis;
  /** Who hears complaints, with an address; null: we know of nobody by name. */
  readonly regulator: string | null;
  readonly respondBy: Date;
  readonly extendableTo: Date | null;
}

/** The day whose law holds: the one on which it came. */
const dayOf = (at: Date): string => at.toISOString().slice(0, 10);

/** The law's where it gives the right. */
function basisIn(law: LawTable, { right, place }: OfLaw<AskedRight>, on: string): Basis {
  const basis = basisOf(law, place, right, on);
  if (basis?.by === 'law') return { by: 'law', citation: basis.fact.citation };
  return basis?.by === 'us' ? { by: 'us', because: basis.because } : { by: 'policy' };
}

/** In one sentence. */
export function basisInWords({ basis: words }: Words, basis: Basis): string {
  if (basis.by === 'law') return say(words.law, { citation: basis.citation });
  return basis.by === 'us' ? say(words.us, { because: basis.because }) : words[basis.by];
}

export function lawOf(law: LawTable, asked: OfLaw): RequestLaw {
  const { right, place, receivedAt } = asked;
  if (!isRight(right)) return lawOfReport(receivedAt);
  const on = dayOf(receivedAt);
  const { respondBy, extendedTo, optOutBy, withdrawBy } = deadlinesOf(law, place, on, receivedAt);
  const own = ASKS[right].proof ? null : right === 'withdraw_consent' ? withdrawBy : optOutBy;
  const last = endOf(own ?? respondBy) ?? new Date(receivedAt.getTime() + HONOURED_DAYS * DAY_MS);
  const regulator = regulatorOf(law, place, on);
  return {
    basis: basisIn(law, { right, place, receivedAt }, on),
    regulator: regulator === null ? null : `${regulator.name}, ${regulator.url}`,
    respondBy: last,
    extendableTo: own === null ? endOf(extendedTo) : null,
  };
}

/**
 * The end of the last day, there or in UTC, whichever is first: so the day that letters name is never later than the
 * law's.
 */
const endOf = (deadline: Deadline | null): Date | null =>
  deadline === null
    ? null
    : new Date(Math.min(deadline.at.getTime(), Date.parse(`${deadline.lastDay}T23:59:59.999Z`)));

/** Until when a decision of now can be appealed. */
export const appealEnd = (now: Date): Date => new Date(now.getTime() + APPEAL_DAYS * DAY_MS);

/** When an appeal of `at` has to be decided. */
export function appealDue(law: LawTable, { place }: Pick<RequestRow, 'place'>, at: Date): Date {
  const { appealBy } = appealDeadlinesOf(law, place, dayOf(at), at);
  return endOf(appealBy) ?? new Date(at.getTime() + HONOURED_DAYS * DAY_MS);
}

export interface ShownGround {
  readonly code: string;
  readonly name: string;
  /** Where it stands. */
  readonly rule: string;
  /** What would change it. */
  readonly change: string;
}

/** What this can be refused for; a law's lack of the right is none. */
export const groundsOf = (law: LawTable, { place, right, receivedAt }: OfLaw): readonly ShownGround[] =>
  isRight(right)
    ? refusalGrounds(law, place, right, dayOf(receivedAt)).map((each) => ({
        code: each.id,
        name: each.says,
        rule:
          each.law?.citation ?? (each.clause === null ? OWN_RULE : `${each.clause} of our privacy policy`),
        change: each.would_change,
      }))
    : REPORT_GROUNDS;

const OWN_RULE = 'our own rule, for everybody';

const NO_GROUND: ShownGround = { code: '', name: '', rule: '', change: '' };

export const groundOf = (law: LawTable, row: RequestRow): ShownGround =>
  groundsOf(law, row).find(({ code }) => code === row.ground) ?? NO_GROUND;

/** One fact for who decides, and how we know it. */
export interface Beside {
  readonly says: string;
  /** Null: by our policy, or by nobody's demand. */
  readonly known: Known | null;
}

/** The law beside a request: whether it gives the right, its times, where they stand, and what is left after a refusal. */
export function beside(law: LawTable, asked: OfLaw): readonly Beside[] {
  const { right, place, receivedAt } = asked;
  if (!isRight(right)) return besideReport(receivedAt);
  const on = dayOf(receivedAt);
  const times = deadlinesOf(law, place, on, receivedAt);
  const appeal = appealOf(law, place, on);
  const time = (what: string, deadline: Deadline | null): Beside[] =>
    deadline === null ? [] : [{ says: timeIn(what, deadline, place), known: deadline.rule.known }];
  return [
    rightIn(basisOf(law, place, right, on), place),
    ...time('Acknowledge', times.acknowledgeBy),
    ...time('Answer', times.respondBy),
    ...time('At the latest, once put off,', times.extendedTo),
    ...(appeal.denied === null ? [] : [{ says: appeal.denied, known: appeal.law?.known ?? null }]),
  ];
}

function rightIn(basis: ReturnType<typeof basisOf>, place: Place): Beside {
  if (basis?.by === 'law')
    return {
      says: `${placeName(place)} gives this right: ${basis.scope} (${basis.fact.citation}).`,
      known: basis.fact.known,
    };
  const all = basis?.by === 'policy' ? `our policy does (${basis.clause})` : 'we honour it all the same';
  const law =
    place === UNSAID
      ? 'They did not say where they live, so that no law is known to give this right'
      : `${placeName(place)} gives no such right that we know of`;
  return { says: `${law}; ${all}.`, known: null };
}

function timeIn(what: string, { lastDay, rule, law }: Deadline, place: Place): string {
  const when = `${what} by ${lastDay}: ${rule.citation}`;
  if (law !== null) return `${when}.`;
  if (place === UNSAID) return `${when}, the first to end of all that we know.`;
  return `${when}, which we keep to, since no law of ${placeName(place)} says when.`;
}
