/** The register as numbers, for `doctor` and for an alarm: nothing of what happened. */
import type { BreachParts } from './parts.ts';
import { allStanding } from './rows.ts';
import { isOverdue, isOwed } from './standing.ts';

export interface BreachFigures {
  readonly open: number;
  /** Who has to be told, and has not been told all of it. */
  readonly owed: number;
  /** Of these, who was told nothing in time. */
  readonly overdue: number;
  /** ISO; when the first of them is due. */
  readonly next: string | null;
}

export async function breachFigures(parts: BreachParts): Promise<BreachFigures> {
  const open = (await allStanding(parts)).filter(({ closedAt }) => closedAt === null);
  const owed = open.flatMap(({ duties }) => duties.filter(isOwed));
  const now = parts.erasing.store.now();
  const due = owed.filter(({ state }) => state === 'open').map(({ dueAt }) => dueAt.getTime());
  return {
    open: open.length,
    owed: owed.length,
    overdue: owed.filter((duty) => isOverdue(duty, now)).length,
    next: due.length === 0 ? null : new Date(Math.min(...due)).toISOString(),
  };
}

/** In Prometheus' text format. */
export async function breachMetrics(parts: BreachParts): Promise<string> {
  const { open, owed, overdue } = await breachFigures(parts);
  const gauges = [
    [
      'kept_breach_duties_overdue',
      'Who was to be told of a breach of data, and was not in time: to be 0.',
      overdue,
    ],
    ['kept_breach_duties_open', 'Who is to be told of a breach of data, or of more of it.', owed],
    ['kept_breaches_open', 'Breaches of data in the register that are not closed.', open],
  ] as const;
  const lines = gauges.flatMap(([name, help, value]) => [
    `# HELP ${name} ${help}`,
    `# TYPE ${name} gauge`,
    `${name} ${value}`,
  ]);
  return `${lines.join('\n')}\n`;
}
