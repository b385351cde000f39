/** `kept record`: checks the tamper-evident record, and writes what auditors get of it; needs no running instance. */

import { once } from 'node:events';
import { createReadStream, existsSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { Command } from 'commander';
import type { IndexedOpening } from '../../record/check-openings.ts';
import { RecordError } from '../../record/errors.ts';
import type { NoteVerifier } from '../../record/note.ts';
import { openingLine, readOpeningLine } from '../../record/opening-lines.ts';
import { publishedCopy } from '../../record/published.ts';
import { readState } from '../../record/state.ts';
import type { TileStorage } from '../../record/storage.ts';
import { verifyRecord } from '../../record/verify.ts';
import { realDisk } from '../../store/ledger/disk.ts';
import { Openings } from '../../store/ledger/openings.ts';
import { CommandError, callAdmin } from './admin-client.ts';
import { action, print, withJson } from './print.ts';
import { type KeyOptions, ownRecord, recordVerifier, withKey } from './record-folder.ts';

interface VerifyOptions extends KeyOptions {
  openings?: string;
  log?: string;
  json?: boolean;
}

interface OpeningsOptions {
  from?: string;
  to?: string;
  kind?: string[];
  counts?: boolean;
  json?: boolean;
}

export function register(program: Command): void {
  const record = program.command('record').description('the tamper-evident record');
  withKey(withJson(record.command('verify').description('read the whole record and recompute it')))
    .option('--openings <file>', 'openings to check against it, as `kept record openings` wrote them')
    .option('--log <folder>', 'a copy of what the site serves under /record/; left out: the ledger folder’s')
    .action(action(verify));
  withJson(
    record
      .command('dealt')
      .description('say that what a new log may have lost was dealt with; enters the record')
      .requiredOption('--reason <reason>', 'how; it stays in the record, so name nobody in it'),
  ).action(action(dealt));
  withJson(
    record
      .command('openings')
      .description('what auditors get of each entry, as JSON lines: kind, time, role, how to recompute it'),
  )
    .option('--from <time>', 'of entries from this time on, such as 2027-01-01')
    .option('--to <time>', 'of entries before this time')
    .option('--kind <kinds...>', 'of these kinds only')
    .option('--counts', 'no lines, but how many of each kind there are')
    .action(action(openings));
}

async function verify(options: VerifyOptions): Promise<void> {
  const verifier = recordVerifier(options);
  const found = await verifyRecord(await storageOf(options, verifier), {
    origin: verifier.name,
    verifiers: [verifier],
    openings: await openingsOf(options),
  }).catch((error: unknown) => {
    throw error instanceof RecordError ? new CommandError(error.message) : error;
  });
  if (found.ok) {
    const { size, root, checkpoints, kinds } = found;
    const counts = Object.fromEntries(kinds);
    print(
      options.json,
      { ok: true, size, root: Buffer.from(root).toString('hex'), checkpoints, kinds: counts },
      [
        `The record holds: ${size} entries, ${checkpoints} checkpoints, all recomputed.`,
        ...Object.entries(counts).map(([kind, count]) => `  ${kind}  ${count}`),
      ],
    );
    return;
  }
  process.exitCode = 1;
  print(options.json, found, [
    `The record is damaged at index ${found.index} (${[found.what, found.path].filter(Boolean).join(', ')}): ${found.reason}`,
  ]);
}

async function dealt({ reason, json }: { reason: string; json?: boolean }): Promise<void> {
  const answer = await callAdmin<{ dealt: number }>('POST', '/record/dealt', { reason });
  print(json, answer, ['It is in the record that the new log was dealt with.']);
}

async function storageOf({ log }: VerifyOptions, verifier: NoteVerifier): Promise<TileStorage> {
  if (log === undefined) return ownRecord().tiles;
  const copy = { read: (name: string) => realDisk.read(path.join(log, name)) };
  try {
    const storage = await publishedCopy(copy, [verifier]);
    if (storage !== null) return storage;
  } catch (error) {
    if (!(error instanceof RecordError)) throw error;
    throw new CommandError(`The checkpoint in ${log} does not hold: ${error.message}`);
  }
  throw new CommandError(`There is no checkpoint in ${log}: name a folder with what /record/ serves.`);
}

/** What is given; of the own record its own, of a copy none. */
async function openingsOf({ openings: file, log }: VerifyOptions): Promise<AsyncIterable<IndexedOpening>> {
  if (file !== undefined) return linesOf(file);
  if (log !== undefined) return (async function* () {})();
  const { tiles, openingsFile } = ownRecord();
  // A running instance may be writing the next ones: those of the entries that are there now are read.
  const { size } = await readState(tiles);
  return Openings.given(openingsFile, realDisk, size);
}

async function* linesOf(file: string): AsyncGenerator<IndexedOpening> {
  if (!existsSync(file)) throw new CommandError(`${file} is not there: name the file with the openings.`);
  let number = 0;
  for await (const line of createInterface({
    input: createReadStream(file),
    crlfDelay: Number.POSITIVE_INFINITY,
  })) {
    number += 1;
    try {
      yield readOpeningLine(line);
    } catch (error) {
      if (!(error instanceof RecordError)) throw error;
      throw new CommandError(`Line ${number} of ${file}: ${error.message}`);
    }
  }
}

async function openings(options: OpeningsOptions): Promise<void> {
  const from = timeOf(options.from, '--from') ?? 0;
  const to = timeOf(options.to, '--to') ?? Number.POSITIVE_INFINITY;
  const kinds = options.kind === undefined ? null : new Set(options.kind);
  const { tiles, openingsFile } = ownRecord();
  const { size } = await readState(tiles);
  const counts = new Map<string, number>();
  for await (const opening of Openings.given(openingsFile, realDisk, size)) {
    const { at, kind } = opening;
    if (at < from || at >= to || (kinds !== null && !kinds.has(kind))) continue;
    counts.set(kind, (counts.get(kind) ?? 0) + 1);
    if (!options.counts && !process.stdout.write(`${openingLine(opening)}\n`)) {
      await once(process.stdout, 'drain');
    }
  }
  if (!options.counts) return;
  const sorted = [...counts].sort(([one], [other]) => (one < other ? -1 : 1));
  const all = sorted.reduce((sum, [, count]) => sum + count, 0);
  print(options.json, { entries: all, kinds: Object.fromEntries(sorted) }, [
    `${all} entries.`,
    ...sorted.map(([kind, count]) => `  ${kind}  ${count}`),
  ]);
}

function timeOf(text: string | undefined, option: string): number | null {
  if (text === undefined) return null;
  const time = Date.parse(text);
  if (!Number.isNaN(time)) return time;
  throw new CommandError(`${option} is a time such as 2027-01-31 or 2027-01-31T12:00:00Z.`);
}
