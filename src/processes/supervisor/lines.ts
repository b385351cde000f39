/**
 * What children print. Only lines that are records of the closed list are passed on, as they were built anew; a runtime
 * can print what we never wrote (an uncaught JSON error quotes the body), and that is counted instead.
 */
import type { Readable } from 'node:stream';
import { LEVELS, type Level } from '../../log/fields.ts';
import { type LogLine, parseLine } from '../../log/log.ts';

/** A longer line is none of ours; nothing of it is kept. */
const LINE_CHARS_MAX = 2048;
const NEWLINE = 10;

export interface LineReader {
  /** Lines held back since the last call. */
  takeWithheld(): number;
}

/** Reads `streams` line by line; `onLine` gets records, everything else is counted. */
export function readLines(streams: readonly Readable[], onLine: (line: LogLine) => void): LineReader {
  let withheld = 0;
  for (const stream of streams) {
    let rest = '';
    let tooLong = false;
    stream.on('error', () => {});
    stream.on('data', (data: Buffer) => {
      let from = 0;
      for (let at = data.indexOf(NEWLINE); at >= 0; at = data.indexOf(NEWLINE, from)) {
        const text = rest + data.toString('latin1', from, at);
        const line = tooLong ? null : parseLine(text);
        if (line === null) withheld += 1;
        else onLine(line);
        rest = '';
        tooLong = false;
        from = at + 1;
      }
      if (tooLong || rest.length + data.length - from > LINE_CHARS_MAX) {
        tooLong = from < data.length || tooLong;
        rest = '';
      } else rest += data.toString('latin1', from);
    });
    stream.on('end', () => {
      if (rest !== '' || tooLong) withheld += 1;
    });
  }
  return {
    takeWithheld: () => {
      const count = withheld;
      withheld = 0;
      return count;
    },
  };
}

/** Passes records of `lowest` and above on, one JSON object a line. */
export function passOn(lowest: Level, write: (text: string) => void): (line: LogLine) => void {
  const floor = LEVELS.indexOf(lowest);
  return (line) => {
    if (LEVELS.indexOf(line.level) >= floor) write(`${JSON.stringify(line)}\n`);
  };
}
