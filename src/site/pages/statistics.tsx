/** Numbers about the people who use this instance, for everybody (DISCLOSE-1): with noise, of groups, once a year. */
import type { PublicStatistics, ShownStatistic } from '../../control/statistics/index.ts';
import { siteContext } from '../context.ts';
import { about } from '../parts/about.ts';
import { count } from '../parts/format.ts';
import { Day } from '../parts/moment.tsx';
import { WideTable } from '../parts/wide-table.tsx';
import type { Route } from './+types/statistics.ts';

export const loader = ({ context }: Route.LoaderArgs) => context.get(siteContext).parts.statistics();

export const headers: Route.HeadersFunction = () => ({ 'cache-control': 'no-store' });
export const meta: Route.MetaFunction = () =>
  about('Statistics', 'How much this instance is used, in numbers that tell of nobody.');

const NAMES: Readonly<Record<ShownStatistic['statistic'], string>> = {
  people: 'People who used the API',
  requests: 'Requests',
  thousand_tokens: 'Thousands of tokens',
  joined: 'People who joined',
};
const PARTS: Readonly<Record<string, string>> = {
  all: '',
  sign_up: 'by signing up',
  operator: 'invited by the operator',
  trial: 'in a trial',
};

export default function Statistics({ loaderData }: Route.ComponentProps) {
  const { years, group_min: groupMin } = loaderData;
  return (
    <div className="stack">
      <h1>Statistics</h1>
      <p className="lead">How much this instance is used, in numbers that tell of nobody.</p>
      {years.length === 0 && <Nothing publishes={loaderData.publishes} />}
      {years.map((each) => (
        <Year key={each.year} {...each} />
      ))}
      <h2>How they are made</h2>
      <p>
        Each number is of a year that is over, published once, and has chance added to it: whether or not you
        are in it, it could be the same. What one person adds is cut to a bound first; the more one person may
        add, the more chance is added. Numbers of groups that seem smaller than {String(groupMin)} people are
        not shown. This is differential privacy, and all numbers of a year together keep to the ε that stands
        beside them.
      </p>
      <p>
        No other numbers about people are published but{' '}
        <a href="/privacy/requests/figures">those of requests</a>, which a law wants. For programs:{' '}
        <a href="/api/privacy/statistics">as JSON</a>.
      </p>
    </div>
  );
}

const Nothing = ({ publishes }: Pick<PublicStatistics, 'publishes'>) => (
  <p className="note">
    {publishes
      ? 'Nothing is published yet. The first numbers come when this year is over.'
      : 'This instance publishes no statistics.'}
  </p>
);

const Year = ({ year, published_at: at, statistics }: PublicStatistics['years'][number]) => (
  <>
    <h2>{String(year)}</h2>
    <WideTable label={`Statistics of ${year}`}>
      <thead>
        <tr>
          <th scope="col">What</th>
          <th scope="col" className="number">
            Number
          </th>
          <th scope="col" className="number">
            Likely within
          </th>
          <th scope="col" className="number">
            One person adds at most
          </th>
          <th scope="col" className="number">
            ε
          </th>
        </tr>
      </thead>
      <tbody>
        {statistics.flatMap((each) =>
          each.parts.map((part) => <Row key={each.statistic + part.part} of={each} part={part} />),
        )}
      </tbody>
    </WideTable>
    <p className="quiet">
      Published on <Day date={at.slice(0, 10)} />. “Likely within”: nineteen times out of twenty, the number
      without chance is no further away.
    </p>
  </>
);

const Row = ({ of, part }: { of: ShownStatistic; part: ShownStatistic['parts'][number] }) => (
  <tr>
    <th scope="row">
      {NAMES[of.statistic]} {PARTS[part.part] ?? part.part}
    </th>
    <td className="number">{part.value === null ? 'too few' : count(part.value)}</td>
    <td className="number">± {count(of.within)}</td>
    <td className="number">{count(of.bound)}</td>
    <td className="number">{String(of.epsilon)}</td>
  </tr>
);
