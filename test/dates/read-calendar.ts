/** A strict reader of calendars (RFC 5545): throws for whatever the grammar does not allow. */

export interface Read {
  readonly properties: Readonly<Record<string, string>>;
  readonly events: readonly Readonly<Record<string, string>>[];
}

const LINE_OCTETS_MAX = 75;
const UTC = /^\d{8}T\d{6}Z$/;
/** 3.6.1 and 3.8: what an event has to have, and may have once. */
const NEEDED = ['UID', 'DTSTAMP', 'DTSTART'];
const TEXTS = new Set(['SUMMARY', 'NAME', 'X-WR-CALNAME']);

export function read(text: string): Read {
  if (!text.endsWith('\r\n')) throw new Error('the last line has no end');
  const raw = text.slice(0, -2).split('\r\n');
  for (const line of raw) {
    if (/[\r\n]/.test(line)) throw new Error(`an end of line alone: ${JSON.stringify(line)}`);
    if (Buffer.byteLength(line) > LINE_OCTETS_MAX) throw new Error(`too long: ${line}`);
    if (line.isWellFormed() === false || line.includes('\ufffd')) throw new Error('cut inside of a letter');
  }
  const lines = raw.join('\r\n').replaceAll('\r\n ', '').split('\r\n').map(lineOf);
  const [first, ...rest] = lines;
  const last = rest.pop();
  if (first?.name !== 'BEGIN' || first.value !== 'VCALENDAR') throw new Error('no calendar begins');
  if (last?.name !== 'END' || last.value !== 'VCALENDAR') throw new Error('it does not end');
  const properties: Record<string, string> = {};
  const events: Record<string, string>[] = [];
  let event: Record<string, string> | null = null;
  for (const { name, value } of rest) {
    if (name === 'BEGIN') {
      if (value !== 'VEVENT' || event !== null) throw new Error(`${value} begins here`);
      event = {};
    } else if (name === 'END') {
      if (value !== 'VEVENT' || event === null) throw new Error(`${value} ends here`);
      checkEvent(event);
      events.push(event);
      event = null;
    } else put(event ?? properties, name, value);
  }
  for (const needed of ['PRODID', 'VERSION'])
    if (properties[needed] === undefined) throw new Error(`no ${needed}`);
  return { properties, events };
}

function lineOf(line: string): { name: string; value: string } {
  const [, name, value] =
    /^([A-Z0-9-]+)(?:;[A-Z-]+=[A-Z0-9-]+)*:([^\u0000-\u0008\u000a-\u001f\u007f]*)$/.exec(line) ?? [];
  if (name === undefined || value === undefined) throw new Error(`no line of a calendar: ${line}`);
  return { name, value: TEXTS.has(name) ? textOf(value) : value };
}

function textOf(value: string): string {
  if (/(?<!\\)(?:\\\\)*[,;]/.test(value)) throw new Error(`not escaped: ${value}`);
  return value.replaceAll(/\\([\\;,nN]|$|.)/g, (_, sign: string) => {
    if (!'\\;,nN'.includes(sign) || sign === '') throw new Error(`a backslash before ${sign}`);
    return sign.toLowerCase() === 'n' ? '\n' : sign;
  });
}

function put(into: Record<string, string>, name: string, value: string): void {
  if (into[name] !== undefined) throw new Error(`${name} stands twice`);
  into[name] = value;
}

function checkEvent(event: Readonly<Record<string, string>>): void {
  for (const name of NEEDED) if (event[name] === undefined) throw new Error(`an event has no ${name}`);
  for (const name of ['DTSTAMP', 'DTSTART'])
    if (!UTC.test(event[name] ?? '')) throw new Error(`${name} is no moment`);
}
