/** What an account used: by day, by model, by key, in a span that one chooses. */
import type { UsageLine } from '../../../control/usage/index.ts';
import { DayBars, ShareBar } from '../../parts/charts.tsx';
import { count, dayOf, microDollars } from '../../parts/format.ts';
import { useIsPriced } from '../../parts/priced.ts';
import { WideTable } from '../../parts/wide-table.tsx';
import { ask, signedIn } from '../../session.ts';
import type { Route } from './+types/usage.ts';

const DAY_MS = 86_400_000;
/** Months back that can be chosen: usage records are kept for 400 days. */
const MONTHS = 13;
const SPANS = [7, 30, 90];

export async function loader({ context, request, params }: Route.LoaderArgs) {
  await signedIn(request, context);
  const { searchParams } = new URL(request.url);
  const asked = { month: searchParams.get('month'), days: searchParams.get('days') };
  const { span, lines, keyNames } = await ask(context, (console, caller) =>
    console.usage.report(caller, params.account, asked),
  );
  const days = daysOf(span.from, span.to);
  return {
    place: `/console/${params.account}`,
    span,
    length: days.length,
    month: asked.month ?? '',
    months: lastMonths(new Date()),
    total: sumOf(lines),
    byDay: days.map((day) => ({ day, ...sumOf(lines.filter((line) => line.day === day)) })),
    byModel: groups(
      lines,
      ({ model }) => model,
      (model) => model,
    ),
    byKey: groups(
      lines,
      ({ key }) => key,
      (key) => keyNames[key] ?? key,
    ),
  };
}

interface Sum {
  readonly requests: number;
  readonly tokens: number;
  readonly price: number;
}

function sumOf(lines: readonly UsageLine[]): Sum {
  const sum = { requests: 0, tokens: 0, price: 0 };
  for (const line of lines) {
    sum.requests += line.requests;
    sum.tokens += line.promptTokens + line.completionTokens;
    sum.price += line.price;
  }
  return sum;
}

/** The dearest first; where use has no price, those with most tokens. */
function groups(
  lines: readonly UsageLine[],
  by: (line: UsageLine) => string,
  nameOf: (group: string) => string,
) {
  return [...Map.groupBy(lines, by)]
    .map(([id, its]) => ({ id, name: nameOf(id), ...sumOf(its) }))
    .sort(
      (one, other) => other.price - one.price || other.tokens - one.tokens || other.requests - one.requests,
    );
}

function daysOf(from: string, to: string): string[] {
  const days = (Date.parse(to) - Date.parse(from)) / DAY_MS + 1;
  return Array.from({ length: days }, (_, at) =>
    new Date(Date.parse(from) + at * DAY_MS).toISOString().slice(0, 10),
  );
}

const lastMonths = (now: Date): string[] =>
  Array.from({ length: MONTHS }, (_, back) =>
    new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - back)).toISOString().slice(0, 7),
  );

export const headers: Route.HeadersFunction = () => ({ 'cache-control': 'no-store' });
export const meta: Route.MetaFunction = () => [{ title: 'Usage – Kept' }];

export default function Usage({ loaderData }: Route.ComponentProps) {
  const { place, span, length, month, months, total, byDay, byModel, byKey } = loaderData;
  const isPriced = useIsPriced();
  const query = month === '' ? `days=${length}` : `month=${month}`;
  return (
    <div className="stack">
      <h1>Usage</h1>
      <nav className="actions" aria-label="Span">
        {SPANS.map((days) => (
          <a
            key={days}
            className="button second"
            href={`?days=${days}`}
            aria-current={month === '' && days === length ? 'true' : undefined}
          >
            {days} days
          </a>
        ))}
        <form className="actions">
          <label className="unseen" htmlFor="month">
            Month
          </label>
          <select id="month" name="month" defaultValue={month} className="select">
            {months.map((each) => (
              <option key={each}>{each}</option>
            ))}
          </select>
          <button className="button second" type="submit">
            Show the month
          </button>
        </form>
      </nav>
      <p className="quiet">
        {dayOf(span.from)} to {dayOf(span.to)}. Days are UTC.
      </p>
      {total.requests === 0 ? (
        <p className="lead">
          Nothing was used in this time. <a href={place}>How to send a request</a>
        </p>
      ) : (
        <>
          <div className="columns charts">
            {isPriced && (
              <DayBars
                title="Cost"
                sum={microDollars(total.price)}
                shown={microDollars}
                days={byDay.map(({ day, price }) => ({ day, value: price }))}
              />
            )}
            <DayBars
              title="Requests"
              sum={count(total.requests)}
              shown={count}
              days={byDay.map(({ day, requests }) => ({ day, value: requests }))}
            />
            <DayBars
              title="Tokens"
              sum={count(total.tokens)}
              shown={count}
              days={byDay.map(({ day, tokens }) => ({ day, value: tokens }))}
            />
          </div>
          <details>
            <summary>By day, as a table</summary>
            <Sums head="Day" rows={byDay.map(({ day, ...sum }) => ({ id: day, name: dayOf(day), ...sum }))} />
          </details>
          <h2>By model</h2>
          <Sums head="Model" rows={byModel} bars />
          <h2>By key</h2>
          <Sums head="Key" rows={byKey} bars />
        </>
      )}
      <p className="actions">
        <a href={`${place}/usage.csv?${query}`}>Save as CSV</a>
        <a href={`${place}/requests`}>The log of requests</a>
      </p>
    </div>
  );
}

function Sums({
  head,
  rows,
  bars = false,
}: {
  head: string;
  rows: readonly (Sum & { readonly id: string; readonly name: string })[];
  bars?: boolean;
}) {
  const isPriced = useIsPriced();
  const weight = ({ price, tokens }: Sum) => (isPriced ? price : tokens);
  const most = Math.max(...rows.map(weight), 0);
  return (
    <WideTable label={`Usage by ${head.toLowerCase()}`}>
      <thead>
        <tr>
          <th scope="col">{head}</th>
          <th scope="col" className="number">
            Requests
          </th>
          <th scope="col" className="number">
            Tokens
          </th>
          {isPriced && (
            <th scope="col" className="number">
              Cost
            </th>
          )}
        </tr>
      </thead>
      <tbody>
        {rows.map(({ id, name, ...sum }) => (
          <tr key={id}>
            <th scope="row">
              {name}
              {bars && <ShareBar value={weight(sum)} most={most} />}
            </th>
            <td className="number">{count(sum.requests)}</td>
            <td className="number">{count(sum.tokens)}</td>
            {isPriced && <td className="number">{microDollars(sum.price)}</td>}
          </tr>
        ))}
      </tbody>
    </WideTable>
  );
}
