/** Mail to the policy address that waits for a reader: no rule understood it, or it is about a request. */
import { count } from '../../parts/format.ts';
import { Day, Moment } from '../../parts/moment.tsx';
import { WideTable } from '../../parts/wide-table.tsx';
import { answered } from '../../session.ts';
import type { Route } from './+types/letters.ts';

export const loader = ({ context }: Route.LoaderArgs) =>
  answered(context, ({ parts, caller }) => parts.mailDesk.list(caller));

export const headers: Route.HeadersFunction = () => ({ 'cache-control': 'no-store' });
export const meta: Route.MetaFunction = () => [{ title: 'Mail to read – Desk – Kept' }];

export default function Letters({ loaderData: { count: waiting, mails } }: Route.ComponentProps) {
  return (
    <div className="stack">
      <h1>Mail to read</h1>
      <p className="lead">
        {waiting === 0
          ? 'No mail to the policy address waits for a reader.'
          : `${waiting === 1 ? 'One' : count(waiting)} came to the policy address, and ${waiting === 1 ? 'waits' : 'wait'} for somebody to read ${waiting === 1 ? 'it' : 'them'}.`}
      </p>
      {mails.length > 0 && (
        <WideTable label="Mail to read">
          <thead>
            <tr>
              <th scope="col">Came</th>
              <th scope="col">About</th>
              <th scope="col">Answered</th>
              <th scope="col">Files</th>
              <th scope="col">Gone on</th>
            </tr>
          </thead>
          <tbody>
            {mails.map((mail) => (
              <tr key={mail.id}>
                <th scope="row">
                  <a href={`/desk/requests/mail/${mail.id}`}>
                    <Moment iso={mail.receivedAt} />
                  </a>{' '}
                  UTC
                </th>
                <td>
                  {mail.request === null ? (
                    'no rule could tell'
                  ) : (
                    <a href={`/desk/requests/${mail.request}`}>a request</a>
                  )}
                </td>
                <td>{mail.isAnswered ? 'by itself' : 'not yet'}</td>
                <td>{mail.attachments === 0 ? 'none' : `${mail.attachments}, not kept`}</td>
                <td>
                  <Day date={mail.until.slice(0, 10)} />
                </td>
              </tr>
            ))}
          </tbody>
        </WideTable>
      )}
      <p>
        <a href="/desk/requests">All requests</a>
      </p>
    </div>
  );
}
