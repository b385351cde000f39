/** The record: appends a second, to memory and to a disk that is synced at each batch, and verification of all of it. */
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { IndexedOpening } from '../src/record/check-openings.ts';
import { type AuditOpening, padding } from '../src/record/commitment.ts';
import { RecordLog } from '../src/record/log.ts';
import { generateNoteKey, noteSigner, noteVerifier } from '../src/record/note.ts';
import type { TileStorage } from '../src/record/storage.ts';
import { verifyRecord } from '../src/record/verify.ts';
import { realDisk } from '../src/store/ledger/disk.ts';
import { DiskTiles } from '../src/store/ledger/disk-tiles.ts';
import type { Figure } from './figures.ts';

export interface RecordEffort {
  /** Entries that are appended to memory and verified. */
  readonly entries: number;
  /** Entries that are appended to the disk. */
  readonly onDisk: number;
}
const BATCH_ENTRIES = 500;
const APPENDS_A_SECOND_MIN = 10_000;
const VERIFY_SECONDS_MAX = 10;
/** For which the goal of verification is set. */
const VERIFY_ENTRIES = 1_000_000;
const ORIGIN = 'bench.test/record';

/** A storage in memory. */
class MemoryTiles implements TileStorage {
  readonly #files = new Map<string, Uint8Array>();

  async read(file: string): Promise<Uint8Array | null> {
    return this.#files.get(file) ?? null;
  }

  async write(files: Parameters<TileStorage['write']>[0]): Promise<void> {
    for (const { path, bytes } of files) this.#files.set(path, bytes);
  }

  async list(folder: string): Promise<readonly string[]> {
    const start = `${folder}/`;
    return [...this.#files.keys()]
      .filter((name) => name.startsWith(start))
      .map((name) => name.slice(start.length));
  }
}

export async function recordBench(
  { entries, onDisk }: RecordEffort,
  say: (line: string) => void,
): Promise<Figure[]> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'kept-bench-record-'));
  try {
    const made = Array.from({ length: BATCH_ENTRIES }, (_, at) => padding(at));
    const memory = new MemoryTiles();
    const inMemory = await appendSpeed(memory, entries, made);
    say(`${Math.round(inMemory)} appends/s to memory`);
    const disk = await appendSpeed(new DiskTiles(folder, realDisk), onDisk, made);
    say(`${Math.round(disk)} appends/s to the disk`);
    const alone = await verifySeconds(memory, entries, null);
    const opened = await verifySeconds(memory, entries, made);
    return [
      appends('memory', inMemory),
      appends('disk, synced at each batch', disk),
      verification(entries, 'entries', alone),
      verification(entries, 'entries and an opening of each', opened),
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

type Made = ReturnType<typeof padding>;

/** Appends a second, each batch acknowledged before the next. */
async function appendSpeed(storage: TileStorage, count: number, made: readonly Made[]): Promise<number> {
  const log = await RecordLog.open(ORIGIN, storage);
  const batch = made.map(({ entry }) => entry);
  const begun = performance.now();
  while (log.size < count) await log.append(batch);
  return log.size / ((performance.now() - begun) / 1000);
}

/** Publishes what there is and verifies all of it, where `made` is given with openings. */
async function verifySeconds(
  storage: TileStorage,
  count: number,
  made: readonly Made[] | null,
): Promise<number> {
  const { signerKey, verifierKey } = generateNoteKey(ORIGIN);
  const log = await RecordLog.open(ORIGIN, storage);
  const size = log.size - (log.size % 64);
  await log.publish(size, [noteSigner(signerKey)]);
  const begun = performance.now();
  const verdict = await verifyRecord(storage, {
    origin: ORIGIN,
    verifiers: [noteVerifier(verifierKey)],
    ...(made === null ? {} : { openings: openings(made, count), everyEntryOpened: true }),
  });
  const seconds = (performance.now() - begun) / 1000;
  if (!verdict.ok || verdict.size < count) throw new Error('the record that was measured does not verify');
  return seconds;
}

async function* openings(made: readonly Made[], count: number): AsyncGenerator<IndexedOpening> {
  for (let index = 0; index < count; index += 1) {
    yield { index, ...(made[index % made.length]?.opening as AuditOpening) };
  }
}

const appends = (where: string, speed: number): Figure => ({
  what: `record: appends/s in batches of ${BATCH_ENTRIES}, ${where}`,
  ours: `${Math.round(speed)}`,
  peer: '',
  outcome: `${Math.round(speed)}/s`,
  goal: `≥ ${APPENDS_A_SECOND_MIN}/s`,
  met: speed >= APPENDS_A_SECOND_MIN,
});

const verification = (entries: number, what: string, seconds: number): Figure => ({
  what: `record: verification of ${entries} ${what}`,
  ours: `${seconds.toFixed(1)} s`,
  peer: '',
  outcome: `${((seconds / entries) * 1e6).toFixed(1)} µs an entry`,
  goal: `≤ ${(VERIFY_SECONDS_MAX / VERIFY_ENTRIES) * 1e6} µs an entry`,
  met: seconds / entries <= VERIFY_SECONDS_MAX / VERIFY_ENTRIES,
});
