/**
 * Log lines: JSON objects built from the closed list in `fields.ts`, on standard output. The supervisor passes on
 * only lines that `parseLine` accepts and counts the rest, since a runtime can print what we never wrote.
 */
import {
  ERROR_CLASSES,
  type ErrorClass,
  EVENTS,
  type Event,
  FIELDS,
  type FieldName,
  LEVELS,
  type Level,
  ROLES,
  type Role,
} from './fields.ts';

export type LogFields = { readonly [F in FieldName]?: string | number };

export interface LogLine extends LogFields {
  /** Milliseconds since 1970, UTC. */
  readonly at: number;
  readonly level: Level;
  readonly from: Role;
  readonly event: Event;
}

export type Log = (level: Level, event: Event, fields?: LogFields) => void;

const LINE_BYTES_MAX = 2048;

/** A log for one process. Lines below `lowest` are dropped; a field outside the closed list drops out of its line. */
export function createLog(from: Role, lowest: Level, write: (line: string) => void): Log {
  const heard: ReadonlySet<Level> = new Set(LEVELS.slice(LEVELS.indexOf(lowest)));
  return (level, event, fields) => {
    if (!heard.has(level)) return;
    const line: Record<string, unknown> = { at: Date.now(), level, from, event };
    for (const [name, value] of Object.entries(fields ?? {})) {
      if (FIELDS[name as FieldName]?.(value)) line[name] = value;
    }
    write(`${JSON.stringify(line)}\n`);
  };
}

/** The line as a record, or null when it is anything but one of ours. */
export function parseLine(text: string): LogLine | null {
  if (text.length > LINE_BYTES_MAX || text.charCodeAt(0) !== 123) return null;
  let line: Record<string, unknown>;
  try {
    line = JSON.parse(text);
  } catch {
    return null;
  }
  for (const [name, value] of Object.entries(line)) {
    const known =
      name === 'at'
        ? Number.isSafeInteger(value)
        : name === 'level'
          ? LEVELS.includes(value as Level)
          : name === 'from'
            ? ROLES.includes(value as Role)
            : name === 'event'
              ? EVENTS.includes(value as Event)
              : Object.hasOwn(FIELDS, name) && FIELDS[name as FieldName](value);
    if (!known) return null;
  }
  const whole = line.at !== undefined && line.level && line.from && line.event;
  return whole ? (line as unknown as LogLine) : null;
}

/** What may be said of an error: its class and the first place of our own source in its stack. Never its message. */
export function faultFields(error: unknown): LogFields {
  const name = error instanceof Error ? error.name : 'Error';
  const known = ERROR_CLASSES.includes(name as ErrorClass) ? name : 'Error';
  const frames = error instanceof Error ? (error.stack ?? '').split('\n').slice(1) : [];
  for (const frame of frames) {
    const found = /(?:^|\/)(src\/[a-z0-9/-]{1,80}\.tsx?:\d{1,5})(?::\d+)?\)?$/.exec(frame);
    if (found?.[1] && !frame.includes('node_modules')) return { class: known, place: found[1] };
  }
  return { class: known };
}
