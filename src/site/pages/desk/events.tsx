/** Events as staff prepare them. */
import { count } from '../../parts/format.ts';
import { Moment } from '../../parts/moment.tsx';
import { WideTable } from '../../parts/wide-table.tsx';
import { answered } from '../../session.ts';
import type { Route } from './+types/events.ts';

export const loader = ({ context }: Route.LoaderArgs) =>
  answered(context, async ({ parts, caller }) => ({ events: await parts.eventDesk.list(caller) }));

export const headers: Route.HeadersFunction = () => ({ 'cache-control': 'no-store' });
export const meta: Route.MetaFunction = () => [{ title: 'Events – Desk – Kept' }];

export default function DeskEvents({ loaderData: { events } }: Route.ComponentProps) {
  return (
    <div className="stack">
      <h1>Events</h1>
      <p>
        <a className="button" href="/desk/events/new">
          Prepare one
        </a>
      </p>
      {events.length === 0 ? (
        <p>None so far.</p>
      ) : (
        <WideTable label="Events">
          <thead>
            <tr>
              <th scope="col">Title</th>
              <th scope="col">Begins</th>
              <th scope="col">How it stands</th>
              <th scope="col">Come</th>
              <th scope="col">Wait</th>
            </tr>
          </thead>
          <tbody>
            {events.map((event) => (
              <tr key={event.id}>
                <th scope="row">
                  <a href={`/desk/events/${event.id}`}>{event.title}</a>
                </th>
                <td>
                  <Moment iso={event.startsAt} />
                </td>
                <td>{event.state === 'open' && event.isOver ? 'over' : event.state}</td>
                <td>
                  {count(event.coming)} of {count(event.capacity)}
                </td>
                <td>{count(event.waiting)}</td>
              </tr>
            ))}
          </tbody>
        </WideTable>
      )}
    </div>
  );
}
