/**
 * GDPRbench's mixes of customer, controller and processor (Shastri et al., VLDB 2020, table 2: 10,000 records, 1,000
 * operations) by way of the store's own operations, and beside them the same mixes on the same tables without sealing,
 * record or keys, in SQL.
 */
import type { Figure } from './figures.ts';
import { type Gdpr, makeGdpr, plainSide, type Side, sealedSide } from './store/gdpr-sides.ts';
import { openBenchStore } from './store/open.ts';
import { startBenchServer } from './store/server.ts';

export interface GdprEffort {
  readonly records: number;
  readonly operations: number;
}

type Operation = keyof Side;
/** Shares of the operations, and how records are picked. */
const MIXES: readonly { name: string; zipf: boolean; shares: Partial<Record<Operation, number>> }[] = [
  {
    name: 'customer',
    zipf: true,
    shares: { readByUser: 0.2, readMetadata: 0.2, updateData: 0.2, updateMetadata: 0.2, deleteByKey: 0.2 },
  },
  {
    name: 'controller',
    zipf: false,
    shares: {
      create: 0.25,
      deleteByPurpose: 0.25 / 3,
      deleteExpired: 0.25 / 3,
      deleteByUser: 0.25 / 3,
      updateByPurpose: 0.5 / 3,
      updateByUser: 0.5 / 3,
      updateBySharing: 0.5 / 3,
    },
  },
  {
    name: 'processor',
    zipf: true,
    shares: { readByKey: 0.8, readByPurpose: 0.2 / 3, readNotObjecting: 0.2 / 3, readDecided: 0.2 / 3 },
  },
];
/** YCSB's constant. */
const ZIPF = 0.99;

export async function gdprBench(effort: GdprEffort, say: (line: string) => void): Promise<Figure[]> {
  const server = await startBenchServer();
  try {
    const bench = await openBenchStore(server, { walled: false });
    const figures: Figure[] = [];
    for (const { name, zipf, shares } of MIXES) {
      const gdpr = await makeGdpr(bench, effort.records);
      const plan = planOf(shares, effort.operations, gdpr, zipf);
      const plain = await seconds(plainSide(gdpr), plan);
      const ours = await seconds(sealedSide(gdpr), plan);
      say(`GDPRbench ${name}: ${ours.toFixed(2)} s, without sealing ${plain.toFixed(2)} s`);
      figures.push({
        what: `GDPRbench, ${name}: ${effort.operations.toLocaleString('en')} operations on ${effort.records.toLocaleString('en')} records`,
        ours: `${ours.toFixed(2)} s`,
        peer: `plain SQL: ${plain.toFixed(2)} s`,
        outcome: `${(ours / plain).toFixed(1)} ×`,
        goal: '–',
        met: null,
      });
    }
    await bench.close();
    return figures;
  } finally {
    await server.stop();
  }
}

interface Planned {
  readonly operation: Operation;
  /** Place of a record among those made at the beginning. */
  readonly at: number;
}

/** The same operations on the same records for both sides. */
function planOf(
  shares: Partial<Record<Operation, number>>,
  operations: number,
  { records }: Gdpr,
  zipf: boolean,
): Planned[] {
  const pick = zipf ? zipfian(records.length) : () => Math.floor(Math.random() * records.length);
  const kinds = Object.entries(shares) as [Operation, number][];
  const ends = endsOf(kinds.map(([, share]) => share));
  return Array.from({ length: operations }, () => {
    const [operation] = kinds[placeOf(ends, Math.random() * (ends.at(-1) as number))] as [Operation, number];
    return { operation, at: pick() };
  });
}

/** A place from 0 to below `count`; the first is picked the most often. */
function zipfian(count: number): () => number {
  const ends = endsOf(Array.from({ length: count }, (_, place) => (place + 1) ** -ZIPF));
  return () => placeOf(ends, Math.random() * (ends.at(-1) as number));
}

/** Where each share ends when they lie side by side. */
function endsOf(shares: readonly number[]): number[] {
  let sum = 0;
  return shares.map((share) => {
    sum += share;
    return sum;
  });
}

/** Which share this point lies in. */
function placeOf(ends: readonly number[], point: number): number {
  let [low, high] = [0, ends.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ends[middle] as number) < point) low = middle + 1;
    else high = middle;
  }
  return low;
}

async function seconds(side: Side, plan: readonly Planned[]): Promise<number> {
  const begun = performance.now();
  for (const { operation, at } of plan) await side[operation](at);
  return (performance.now() - begun) / 1000;
}
