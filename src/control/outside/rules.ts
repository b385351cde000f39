/** Which requests open a task for which systems, and until when it is to be done. Pure. */
import type { RequestKind } from '../requests/index.ts';
import type { OutsideSystem } from './schema.ts';
import { type Group, SYSTEM_USES, type SystemUse, type TaskKind, wordsOf } from './words.ts';

interface Rule {
  /** What is to be done there. */
  readonly what: TaskKind;
  /** Only systems whose data are used for one of these; left out: whatever they are used for. */
  readonly uses?: readonly SystemUse[];
}

/** Null: nothing is to be done outside. `confirm` is answered by what Kept itself holds; sensitive data are asked for nowhere. */
const RULES: Readonly<Record<RequestKind, Rule | null>> = {
  confirm: null,
  access: { what: 'hand_in' },
  portability: { what: 'hand_in' },
  correct: { what: 'correct' },
  delete: { what: 'erase' },
  child_report: { what: 'erase' },
  restrict: { what: 'restrict' },
  object: { what: 'restrict' },
  withdraw_consent: { what: 'stop', uses: wordsOf(SYSTEM_USES) },
  opt_out_sale: { what: 'stop', uses: ['sharing'] },
  opt_out_targeted_advertising: { what: 'stop', uses: ['advertising', 'sharing'] },
  opt_out_profiling: { what: 'stop', uses: ['profiling'] },
  limit_sensitive: null,
};

export const taskOf = (right: RequestKind): TaskKind | null => RULES[right]?.what ?? null;

/**
 * Groups that somebody may be in. Anybody may have written to us or be on a list, whatever we know of them: nobody is left
 * out because of what is not known.
 */
export function groupsOf({
  isKnown,
  isStaff,
}: {
  readonly isKnown: boolean;
  readonly isStaff: boolean;
}): Group[] {
  return [
    'enquirers',
    'newsletter',
    ...(isKnown ? (['customers'] as const) : []),
    ...(isStaff ? (['staff'] as const) : []),
  ];
}

/** Whether a request of somebody in these groups concerns the system. */
export function concerns(
  { holds, uses, retiredAt }: Pick<OutsideSystem, 'holds' | 'uses' | 'retiredAt'>,
  right: RequestKind,
  groups: readonly Group[],
): boolean {
  const rule = RULES[right];
  if (rule === null || retiredAt !== null) return false;
  const isUsed = rule.uses === undefined || rule.uses.some((use) => uses.includes(use));
  return isUsed && holds.some((group) => groups.includes(group));
}

const DAY_MS = 86_400_000;
/** So long before the request is due, where there is so much time. */
const BEFORE_MS = 5 * DAY_MS;

/**
 * Before the request is: after half of the time that is left, or five days before its end, whichever is first. Never in the
 * past: of a request that is late already, now. `now`: ms since 1970.
 */
export function taskDue(requestDue: Date, now: number): Date {
  const end = requestDue.getTime();
  if (end <= now) return new Date(now);
  const half = now + (end - now) / 2;
  const before = end - BEFORE_MS;
  return new Date(Math.floor(before > now ? Math.min(half, before) : half));
}
