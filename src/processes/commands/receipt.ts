/** `kept receipt`: checks a receipt of the record, offline, and says in plain words what it proves and what not. */
import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { RecordError } from '../../record/errors.ts';
import { type VerifiedReceipt, verifyReceipt } from '../../record/receipt.ts';
import { CommandError } from './admin-client.ts';
import { action, print, withJson } from './print.ts';
import { type KeyOptions, knownWitnesses, recordVerifier, withKey } from './record-folder.ts';

const RECEIPT_BYTES_MAX = 131_072;

interface Options extends KeyOptions {
  json?: boolean;
}

export function register(program: Command): void {
  const receipt = program.command('receipt').description('receipts of the record');
  withKey(withJson(receipt.command('verify').description('check a receipt, offline').argument('<file>')))
    .option('--witness <keys...>', 'keys of witnesses whose signatures count; left out: the configuration’s')
    .action(action(check));
}

async function check(file: string, options: Options): Promise<void> {
  const text = readReceipt(file);
  const verifiers = [recordVerifier(options)];
  let found: VerifiedReceipt;
  try {
    found = verifyReceipt(text, verifiers, knownWitnesses(options));
  } catch (error) {
    if (!(error instanceof RecordError)) throw error;
    throw new CommandError(error.message);
  }
  print(options.json, found, [
    `This receipt holds: ${found.kind}, ${new Date(found.at).toISOString()}, by ${found.role}.`,
    found.meaning,
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
