/** What holds for one request and for many, from the constants that the gateway checks by. */
import { siteContext } from '../context.ts';
import { about } from '../parts/about.ts';
import { CommentsLink } from '../parts/comments-link.tsx';
import { count } from '../parts/format.ts';
import { WideTable } from '../parts/wide-table.tsx';
import type { Route } from './+types/docs-limits.ts';

export function loader({ context }: Route.LoaderArgs) {
  const { reference, billing } = context.get(siteContext).parts;
  return { limits: reference?.limits ?? [], billing };
}

export const meta: Route.MetaFunction = () =>
  about('Limits', 'How long, how many and how often: each limit of a request, a key and an account.');

const OverBudget = ({ billing }: { billing: string }) => (
  <>
    ; over a budget of dollars{billing === 'prepaid' && ' or the balance'} it is{' '}
    <a href="/docs/errors#budget_exceeded">402</a>, with how much output would still fit
  </>
);

export default function DocsLimits({ loaderData: { limits, billing } }: Route.ComponentProps) {
  return (
    <article className="prose">
      <h1>Limits</h1>
      <p className="lead">
        Each is checked before anything is computed, and a refusal{' '}
        {billing === 'off' ? 'does not count' : 'costs nothing'}.
      </p>
      <h2 id="request">One request</h2>
      <WideTable label="Limits of one request">
        <thead>
          <tr>
            <th scope="col">What</th>
            <th scope="col" className="number">
              At most
            </th>
          </tr>
        </thead>
        <tbody>
          {limits.map(({ what, most }) => (
            <tr key={what}>
              <th scope="row">{what}</th>
              <td className="number">{typeof most === 'number' ? count(most) : most}</td>
            </tr>
          ))}
        </tbody>
      </WideTable>
      <h2 id="keys">Keys and accounts</h2>
      <p>
        An account and each of its keys may have limits: requests and tokens a minute, requests at once, and
        budgets of a day and of a month (UTC), in{' '}
        {billing === 'off' ? 'tokens' : 'US dollars, in tokens or in both'}. A request takes what it may need
        at most from all of them before it begins, and gives back what it did not. <code>GET /v1/key</code>{' '}
        says what is left; limits by the minute stand in <code>x-ratelimit-*</code> of each answer too.
      </p>
      <p>
        Over a limit the answer is <a href="/docs/errors#rate_limit_exceeded">429</a>, and over a budget of
        tokens <a href="/docs/errors#token_budget_exceeded">429</a> too, with <code>retry-after</code>
        {billing !== 'off' && <OverBudget billing={billing} />}.
      </p>
      <CommentsLink page="docs/limits" />
    </article>
  );
}
