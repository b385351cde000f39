/** Where the record lies and what it is checked with, for commands that need no running instance. */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Command } from 'commander';
import { type Config, ConfigError, readConfig } from '../../config/index.ts';
import { type NoteVerifier, noteVerifier } from '../../record/note.ts';
import { witnessVerifier } from '../../record/witness.ts';
import { realDisk } from '../../store/ledger/disk.ts';
import { DiskTiles } from '../../store/ledger/disk-tiles.ts';
import { CommandError } from './admin-client.ts';

export interface KeyOptions {
  readonly key?: string;
  readonly witness?: readonly string[];
}

export const withKey = (command: Command): Command =>
  command.option(
    '--key <key>',
    'verifier key of the record, or a file with it; left out: the ledger folder’s',
  );

function config(): Config {
  try {
    return readConfig(process.env, process.cwd());
  } catch (error) {
    if (error instanceof ConfigError) throw new CommandError(error.message);
    throw error;
  }
}

/** The record in the ledger folder of the configuration. */
export function ownRecord(): { readonly tiles: DiskTiles; readonly openingsFile: string } {
  const folder = path.join(config().ledgerFolder, 'record');
  return { tiles: new DiskTiles(folder, realDisk), openingsFile: path.join(folder, 'openings') };
}

/** What the record's checkpoints are checked with: the key that is given, or the one in the ledger folder. */
export function recordVerifier({ key }: KeyOptions): NoteVerifier {
  return verifier(keyText(key), noteVerifier, 'a verifier key: it looks like name+12ab34cd+base64');
}

/** Witnesses whose cosignatures count: those that are given, or those of the configuration. */
export function knownWitnesses({ witness }: KeyOptions): NoteVerifier[] {
  const keys = witness ?? config().witnesses.map(({ key }) => key);
  return keys.map((key) =>
    verifier(key, witnessVerifier, 'a witness’ key: it looks like name+12ab34cd+base64'),
  );
}

function keyText(key: string | undefined): string {
  const file = key ?? path.join(config().ledgerFolder, 'verifier-key');
  if (existsSync(file)) return readFileSync(file, 'utf8').trim();
  if (key !== undefined) return key.trim();
  throw new CommandError(
    `There is no record in ${path.dirname(file)}: set KEPT_DATA or KEPT_LEDGER, or give the verifier key with --key.`,
  );
}

function verifier(text: string, read: (text: string) => NoteVerifier, what: string): NoteVerifier {
  try {
    return read(text);
  } catch {
    throw new CommandError(`That is not ${what}.`);
  }
}
