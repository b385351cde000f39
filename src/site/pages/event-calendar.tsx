/** An event as a calendar file. */
import { answered } from '../session.ts';
import type { Route } from './+types/event-calendar.ts';

export async function loader({ context, params }: Route.LoaderArgs) {
  const text = await answered(context, ({ parts }) => parts.events.calendar(params.event));
  return new Response(text, {
    headers: {
      'content-type': 'text/calendar; charset=utf-8',
      'content-disposition': 'attachment; filename="kept-event.ics"',
    },
  });
}
