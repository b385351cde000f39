/** Events that are to come (COLLECT-2). */
import { siteContext } from '../context.ts';
import { about } from '../parts/about.ts';
import { Moment } from '../parts/moment.tsx';
import type { Route } from './+types/events.ts';

export async function loader({ context }: Route.LoaderArgs) {
  return { events: await context.get(siteContext).parts.events.list() };
}

export const meta: Route.MetaFunction = () =>
  about('Events', 'What is to come, and how to register, with an account or without.');

export default function Events({ loaderData: { events } }: Route.ComponentProps) {
  return (
    <div className="stack">
      <h1>Events</h1>
      <p className="lead">To register you need an address, and no account.</p>
      {events.length === 0 ? (
        <p>
          Nothing is planned at the moment. <a href="/newsletter">The newsletter</a> says when something is.
        </p>
      ) : (
        <div className="columns">
          {events.map((event) => (
            <article key={event.id} className="card">
              <h2 className="card-title breaks">
                <a href={`/events/${event.id}`}>{event.title}</a>
              </h2>
              <p>
                <Moment iso={event.startsAt} /> UTC
              </p>
              <p className="quiet breaks">{event.place}</p>
              {event.isCancelled && <span className="tag bad">cancelled</span>}
            </article>
          ))}
        </div>
      )}
    </div>
  );
}
