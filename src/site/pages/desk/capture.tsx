/** The requests of one debug capture: when they came and how they were answered, and nothing of what they say. */
import { CapturedTable } from '../../parts/captured.tsx';
import { Moment } from '../../parts/moment.tsx';
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
        <CapturedTable requests={requests} place="/desk/captures/requests" />
      )}
      <p>
        <a href="/desk/captures">All debug captures</a>
      </p>
    </div>
  );
}
