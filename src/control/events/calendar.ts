/** An event as a calendar file (RFC 5545): nothing in it is about anybody. */
import type { EventRow } from './schema.ts';

/** Octets of a line, without its end (RFC 5545, 3.1). */
const LINE_BYTES_MAX = 75;

export function calendarOf(of: EventRow, siteUrl: string): string {
  const { hostname } = new URL(siteUrl);
  const lines = [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//Kept//Events//EN',
    'METHOD:PUBLISH',
    'BEGIN:VEVENT',
    `UID:${of.id}@${hostname}`,
    `DTSTAMP:${utc(of.changedAt)}`,
    `LAST-MODIFIED:${utc(of.changedAt)}`,
    `DTSTART:${utc(of.startsAt)}`,
    `DTEND:${utc(of.endsAt)}`,
    `SUMMARY:${escaped(of.title)}`,
    `DESCRIPTION:${escaped(of.words)}`,
    `LOCATION:${escaped(of.place)}`,
    `URL:${siteUrl}/events/${of.id}`,
    `STATUS:${of.state === 'cancelled' ? 'CANCELLED' : 'CONFIRMED'}`,
    'END:VEVENT',
    'END:VCALENDAR',
  ];
  return `${lines.map(folded).join('\r\n')}\r\n`;
}

/** `20270131T120000Z`. */
const utc = (at: Date): string => at.toISOString().replace(/[-:]|\.\d{3}/g, '');

/** RFC 5545, 3.3.11. */
const escaped = (text: string): string =>
  text
    .replace(/[\\;,]/g, (sign) => `\\${sign}`)
    .replaceAll('\r\n', '\n')
    .replaceAll('\n', '\\n')
    .replace(/\p{Cc}/gu, '');

/** Never within a character. */
function folded(line: string): string {
  let folds = '';
  let bytes = 0;
  for (const sign of line) {
    const length = Buffer.byteLength(sign);
    if (bytes + length > LINE_BYTES_MAX) {
      folds += '\r\n ';
      bytes = 1;
    }
    folds += sign;
    bytes += length;
  }
  return folds;
}
