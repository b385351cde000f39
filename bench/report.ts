/** Writes the figures into docs/performance.md, between two markers, with the machine and the date. */
import { readFileSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { type Figure, table } from './figures.ts';

const FILE = path.resolve(import.meta.dirname, '../docs/performance.md');
const BEGIN = '<!-- figures: begin (written by npm run bench) -->';
const END = '<!-- figures: end -->';

function machine(): string {
  const memory = `${Math.round(os.totalmem() / 1024 ** 3)} GB of memory`;
  const cpu = `${os.cpus()[0]?.model.trim() ?? 'an unknown processor'}, ${os.availableParallelism()} cores`;
  return `${cpu}, ${memory}; Linux ${os.release()}, Node ${process.versions.node}`;
}

/** Replaces what stands between the markers. */
export function writeReport(figures: readonly Figure[]): void {
  const text = readFileSync(FILE, 'utf8');
  const begin = text.indexOf(BEGIN);
  const end = text.indexOf(END);
  if (begin < 0 || end < begin)
    throw new Error(`docs/performance.md has lost its markers: put ${BEGIN} and ${END} back.`);
  const busy = `Load average at the end: ${os
    .loadavg()
    .map((load) => load.toFixed(1))
    .join(', ')}.`;
  const date = new Date().toISOString().slice(0, 10);
  const section = `${BEGIN}\n\nMeasured on ${date}: ${machine()}. ${busy}\n\n${table(figures)}\n\n`;
  writeFileSync(FILE, text.slice(0, begin) + section + text.slice(end));
}
