/** Writes the figures of a group into docs/performance.md, between two markers, with the machine and the date. */
import { readFileSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { type Figure, table } from './figures.ts';

const FILE = path.resolve(import.meta.dirname, '../docs/performance.md');
/** What is measured together, and stands together on the page with its date and the machine's load. */
export const GROUPS = [
  'gateway and engine',
  'store',
  'site',
  'privacy office',
  'mail',
  'billing',
  'verification',
  'large stores',
] as const;
export type Group = (typeof GROUPS)[number];

const beginOf = (group: Group): string => `<!-- figures of ${group}: begin (written by npm run bench) -->`;
const endOf = (group: Group): string => `<!-- figures of ${group}: end -->`;

function machine(): string {
  const memory = `${Math.round(os.totalmem() / 1024 ** 3)} GB of memory`;
  const cpu = `${os.cpus()[0]?.model.trim() ?? 'an unknown processor'}, ${os.availableParallelism()} cores`;
  return `${cpu}, ${memory}; Linux ${os.release()}, Node ${process.versions.node}`;
}

const shown = (load: readonly number[]): string => load.map((each) => each.toFixed(1)).join(', ');

/** Replaces what stands between the group's markers. `loadBefore`: the load averages when it began. */
export function writeReport(group: Group, figures: readonly Figure[], loadBefore: readonly number[]): void {
  const text = readFileSync(FILE, 'utf8');
  const [begin, end] = [text.indexOf(beginOf(group)), text.indexOf(endOf(group))];
  if (begin < 0 || end < begin)
    throw new Error(
      `docs/performance.md has lost its markers: put ${beginOf(group)} and ${endOf(group)} back.`,
    );
  const busy = `Load average before: ${shown(loadBefore)}; after: ${shown(os.loadavg())}.`;
  const date = new Date().toISOString().slice(0, 10);
  const section = `${beginOf(group)}\n\nMeasured on ${date}: ${machine()}. ${busy}\n\n${table(figures)}\n\n`;
  writeFileSync(FILE, text.slice(0, begin) + section + text.slice(end));
}
