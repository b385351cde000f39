/** Dates as a calendar that programs read (RFC 5545). Pure. */
import type { ComingDate } from './coming.ts';

/** RFC 5545, 3.1: octets of a line without its end. */
const LINE_OCTETS_MAX = 75;
/** How often programs are asked to look (RFC 7986, 5.7). */
const LOOK = 'PT12H';

/** `host`: makes the events' names ours; `stampedAt`: ms since 1970. */
export function calendarOf(dates: readonly ComingDate[], host: string, stampedAt: number): string {
  const lines = [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//Kept//Dates//EN',
    'CALSCALE:GREGORIAN',
    'METHOD:PUBLISH',
    `NAME:${escaped(`Dates at ${host}`)}`,
    `X-WR-CALNAME:${escaped(`Dates at ${host}`)}`,
    `REFRESH-INTERVAL;VALUE=DURATION:${LOOK}`,
    ...dates.flatMap((date) => eventOf(date, host, stampedAt)),
    'END:VCALENDAR',
  ];
  return `${lines.flatMap(folded).join('\r\n')}\r\n`;
}

const eventOf = ({ uid, at, what, url }: ComingDate, host: string, stampedAt: number): string[] => [
  'BEGIN:VEVENT',
  `UID:${uid}@${host}`,
  `DTSTAMP:${utc(stampedAt)}`,
  `DTSTART:${utc(Date.parse(at))}`,
  `SUMMARY:${escaped(what)}`,
  `URL:${url}`,
  // It takes nobody's time.
  'TRANSP:TRANSPARENT',
  'CLASS:PRIVATE',
  'END:VEVENT',
];

/** `20270131T120000Z` (3.3.5, form 2). */
const utc = (at: number): string =>
  `${new Date(at).toISOString().slice(0, 19).replaceAll('-', '').replaceAll(':', '')}Z`;

/** 3.3.11. No control character may stand in a text. */
const escaped = (text: string): string =>
  text
    .replaceAll(/\r?\n/g, '\n')
    .replaceAll(/[\\;,]/g, (sign) => `\\${sign}`)
    .replaceAll('\n', '\\n')
    .replaceAll(/\p{Cc}/gu, '');

/** 3.1: a line that is too long goes on after a space; between letters, never inside of one. */
function folded(line: string): string[] {
  const lines: string[] = [];
  let current = '';
  for (const sign of line) {
    if (Buffer.byteLength(current + sign) > LINE_OCTETS_MAX) {
      lines.push(current);
      current = ' ';
    }
    current += sign;
  }
  return [...lines, current];
}
