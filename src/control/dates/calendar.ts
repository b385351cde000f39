/** Dates as a calendar that programs read (RFC 5545). Pure. */
import { calendarFile, escaped, utc } from '../calendar-file.ts';
import type { ComingDate } from './coming.ts';

/** How often programs are asked to look (RFC 7986, 5.7). */
const LOOK = 'PT12H';

/** `host`: makes the events' names ours; `stampedAt`: ms since 1970. */
export const calendarOf = (dates: readonly ComingDate[], host: string, stampedAt: number): string =>
  calendarFile('Dates', [
    `NAME:${escaped(`Dates at ${host}`)}`,
    `X-WR-CALNAME:${escaped(`Dates at ${host}`)}`,
    `REFRESH-INTERVAL;VALUE=DURATION:${LOOK}`,
    ...dates.flatMap((date) => eventOf(date, host, stampedAt)),
  ]);

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
