/** Accounts whose owners asked for their requests to be kept, to find a fault (INFER-4). */
import { count } from '../../parts/format.ts';
import { Moment } from '../../parts/moment.tsx';
import { WideTable } from '../../parts/wide-table.tsx';
import { answered } from '../../session.ts';
import type { Route } from './+types/captures.ts';

export const loader = async ({ context }: Route.LoaderArgs) => ({
  captures: await answered(context, ({ parts, caller }) => parts.captureDesk.list(caller)),
});

export const headers: Route.HeadersFunction = () => ({ 'cache-control': 'no-store' });
export const meta: Route.MetaFunction = () => [{ title: 'Debug captures – Desk – Kept' }];

export default function DeskCaptures({ loaderData: { captures } }: Route.ComponentProps) {
  return (
    <div className="stack">
      <h1>Debug captures</h1>
      <p className="lead">
        Owners can have the requests of their account kept for a while, to find a fault. You open one with a
        reason, and they see it.
      </p>
      {captures.length === 0 ? (
        <p>No account has any.</p>
      ) : (
        <WideTable label="Debug captures">
          <thead>
            <tr>
              <th scope="col">Account</th>
              <th scope="col">Until, UTC</th>
              <th scope="col" className="number">
                Requests
              </th>
              <th scope="col">Stands</th>
            </tr>
          </thead>
          <tbody>
            {captures.map(({ id, account, until, isStopped, requests }) => (
              <tr key={id}>
                <th scope="row">
                  <a href={`/desk/captures/${id}`}>{account}</a>
                </th>
                <td>
                  <Moment iso={until} />
                </td>
                <td className="number">{count(requests)}</td>
                <td>{isStopped ? 'nothing more is kept' : 'goes on'}</td>
              </tr>
            ))}
          </tbody>
        </WideTable>
      )}
    </div>
  );
}
