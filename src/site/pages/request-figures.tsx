/** How many requests came in the last year and how they were answered, for everybody (11 CCR § 7102): in bands of ten. */
import type { RequestPages } from '../../control/requests/index.ts';
import { siteContext } from '../context.ts';
import { about } from '../parts/about.ts';
import { kindInWords } from '../parts/asks.ts';
import { FiguresTable, inWords } from '../parts/figures-table.tsx';
import type { Route } from './+types/request-figures.ts';

export const loader = ({ context }: Route.LoaderArgs) => context.get(siteContext).parts.requests.figures();

export const headers: Route.HeadersFunction = () => ({ 'cache-control': 'no-store' });
export const meta: Route.MetaFunction = () =>
  about(
    'Requests in figures',
    'How many people asked about their data last year, and how they were answered.',
  );

type Band = Awaited<ReturnType<RequestPages['figures']>>['kinds'][number]['received'];

const bandInWords = ({ at_least, at_most }: Band): string => `${at_least} to ${at_most}`;

export default function RequestFigures({ loaderData: { year, group_min, kinds } }: Route.ComponentProps) {
  return (
    <div className="stack">
      <h1>Requests in figures</h1>
      <p className="lead">
        Requests about personal data that came in {String(year)}, and how they were answered.
      </p>
      <FiguresTable
        label={`Requests of ${year}`}
        of="What was asked"
        rows={kinds.map((each) => ({ name: kindInWords(each.kind), ...inWords(each, bandInWords) }))}
      />
      <p className="quiet">
        So that nobody is found in them, numbers are shown in steps of {String(group_min)}, so that the lowest
        may also be none, and only years that are over are shown. Days count from when a request came to its
        decision. For programs: <a href="/api/privacy/requests/figures">as JSON</a>.
      </p>
      <p>
        <a href="/privacy/requests">Ask about your data</a>
      </p>
    </div>
  );
}
