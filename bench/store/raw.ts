/** What the machine itself takes for what is durable: one write to the disk, one commit of PostgreSQL. Nothing of ours. */
import { open, rm } from 'node:fs/promises';
import path from 'node:path';
import type pg from 'pg';
import type { Figure } from '../figures.ts';
import { quantile } from '../measure.ts';

const TIMES = 200;
const WRITE_BYTES = 4096;

export interface Spread {
  readonly median: number;
  readonly tail: number;
}

export const spreadOf = (values: readonly number[]): Spread => ({
  median: quantile(values, 0.5),
  tail: quantile(values, 0.95),
});

export const shown = ({ median, tail }: Spread): string =>
  `median ${median.toFixed(1)} ms, p95 ${tail.toFixed(1)} ms`;

export async function rawTimes(folder: string, owner: pg.Client): Promise<Figure[]> {
  const place = path.join(folder, 'raw');
  const file = await open(place, 'w');
  const block = Buffer.alloc(WRITE_BYTES, 1);
  const overwritten: number[] = [];
  const appended: number[] = [];
  try {
    for (let n = 0; n < TIMES; n++) {
      for (const [times, position] of [
        [overwritten, 0],
        [appended, (n + 1) * WRITE_BYTES],
      ] as const) {
        const begun = performance.now();
        await file.write(block, 0, WRITE_BYTES, position);
        await file.datasync();
        times.push(performance.now() - begun);
      }
    }
  } finally {
    await file.close();
    await rm(place);
  }
  await owner.query('create table bench_raw (n integer)');
  const commits: number[] = [];
  for (let n = 0; n < TIMES; n++) {
    const begun = performance.now();
    await owner.query('insert into bench_raw values (1)');
    commits.push(performance.now() - begun);
  }
  await owner.query('drop table bench_raw');
  return [
    figure('the machine: 4 KB overwritten and synced', spreadOf(overwritten)),
    figure('the machine: 4 KB appended and synced', spreadOf(appended)),
    figure('the machine: one row inserted in PostgreSQL', spreadOf(commits)),
  ];
}

const figure = (what: string, spread: Spread): Figure => ({
  what,
  ours: '–',
  peer: shown(spread),
  outcome: '–',
  goal: '–',
  met: null,
});
