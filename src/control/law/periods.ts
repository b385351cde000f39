/**
 * On which day a period ends. The day of receipt is not counted (Regulation 1182/71, Article 3(1)). A month ends on the
 * day of the same number, or on the month's last day where it has none (Article 3(2)(c)).
 */
import { isWorkingDay } from './days-off.ts';
import type { Calendar, Unit } from './rows.ts';

export interface Period {
  readonly count: number;
  readonly unit: Unit;
}

type PlainDate = Temporal.PlainDate;

export function lastDay(received: PlainDate, { count, unit }: Period, calendar: Calendar): PlainDate {
  switch (unit) {
    case 'calendar_days':
      return received.add({ days: count });
    case 'months':
      return received.add({ months: count });
    case 'business_days':
      return afterWorkingDays(received, count, calendar);
  }
}

function afterWorkingDays(received: PlainDate, count: number, calendar: Calendar): PlainDate {
  let at = received;
  for (let left = count; left > 0; ) {
    at = at.add({ days: 1 });
    if (isWorkingDay(at, calendar)) left--;
  }
  return at;
}

const DAYS = { calendar_days: 1, business_days: 7 / 5, months: 30.4 } as const satisfies Record<Unit, number>;

/** How long it is on the whole, to say which of two is shorter before anything was received. */
export const roughDays = ({ count, unit }: Period): number => count * DAYS[unit];

const one = { calendar_days: 'day', business_days: 'business day', months: 'month' } as const;

/** Like `10 business days`, `1 month`. */
export const periodWords = ({ count, unit }: Period): string =>
  `${count} ${one[unit]}${count === 1 ? '' : 's'}`;
