/** How many requests came this year and the last, and how they were answered, by kind and by place (11 CCR § 7102). */
import { kindInWords } from '../../parts/asks.ts';
import { FiguresTable, inWords } from '../../parts/figures-table.tsx';
import { count } from '../../parts/format.ts';
import { answered } from '../../session.ts';
import type { Route } from './+types/request-figures.ts';

export const loader = ({ context }: Route.LoaderArgs) =>
  answered(context, async ({ parts, caller }) => ({ years: await parts.requestDesk.figures(caller) }));

export const headers: Route.HeadersFunction = () => ({ 'cache-control': 'no-store' });
export const meta: Route.MetaFunction = () => [{ title: 'Figures of requests – Desk – Kept' }];

type Year = Route.ComponentProps['loaderData']['years'][number];

export default function RequestFigures({ loaderData: { years } }: Route.ComponentProps) {
  return (
    <div className="stack">
      <h1>Figures of requests</h1>
      <p className="lead">
        By when they came (UTC). What was joined with another is not counted; days count to the decision.
      </p>
      {years.map((each) => (
        <OfYear key={each.year} {...each} />
      ))}
      <p>
        Everybody sees less: <a href="/privacy/requests/figures">the last year in steps of ten</a>.
      </p>
      <p>
        <a href="/desk/requests">All requests</a>
      </p>
    </div>
  );
}

const OfYear = ({ year, kinds, places }: Year) => (
  <section className="stack">
    <h2>{String(year)}</h2>
    {kinds.length === 0 ? (
      <p>None came.</p>
    ) : (
      <>
        <FiguresTable
          label={`Requests of ${year} by what was asked`}
          of="What"
          rows={kinds.map((each) => ({ name: kindInWords(each.kind), ...inWords(each, count) }))}
        />
        <FiguresTable
          label={`Requests of ${year} by place`}
          of="Where"
          rows={places.map((each) => ({ name: each.place, ...inWords(each, count) }))}
        />
      </>
    )}
  </section>
);
