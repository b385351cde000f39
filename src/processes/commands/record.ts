/** `kept record` and `kept receipt`: check the tamper-evident record and receipts of it; neither needs a running instance. */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Command } from 'commander';
import { ConfigError, readConfig } from '../../config.ts';
import { RecordError } from '../../record/errors.ts';
import { type NoteVerifier, noteVerifier } from '../../record/note.ts';
import { type VerifiedReceipt, verifyReceipt } from '../../record/receipt.ts';
import { readState } from '../../record/state.ts';
import { verifyRecord } from '../../record/verify.ts';
import { realDisk } from '../../store/ledger/disk.ts';
import { DiskTiles } from '../../store/ledger/disk-tiles.ts';
import { Openings } from '../../store/ledger/openings.ts';
import { CommandError, callAdmin } from './admin-client.ts';
import { action, print, withJson } from './print.ts';

const RECEIPT_BYTES_MAX = 131_072;

interface Options {
  key?: string;
  json?: boolean;
}

export function register(program: Command): void {
  const record = program.command('record').description('the tamper-evident record');
  withJson(record.command('verify').description('read the whole record and recompute it'))
    .option('--key <key>', 'verifier key of the record, or a file with it; left out: the ledger folder’s')
    .action(action(verify));
  withJson(
    record
      .command('dealt')
      .description('say that what a new log may have lost was dealt with; enters the record')
      .requiredOption('--reason <reason>', 'how; it stays in the record, so name nobody in it'),
  ).action(action(dealt));
  const receipt = program.command('receipt').description('receipts of the record');
  withJson(receipt.command('verify').description('check a receipt, offline').argument('<file>'))
    .option('--key <key>', 'verifier key of the record, or a file with it; left out: the ledger folder’s')
    .action(action(check));
}

async function verify(options: Options): Promise<void> {
  const folder = ledgerFolder();
  const key = verifierKey(options, folder);
  const tiles = new DiskTiles(path.join(folder, 'record'), realDisk);
  const verifier = verifierOf(key);
  // A running instance may be writing the next openings: those of the entries that are there now are read.
  const { size: now } = await readState(tiles);
  const openings = Openings.given(path.join(folder, 'record', 'openings'), realDisk, now);
  const found = await verifyRecord(tiles, { origin: verifier.name, verifiers: [verifier], openings });
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

async function check(file: string, options: Options): Promise<void> {
  const text = readReceipt(file);
  const key = verifierKey(options, ledgerFolder());
  let found: VerifiedReceipt;
  try {
    found = verifyReceipt(text, [verifierOf(key)]);
  } catch (error) {
    if (!(error instanceof RecordError)) throw error;
    throw new CommandError(error.message);
  }
  print(options.json, found, [
    `This receipt holds: ${found.kind}, ${new Date(found.at).toISOString()}, by ${found.role}.`,
    `Content: ${JSON.stringify(found.content)}`,
    '',
    'It proves:',
    ...found.proves.map((sentence) => `  ${sentence}`),
    'It does not prove:',
    ...found.doesNotProve.map((sentence) => `  ${sentence}`),
  ]);
}

function readReceipt(file: string): string {
  try {
    const bytes = readFileSync(file);
    if (bytes.length > RECEIPT_BYTES_MAX) throw new CommandError(`${file} is too long for a receipt.`);
    return bytes.toString('utf8');
  } catch (error) {
    if (error instanceof CommandError) throw error;
    throw new CommandError(`${file} cannot be read: name the receipt’s file.`);
  }
}

function ledgerFolder(): string {
  try {
    return readConfig(process.env, process.cwd()).ledgerFolder;
  } catch (error) {
    if (error instanceof ConfigError) throw new CommandError(error.message);
    throw error;
  }
}

function verifierKey({ key }: Options, folder: string): string {
  const file = key === undefined ? path.join(folder, 'verifier-key') : key;
  if (existsSync(file)) return readFileSync(file, 'utf8').trim();
  if (key !== undefined) return key.trim();
  throw new CommandError(
    `There is no record in ${folder}: set KEPT_DATA or KEPT_LEDGER, or give the verifier key with --key.`,
  );
}

function verifierOf(key: string): NoteVerifier {
  try {
    return noteVerifier(key);
  } catch {
    throw new CommandError('That is not a verifier key: it looks like name+12ab34cd+base64.');
  }
}
