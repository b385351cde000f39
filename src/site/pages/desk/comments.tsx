/** Comments that wait to be read, and those that were: where they stand, and nothing of what they say. */
import { COMMENT_STATES } from '../../parts/comment-words.ts';
import { Moment } from '../../parts/moment.tsx';
import { WideTable } from '../../parts/wide-table.tsx';
import { answered } from '../../session.ts';
import type { Route } from './+types/comments.ts';

export const loader = ({ context, request }: Route.LoaderArgs) =>
  answered(context, ({ parts, caller }) =>
    parts.commentDesk.list(caller, new URL(request.url).searchParams.get('state')),
  );

export const headers: Route.HeadersFunction = () => ({ 'cache-control': 'no-store' });
export const meta: Route.MetaFunction = () => [{ title: 'Comments – Desk – Kept' }];

export default function DeskComments({ loaderData: { state, rows } }: Route.ComponentProps) {
  return (
    <div className="stack">
      <h1>Comments</h1>
      <nav className="quiet" aria-label="Comments by how they stand">
        {Object.entries(COMMENT_STATES).map(([each, words], at) => (
          <span key={each}>
            {at > 0 && ' · '}
            <a href={`/desk/comments?state=${each}`} aria-current={each === state ? 'page' : undefined}>
              {words}
            </a>
          </span>
        ))}
      </nav>
      {rows.length === 0 ? (
        <p>None.</p>
      ) : (
        <WideTable label="Comments">
          <thead>
            <tr>
              <th scope="col">On</th>
              <th scope="col">Since</th>
            </tr>
          </thead>
          <tbody>
            {rows.map(({ id, page, title, changedAt }) => (
              <tr key={id}>
                <th scope="row">
                  <a href={`/desk/comments/${id}`}>{title ?? page}</a>
                </th>
                <td>
                  <Moment iso={changedAt} /> UTC
                </td>
              </tr>
            ))}
          </tbody>
        </WideTable>
      )}
    </div>
  );
}
