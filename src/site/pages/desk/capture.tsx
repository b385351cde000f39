/** The requests of one debug capture: when they came and how they were answered, and nothing of what they say. */
import { statusWords } from '../../parts/captured.tsx';
import { Moment } from '../../parts/moment.tsx';
import { WideTable } from '../../parts/wide-table.tsx';
import { answered } from '../../session.ts';
import type { Route } from './+types/capture.ts';

export const loader = ({ context, params }: Route.LoaderArgs) =>
  answered(context, ({ parts, caller }) => parts.captureDesk.capture(caller, params.capture));

export const headers: Route.HeadersFunction = () => ({ 'cache-control': 'no-store' });
export const meta: Route.MetaFunction = () => [{ title: 'Debug capture – Desk – Kept' }];

export default function DeskCapture({ loaderData: { account, until, requests } }: Route.ComponentProps) {
  return (
    <div className="stack">
      <h1>A debug capture</h1>
      <p className="lead breaks">
        Of <a href={`/desk/${account}`}>{account}</a>, until <Moment iso={until} /> UTC.
      </p>
      {requests.length === 0 ? (
        <p>No request yet.</p>
      ) : (
        <WideTable label="Requests that were kept">
          <thead>
            <tr>
              <th scope="col">Came, UTC</th>
              <th scope="col">Asked for</th>
              <th scope="col">Answered</th>
              <th scope="col">Request</th>
            </tr>
          </thead>
          <tbody>
            {requests.map(({ id, reference, at, endpoint, status }) => (
              <tr key={id}>
                <th scope="row">
                  <Moment iso={at} />
                </th>
                <td>{endpoint}</td>
                <td>{statusWords(status)}</td>
                <td>
                  <a href={`/desk/captures/requests/${id}`}>{reference}</a>
                </td>
              </tr>
            ))}
          </tbody>
        </WideTable>
      )}
      <p>
        <a href="/desk/captures">All debug captures</a>
      </p>
    </div>
  );
}
