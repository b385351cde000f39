/** Usage as the console's pages show it. Whoever calls has looked whether the person may see it. */
import type { Id } from '../../link/ids.ts';
import { modelNames } from '../models/index.ts';
import { outward } from '../outward.ts';
import { Problem } from '../problem.ts';
import type { Services } from '../services.ts';
import { type Place, usagePage } from './read-usage.ts';
import { type ShownUsage, shownUsage } from './shown-usage.ts';
import { type Span, usageInSpan } from './usage-in-span.ts';

const DAY_MS = 86_400_000;
/** Spans in days that the page offers; the second is shown first. */
const SPANS = [7, 30, 90] as const;
const SPAN = 30;
/** Requests on one page of the log. */
const PAGE = 100;

export interface UsageLine {
  readonly day: string;
  readonly model: string;
  /** Like `key_…`. */
  readonly key: string;
  readonly requests: number;
  readonly promptTokens: number;
  readonly completionTokens: number;
  readonly price: number;
}

export interface UsageReport {
  readonly span: Span;
  readonly lines: readonly UsageLine[];
}

/** `asked`: `month=2026-11`, or `days=7`; anything else is 30 days up to now. */
export async function usageReport(
  { db }: Pick<Services, 'db'>,
  account: Id,
  asked: { readonly month: string | null; readonly days: string | null },
  now: number,
): Promise<UsageReport> {
  const span = spanOf(asked, now);
  const names = await modelNames(db);
  const sums = await usageInSpan(db, account, span);
  const lines = sums.map(({ model, key, ...rest }) => ({
    ...rest,
    model: names.get(model) ?? String(model),
    key: outward('key', key),
  }));
  return { span, lines };
}

const dayAt = (ms: number): string => new Date(ms).toISOString().slice(0, 10);

function spanOf({ month, days }: { month: string | null; days: string | null }, now: number): Span {
  const [, year, number] = /^(20\d\d)-(0[1-9]|1[0-2])$/.exec(month ?? '') ?? [];
  if (year !== undefined && number !== undefined) {
    const from = Date.UTC(Number(year), Number(number) - 1);
    return { from: dayAt(from), to: dayAt(Date.UTC(Number(year), Number(number)) - DAY_MS) };
  }
  const length = SPANS.find((each) => String(each) === days) ?? SPAN;
  return { from: dayAt(now - (length - 1) * DAY_MS), to: dayAt(now) };
}

/** One page of the log, the newest request first. Throws `Problem` 400 for a place that is none. */
export async function requestsPage(
  { db }: Pick<Services, 'db'>,
  account: Id,
  after: string | null,
): Promise<{ readonly requests: readonly ShownUsage[]; readonly next: string | null }> {
  const rows = await usagePage(db, account, placeOf(after), PAGE + 1);
  const shown = rows.slice(0, PAGE);
  const last = rows.length > PAGE ? shown.at(-1) : undefined;
  const names = await modelNames(db);
  return {
    requests: shown.map((row) => shownUsage(row, names)),
    next: last === undefined ? null : `${last.startedAt?.getTime()}-${last.id}`,
  };
}

function placeOf(text: string | null): Place | null {
  if (text === null) return null;
  const [, startedMs, id] = /^(\d{1,14})-([0-9a-f]{32})$/.exec(text) ?? [];
  if (startedMs === undefined || id === undefined)
    throw new Problem(400, 'invalid_place', 'There is no such page. Begin with the newest requests.');
  return { startedAt: new Date(Number(startedMs)), id };
}
