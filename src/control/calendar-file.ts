/** Calendars as files that programs read (RFC 5545): lines, times and texts; what they say is handed in. Pure. */

/** RFC 5545, 3.1: octets of a line without its end. */
const LINE_OCTETS_MAX = 75;

/** `maker`: the last part of PRODID. `lines`: between head and end, not folded yet. */
export function calendarFile(maker: string, lines: readonly string[]): string {
  const all = [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    `PRODID:-//Kept//${maker}//EN`,
    'CALSCALE:GREGORIAN',
    'METHOD:PUBLISH',
    ...lines,
    'END:VCALENDAR',
  ];
  return `${all.flatMap(folded).join('\r\n')}\r\n`;
}

/** `20270131T120000Z` (3.3.5, form 2); milliseconds since 1970. */
export const utc = (at: number): string =>
  `${new Date(at).toISOString().slice(0, 19).replaceAll('-', '').replaceAll(':', '')}Z`;

/** 3.3.11. No control character may stand in a text. */
export const escaped = (text: string): string =>
  text
    .replaceAll(/\r?\n/g, '\n')
    .replaceAll(/[\\;,]/g, (sign) => `\\${sign}`)
    .replaceAll('\n', '\\n')
    .replaceAll(/\p{Cc}/gu, '');

/** 3.1: a line that is too long goes on after a space; between letters, never inside of one. */
function folded(line: string): string[] {
  const lines: string[] = [];
  let current = '';
  let octets = 0;
  for (const sign of line) {
    const more = Buffer.byteLength(sign);
    if (octets + more > LINE_OCTETS_MAX) {
      lines.push(current);
      [current, octets] = [' ', 1];
    }
    current += sign;
    octets += more;
  }
  return [...lines, current];
}
