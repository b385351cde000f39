/** Somebody's dates for their calendar, by an address that only they know (RFC 5545). */
import { data } from 'react-router';
import { siteContext } from '../context.ts';
import { refusal } from '../session.ts';
import type { Route } from './+types/calendar.ts';

export async function loader({ context, params }: Route.LoaderArgs) {
  const { parts, caller } = context.get(siteContext);
  const calendar = await parts.dates.read(caller, params.feed).catch(refusal(parts));
  if (calendar === null) throw data(null, { status: 404 });
  return new Response(calendar, {
    headers: {
      'content-type': 'text/calendar; charset=utf-8',
      'content-disposition': 'inline; filename="dates.ics"',
      'cache-control': 'private, no-cache',
      'x-robots-tag': 'noindex',
    },
  });
}
