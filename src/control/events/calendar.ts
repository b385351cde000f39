/** An event as a calendar file (RFC 5545): nothing in it is about anybody. */
import { calendarFile, escaped, utc } from '../calendar-file.ts';
import type { EventRow } from './schema.ts';

export function calendarOf(of: EventRow, siteUrl: string): string {
  const { hostname } = new URL(siteUrl);
  const changed = utc(of.changedAt.getTime());
  return calendarFile('Events', [
    'BEGIN:VEVENT',
    `UID:${of.id}@${hostname}`,
    `DTSTAMP:${changed}`,
    `LAST-MODIFIED:${changed}`,
    `DTSTART:${utc(of.startsAt.getTime())}`,
    `DTEND:${utc(of.endsAt.getTime())}`,
    `SUMMARY:${escaped(of.title)}`,
    `DESCRIPTION:${escaped(of.words)}`,
    `LOCATION:${escaped(of.place)}`,
    `URL:${siteUrl}/events/${of.id}`,
    `STATUS:${of.state === 'cancelled' ? 'CANCELLED' : 'CONFIRMED'}`,
    'END:VEVENT',
  ]);
}
