/** Requests that wait for an answer, by the day that it is due; or all of them, the newest first. */
import { kindInWords } from '../../parts/asks.ts';
import { count } from '../../parts/format.ts';
import { Day } from '../../parts/moment.tsx';
import { DOORS, standingOf } from '../../parts/request-words.ts';
import { WideTable } from '../../parts/wide-table.tsx';
import { answered } from '../../session.ts';
import type { Route } from './+types/requests.ts';

export const loader = ({ context, request }: Route.LoaderArgs) =>
  answered(context, async ({ parts, caller }) => {
    const { searchParams } = new URL(request.url);
    const asked = { all: searchParams.has('all'), after: searchParams.get('after') };
    const { may } = await parts.desk.staff(caller);
    return {
      ...asked,
      ...(await parts.requestDesk.list(caller, asked)),
      toRead: (await parts.mailDesk.list(caller)).count,
      mayEnter: may.enter_request,
    };
  });

export const headers: Route.HeadersFunction = () => ({ 'cache-control': 'no-store' });
export const meta: Route.MetaFunction = () => [{ title: 'Requests – Desk – Kept' }];

type Loaded = Route.ComponentProps['loaderData'];

export default function Requests({ loaderData }: Route.ComponentProps) {
  const { all, requests, next, open, soon, late, deciders, toRead, mayEnter } = loaderData;
  return (
    <div className="stack">
      <h1>Requests</h1>
      <p className="lead">
        Waiting for an answer: {count(open)}. Late: {count(late)}. Due within seven days: {count(soon)}.
      </p>
      {deciders.tooFew && (
        <p className="note warn">
          {deciders.count === 0 ? 'Nobody' : 'Only one person'} has the role privacy. A refusal and its appeal
          need two different people: give the role to another one, or, once an appeal waits, invite somebody
          from outside for it on its page.
        </p>
      )}
      <p className="actions">
        <a className="button second" href={all ? '/desk/requests' : '/desk/requests?all'}>
          {all ? 'Those that wait' : 'All, the newest first'}
        </a>
        {mayEnter && (
          <a className="button second" href="/desk/requests/new">
            Enter a letter
          </a>
        )}
        <a className="button second" href="/desk/requests/mail">
          Mail to read{toRead > 0 && ` (${count(toRead)})`}
        </a>
        <a className="button second" href="/desk/requests/figures">
          Figures
        </a>
      </p>
      {requests.length === 0 ? (
        <p>{all ? 'There are none.' : 'Nothing waits.'}</p>
      ) : (
        <List requests={requests} />
      )}
      {next !== null && (
        <p>
          <a href={`/desk/requests?${all ? 'all&' : ''}after=${encodeURIComponent(next)}`}>Further ones</a>
        </p>
      )}
    </div>
  );
}

const List = ({ requests }: Pick<Loaded, 'requests'>) => (
  <WideTable label="Requests">
    <thead>
      <tr>
        <th scope="col">Answer by</th>
        <th scope="col">What</th>
        <th scope="col">Where</th>
        <th scope="col">How it stands</th>
        <th scope="col">Came</th>
      </tr>
    </thead>
    <tbody>
      {requests.map((request) => (
        <tr key={request.id}>
          <th scope="row">
            <Day date={request.dueAt.slice(0, 10)} /> <Urgency of={request.urgency} />
          </th>
          <td>
            <a href={`/desk/requests/${request.id}`}>{kindInWords(request.right)}</a>
            {request.right === 'child_report' && (
              <>
                {' '}
                <span className="tag bad">first</span>
              </>
            )}
          </td>
          <td>{request.right === 'child_report' ? '–' : request.place}</td>
          <td>
            {standingOf(request)}
            {request.outside > 0 && (
              <>
                {' '}
                <span className="tag">{count(request.outside)} outside open</span>
              </>
            )}
          </td>
          <td>
            <Day date={request.receivedAt.slice(0, 10)} />, by {DOORS[request.door]}
          </td>
        </tr>
      ))}
    </tbody>
  </WideTable>
);

const Urgency = ({ of }: { of: Loaded['requests'][number]['urgency'] }) => {
  if (of === null) return null;
  return <span className={of === 'late' ? 'tag bad' : 'tag warn'}>{of}</span>;
};
