/** Working days: neither a Saturday nor a Sunday nor a holiday of a calendar. */
import type { Calendar, Holiday } from './rows.ts';

type PlainDate = Temporal.PlainDate;

const SATURDAY = 6;
const SUNDAY = 7;
const WEEK = 7;

const known = new WeakMap<Calendar, Map<number, ReadonlySet<string>>>();

export function isWorkingDay(day: PlainDate, calendar: Calendar): boolean {
  return day.dayOfWeek < SATURDAY && !daysOff(calendar, day.year).has(day.toString());
}

/** The day itself, or the first working day after it. */
export function workingDayFrom(day: PlainDate, calendar: Calendar): PlainDate {
  let at = day;
  while (!isWorkingDay(at, calendar)) at = at.add({ days: 1 });
  return at;
}

/** Holidays of a year as they are kept, with those of the next that are kept in this one already. */
function daysOff(calendar: Calendar, year: number): ReadonlySet<string> {
  const years = known.get(calendar) ?? new Map<number, ReadonlySet<string>>();
  known.set(calendar, years);
  const found = years.get(year) ?? new Set([...keptOf(calendar, year), ...keptOf(calendar, year + 1)]);
  years.set(year, found);
  return found;
}

const keptOf = (calendar: Calendar, year: number): string[] =>
  calendar.days
    .filter(({ from = year }) => from <= year)
    .map((holiday) => kept(dateOf(holiday, year), calendar).toString());

function kept(day: PlainDate, { saturday, sunday }: Calendar): PlainDate {
  if (day.dayOfWeek === SATURDAY && saturday === 'day_before') return day.subtract({ days: 1 });
  if (day.dayOfWeek === SUNDAY && sunday === 'day_after') return day.add({ days: 1 });
  return day;
}

function dateOf(holiday: Holiday, year: number): PlainDate {
  const first = Temporal.PlainDate.from({ year, month: holiday.month, day: 1 });
  if ('day' in holiday) return first.with({ day: holiday.day });
  const { weekday, nth, plus = 0 } = holiday;
  const start = nth === -1 ? first.with({ day: first.daysInMonth }).subtract({ days: WEEK - 1 }) : first;
  const weeks = nth === -1 ? 0 : nth - 1;
  const days = ((weekday - start.dayOfWeek + WEEK) % WEEK) + weeks * WEEK + plus;
  return start.add({ days });
}
