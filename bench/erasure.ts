/**
 * Erasure beside Edna's figures (Tsai et al., SOSP 2023): how long one takes among a million people with ten rows each,
 * in the product's own tables, and what a storm of erasures does to everybody else.
 */
import { appendFileSync } from 'node:fs';
import path from 'node:path';
import { eraseNow } from '../src/store/erasure/erase.ts';
import { scheduleErasure } from '../src/store/erasure/grace.ts';
import { runDueErasures } from '../src/store/erasure/resume.ts';
import { realDisk } from '../src/store/ledger/disk.ts';
import { ErasureLedger } from '../src/store/ledger/erasure-ledger.ts';
import type { Figure } from './figures.ts';
import { quantile } from './measure.ts';
import { type BenchStore, openBenchStore, setWalls } from './store/open.ts';
import { newId, ROWS_A_PERSON, type Somebody, seedPeople } from './store/people.ts';
import { rawTimes, shown, spreadOf } from './store/raw.ts';
import { startBenchServer } from './store/server.ts';
import { OtherWork } from './store/work.ts';

export interface ErasureEffort {
  readonly people: number;
  readonly erased: number;
  /** Rounds of other work without and with a storm. */
  readonly rounds: number;
  readonly roundMs: number;
}

const WARM_UP = 100;
const MEDIAN_MS_MAX = 8;
const TAIL_MS_MAX = 40;
const LOSS_MAX = 0.05;
const AT_ONCE = 16;
/** Enough for the longest storm. */
const STORM_PEOPLE = 4_000;
const EDNA = 'Edna: 9.7–13.4 ms, p95 100–180 ms';
const EDNA_STORM = 'Edna: −3.7 to −7 %';

export async function erasureBench(effort: ErasureEffort, say: (line: string) => void): Promise<Figure[]> {
  const server = await startBenchServer();
  try {
    const bench = await openBenchStore(server, { walled: true });
    const figures = await rawTimes(server.folder, bench.owner);
    const sample = WARM_UP + effort.erased + AT_ONCE * 25 + STORM_PEOPLE;
    const people = await seedPeople(bench, effort.people, Math.min(sample, effort.people >> 1), say);
    const take = (count: number): Somebody[] => people.splice(0, count);
    for (const each of take(WARM_UP)) await erase(bench, each);
    figures.push(await alone(bench, take(effort.erased), effort.people));
    figures.push(await atOnce(bench, take(AT_ONCE * 25)));
    const staying = take(people.length >> 1);
    figures.push(...(await storms(bench, staying, people, effort, say)));
    figures.push(await longLedger(server.folder, effort.people));
    await bench.close();
    return figures;
  } finally {
    await server.stop();
  }
}

async function erase({ erasing }: BenchStore, { person }: Somebody): Promise<void> {
  const erased = await eraseNow(erasing, { kind: 'person', id: person }, { role: 'person' });
  if (erased?.state !== 'done') throw new Error('an erasure was not done');
}

async function alone(bench: BenchStore, people: readonly Somebody[], among: number): Promise<Figure> {
  const times: number[] = [];
  for (const each of people) {
    const begun = performance.now();
    await erase(bench, each);
    times.push(performance.now() - begun);
  }
  const spread = spreadOf(times);
  return {
    what: `erasure of a person with ${ROWS_A_PERSON} rows among ${among.toLocaleString('en')} people, one after the other`,
    ours: shown(spread),
    peer: EDNA,
    outcome: `${spread.median.toFixed(1)} ms, ${spread.tail.toFixed(1)} ms`,
    goal: `≤ ${MEDIAN_MS_MAX} ms, p95 ≤ ${TAIL_MS_MAX} ms`,
    met: spread.median <= MEDIAN_MS_MAX && spread.tail <= TAIL_MS_MAX,
  };
}

async function atOnce(bench: BenchStore, people: Somebody[]): Promise<Figure> {
  const begun = performance.now();
  const count = people.length;
  const worker = async (): Promise<void> => {
    for (let each = people.pop(); each !== undefined; each = people.pop()) await erase(bench, each);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  const rate = (count * 1000) / (performance.now() - begun);
  return {
    what: `erasures, ${AT_ONCE} at once`,
    ours: `${rate.toFixed(0)}/s`,
    peer: '',
    outcome: `${rate.toFixed(0)}/s`,
    goal: '–',
    met: null,
  };
}

type Storm = (signal: AbortSignal) => Promise<number>;

/** The same work without and with each kind of storm, in turns; medians of the rounds. */
async function storms(
  bench: BenchStore,
  staying: readonly Somebody[],
  leaving: Somebody[],
  { rounds, roundMs }: ErasureEffort,
  say: (line: string) => void,
): Promise<Figure[]> {
  const work = new OtherWork(bench, staying);
  const due = leaving.splice(0, Math.min(leaving.length >> 2, 600));
  for (const { person } of due)
    await scheduleErasure(bench.erasing, { kind: 'person', id: person }, 'person');
  // Their grace is over: nobody's role may say so but the tables' owner's.
  await setWalls(bench.owner, false);
  await bench.owner.query(`update erasure set due_at = now() where state = 'scheduled'`);
  await setWalls(bench.owner, true);
  const backToBack: Storm = async (signal) => {
    let count = 0;
    for (let next = leaving.pop(); next !== undefined; next = leaving.pop()) {
      if (signal.aborted) break;
      await erase(bench, next);
      count += 1;
    }
    return count;
  };
  const asDue: Storm = async (signal) => (await runDueErasures(bench.erasing, signal)).length;
  await work.closed(AbortSignal.timeout(roundMs));
  const capacity = await work.closed(AbortSignal.timeout(roundMs));
  const half = capacity / 2;
  const compare = async (what: string, other: (s: AbortSignal) => Promise<number>, storm: Storm) => {
    const [quiet, stormy, erased] = [[] as number[], [] as number[], [] as number[]];
    for (let round = 0; round < rounds; round++) {
      quiet.push(await other(AbortSignal.timeout(roundMs)));
      const signal = AbortSignal.timeout(roundMs);
      const [rate, count] = await Promise.all([other(signal), storm(signal)]);
      stormy.push(rate);
      erased.push((count * 1000) / roundMs);
      if (count === 0) throw new Error('nobody was left to erase');
    }
    const [before, during] = [quantile(quiet, 0.5), quantile(stormy, 0.5)];
    const loss = 1 - during / before;
    say(
      `${what}: ${before.toFixed(0)}/s, ${during.toFixed(0)}/s during ${quantile(erased, 0.5).toFixed(0)} erasures/s`,
    );
    return {
      what: `other work during a storm of erasures (${quantile(erased, 0.5).toFixed(0)}/s), ${what}`,
      ours: `${during.toFixed(0)} of ${before.toFixed(0)} operations/s`,
      peer: EDNA_STORM,
      outcome: `${(-loss * 100).toFixed(1)} %`,
      goal: `≥ −${LOSS_MAX * 100} %`,
      met: loss <= LOSS_MAX,
    };
  };
  const full = (signal: AbortSignal) => work.closed(signal);
  const paced = (signal: AbortSignal) => work.paced(half, signal);
  return [
    await compare('back to back, the machine half busy', paced, backToBack),
    await compare('back to back, both cores full', full, backToBack),
    await compare('as they fall due, both cores full', full, asDue),
  ];
}

/** What a start does with a ledger of so many lines that was replayed before: reads it, and compares the mark. */
async function longLedger(folder: string, lines: number): Promise<Figure> {
  const file = path.join(folder, 'long-ledger');
  const few = await ErasureLedger.open(path.join(folder, 'few'), realDisk);
  await few.begun(
    Array.from({ length: 1000 }, () => ({ kind: 'person' as const, id: newId() })),
    0,
  );
  const text = (await realDisk.read(path.join(folder, 'few'))) as Buffer;
  for (let at = 0; at < lines; at += 1000) appendFileSync(file, text);
  const begun = performance.now();
  const ledger = await ErasureLedger.open(file, realDisk);
  if (ledger.digest(ledger.lines.length) === null) throw new Error('the ledger was not read');
  const seconds = (performance.now() - begun) / 1000;
  return {
    what: `a start with ${lines.toLocaleString('en')} lines in the erasure ledger: read and found replayed`,
    ours: `${seconds.toFixed(1)} s`,
    peer: '',
    outcome: `${seconds.toFixed(1)} s`,
    goal: '–',
    met: null,
  };
}
