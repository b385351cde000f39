/** `kept evidence export`: what an auditor takes home, as one ZIP archive. */
import { randomBytes } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import type { Command } from 'commander';
import { readConfig } from '../../config/index.ts';
import type { Evidence } from '../../control/verification/evidence.ts';
import { releaseOf, shippedFiles } from '../release.ts';
import { ROOT } from '../root.ts';
import { CommandError, callAdmin } from './admin-client.ts';
import { action, print, withJson } from './print.ts';

const ANSWER_MS_MAX = 120_000;
const PERIOD_DAYS = 365;
const SAMPLE_MAX = 1000;
const DAY_MS = 86_400_000;

interface Options {
  readonly output: string;
  readonly from?: string;
  readonly to?: string;
  readonly sample?: string;
  readonly seed?: string;
  readonly json?: boolean;
}

export function register(program: Command): void {
  const evidence = program.command('evidence').description('what auditors get');
  const command = evidence
    .command('export')
    .description(
      'write how every promise stood in a period, every act of it by kind, OSCAL files, and what they rest on',
    )
    .requiredOption('--output <file>', 'the ZIP archive to write; must not be there yet')
    .option('--from <day>', 'the first day (UTC); left out: a year before the last')
    .option('--to <day>', 'the last day (UTC); left out: today')
    .option('--sample <number>', 'how many acts of each kind are drawn; left out: 25')
    .option('--seed <words>', 'what the draw follows from; left out: random, and named in the archive');
  withJson(command).action(action(exportEvidence));
}

async function exportEvidence(options: Options): Promise<void> {
  const { output, json } = options;
  const now = new Date();
  const to = options.to ?? now.toISOString().slice(0, 10);
  const yearBefore = Date.parse(`${to}T00:00:00Z`) - PERIOD_DAYS * DAY_MS;
  const from =
    options.from ?? (Number.isNaN(yearBefore) ? to : new Date(yearBefore).toISOString().slice(0, 10));
  const query = new URLSearchParams({ from, to });
  const sample = { size: sizeOf(options.sample), seed: options.seed ?? randomBytes(8).toString('hex') };
  const found = await callAdmin<Evidence>('GET', `/evidence?${query}`, undefined, ANSWER_MS_MAX);
  const files = await filesOf(found, sample, now);
  const bytes = await write(output, files, now);
  print(json, { file: output, bytes, from, to, sample, acts: found.acts.length }, [
    `Written: ${output} (${bytes} bytes): ${from} to ${to}, ${found.acts.length} acts, ${found.observations.length} observations.`,
    `Samples of ${sample.size} with the seed ${sample.seed}.`,
  ]);
}

function sizeOf(text = '25'): number {
  const size = Number(text);
  if (!Number.isInteger(size) || size < 1 || size > SAMPLE_MAX)
    throw new CommandError(`--sample is a whole number from 1 to ${SAMPLE_MAX}.`);
  return size;
}

/** Loaded by this command only: every table and every check comes with it. */
async function filesOf(evidence: Evidence, sample: { size: number; seed: string }, now: Date) {
  const { dataMap } = await import('../../control/data-map.ts');
  const { processingRecord } = await import('../../store/map/processing.ts');
  const { recipientsOf } = await import('./recipients.ts');
  const { evidenceFiles } = await import('../evidence/archive.ts');
  const config = readConfig(process.env, process.cwd());
  const { controller } = config;
  return evidenceFiles({
    evidence,
    dataMap,
    processing: processingRecord(dataMap, { controller, recipients: await recipientsOf(config) }),
    release: releaseOf(await shippedFiles(ROOT)).source,
    operator: controller.name ?? 'the operator',
    sample,
    at: now.toISOString(),
  });
}

async function write(output: string, files: ReadonlyMap<string, string>, now: Date): Promise<number> {
  const { ZipWriter } = await import('../../store/rights/zip-writer.ts');
  const zip = new ZipWriter(now, new AbortController().signal);
  const file = createWriteStream(output, { flags: 'wx', mode: 0o600 });
  const written = pipeline(zip.stream, file);
  // Told below.
  written.catch(() => {});
  try {
    for (const [path, text] of files) await zip.add(path, [Buffer.from(text)]);
    await Promise.all([zip.end(), written]);
  } catch (error) {
    await written.catch((cause: NodeJS.ErrnoException) => {
      if (cause.code === 'EEXIST') throw new CommandError(`${output} is there already: name another file.`);
    });
    await rm(output, { force: true });
    throw error;
  }
  return file.bytesWritten;
}
