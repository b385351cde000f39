/** What the last looks of all checks come to, clause by clause. Pure. */
import type { CheckStanding, ClauseStanding, Standing, Verdict } from '../control/verification/index.ts';
import type { Ages } from './ages.ts';
import type { Check } from './check.ts';
import type { History } from './history.ts';

/** Older than this, nothing counts as kept. */
export const STALE_MS = 24 * 3_600_000;

export const NOT_BUILT = 'No program looks at this yet.';

/** What the looks are seen with. */
export interface Since {
  readonly history: Pick<History, 'days'>;
  readonly ages: Pick<Ages, 'of'>;
  /** Milliseconds since 1970. */
  readonly now: number;
}

export function standingOf(
  clauses: readonly string[],
  checks: readonly Check[],
  seen: ReadonlyMap<string, CheckStanding>,
  { history, ages, now }: Since,
): Standing {
  const looks = checks.flatMap(({ id }) => (Number.isFinite(ages.of(id)) ? (seen.get(id)?.at ?? []) : []));
  return {
    oldest: looks.length < checks.length ? null : (looks.toSorted()[0] ?? null),
    clauses: clauses.map((id) => {
      const its = checks.filter((check) => check.clauses.includes(id));
      const days = history.days(
        [...new Set(its.flatMap((check) => [check.id, ...(check.restsOn ?? [])]))],
        now,
      );
      return { ...clauseOf(id, its, seen, ages), days };
    }),
  };
}

function clauseOf(
  id: string,
  checks: readonly Check[],
  seen: ReadonlyMap<string, CheckStanding>,
  ages: Since['ages'],
): Omit<ClauseStanding, 'days'> {
  if (checks.length === 0) return { id, verdict: 'not-built', reason: NOT_BUILT, checks: [] };
  const looked = checks.flatMap((check) => standingOfCheck(check, seen) ?? []);
  const of = (verdict: Verdict) => looked.filter((each) => each.verdict === verdict);
  const said = (which: readonly CheckStanding[]) => which.map(({ observed }) => observed).join(' ');
  if (of('broken').length > 0) return { id, verdict: 'broken', reason: said(of('broken')), checks: looked };
  if (looked.length < checks.length)
    return { id, verdict: null, reason: 'It was not looked at since the start.', checks: looked };
  if (checks.some((check) => ages.of(check.id) > STALE_MS))
    return { id, verdict: null, reason: 'What was seen last is older than a day.', checks: looked };
  if (of('off').length > 0) return { id, verdict: 'off', reason: said(of('off')), checks: looked };
  const verdict = of('attested').length > 0 ? 'attested' : 'kept';
  return { id, verdict, reason: said(looked), checks: looked };
}

/** What it saw; broken where what it rests on is. Where nothing is switched on, nothing rests on anything. */
function standingOfCheck(
  { id, restsOn = [] }: Check,
  seen: ReadonlyMap<string, CheckStanding>,
): CheckStanding | undefined {
  const own = seen.get(id);
  if (own === undefined || own.verdict === 'broken' || own.verdict === 'off') return own;
  const fallen = restsOn.flatMap((each) => seen.get(each) ?? []).find(({ verdict }) => verdict === 'broken');
  if (fallen === undefined) return own;
  return { ...own, verdict: 'broken', observed: `What it rests on does not hold. ${fallen.observed}` };
}
