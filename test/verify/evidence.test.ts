/** What an auditor takes home: every file, populations that the record bears out, samples drawn again, and OSCAL that others read. */
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { gapsOf, type Population, sampleOf } from '../../src/processes/evidence/populations.ts';
import { unzip } from '../store-rights/archive.ts';
import { spawnFastEngine } from '../support/fast-engine.ts';
import { type Instance, startKept } from '../support/instance.ts';
import { pythonWith } from '../support/python.ts';

const TODAY = new Date().toISOString().slice(0, 10);
const folder = mkdtempSync(path.join(os.tmpdir(), 'kept-evidence-'));
let engine: Awaited<ReturnType<typeof spawnFastEngine>>;
let kept: Instance;
let files: ReadonlyMap<string, string>;

beforeAll(async () => {
  engine = await spawnFastEngine();
  kept = await startKept({ engineUrl: engine.url });
  for (const name of ['ada', 'grace', 'joan'])
    await kept.kept(['account', 'create', '--email', `${name}@example.org`, '--name', 'Ada Lovelace']);
  await kept.kept(['verify', '--clause', 'SCOPE-1', 'SECURE-6']);
  files = await exported('first.zip');
}, 120_000);
afterAll(async () => {
  await kept?.stop();
  await engine?.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function exported(name: string, ...more: string[]): Promise<ReadonlyMap<string, string>> {
  const output = path.join(folder, name);
  const { code, stderr } = await kept.kept([
    ...['evidence', 'export', '--output', output, '--from', TODAY, '--to', TODAY],
    ...['--sample', '2', '--seed', 'audit', ...more],
  ]);
  if (code !== 0) throw new Error(stderr);
  const archive = await unzip(readFileSync(output));
  return new Map([...archive].map(([file, bytes]) => [file, bytes.toString()]));
}
const read = <T>(name: string): T => JSON.parse(files.get(name) ?? 'null') as T;

test('every file is there, and none names anybody', () => {
  expect([...files.keys()]).toEqual([
    'README.txt',
    'oscal/component-definition.json',
    'oscal/system-security-plan.json',
    'oscal/assessment-results.json',
    'bindings.json',
    'mutations.json',
    'standing.json',
    'observations.json',
    'gaps.json',
    'attestations.json',
    'populations.json',
    'data-map.json',
    'processing.json',
    'dpia.md',
    'record/checkpoint',
    'record/verifier-key',
  ]);
  for (const [name, text] of files) expect(text, name).not.toMatch(/Lovelace|@example\.org/);
});

test('populations have every act of the period, and a sample is drawn alike again', async () => {
  const { populations } = read<{ populations: Population[] }>('populations.json');
  const made = populations.find(({ kind }) => kind === 'role_change');
  expect(made?.count).toBeGreaterThanOrEqual(3);
  expect(made?.acts).toHaveLength(made?.count ?? 0);
  expect(made?.sample).toHaveLength(2);
  expect(made?.sample).toEqual(sampleOf(made?.acts ?? [], 2, 'audit'));
  expect(populations.find(({ kind }) => kind === 'disclosure')).toMatchObject({ count: 0, acts: [] });
  expect(populations.every(({ kind }) => kind !== 'padding')).toBe(true);
});

test('what was seen is there, and what was not looked at is a gap', () => {
  const observations = read<{ check: string; verdict: string }[]>('observations.json');
  expect(observations.map(({ check }) => check)).toEqual(expect.arrayContaining(['one-policy', 'passwords']));
  const gaps = read<{ check: string; from: string; to: string }[]>('gaps.json');
  expect(gaps.find(({ check }) => check === 'canaries')).toMatchObject({ from: `${TODAY}T00:00:00.000Z` });
});

test('gaps lie before, between and after what was seen, and not in the future', () => {
  const at = (hour: string) => `2027-01-31T${hour}:00:00.000Z`;
  const seen = (since: string, until: string) =>
    ({ check: 'one', since: at(since), until: at(until), verdict: 'kept', observed: '', looks: 1 }) as const;
  const evidence = {
    from: '2027-01-31',
    to: '2027-01-31',
    observations: [seen('06', '09'), seen('02', '04'), seen('08', '10')],
  } as unknown as Parameters<typeof gapsOf>[0];
  expect(gapsOf(evidence, ['one', 'two'], at('12')).map(({ check, from, to }) => [check, from, to])).toEqual([
    ['one', at('00'), at('02')],
    ['one', at('04'), at('06')],
    ['one', at('10'), at('12')],
    ['two', at('00'), at('12')],
  ]);
});

test.each([
  [['--from', '2027-13-01'], /from/],
  [['--from', '2999-01-01'], /first day/],
  [['--sample', 'many'], /whole number/],
])('%j is refused with what to do', async (more, said) => {
  const { code, stderr } = await kept.kept([
    ...['evidence', 'export', '--output', path.join(folder, 'no.zip'), '--to', TODAY, ...more],
  ]);
  expect(code).toBe(1);
  expect(stderr).toMatch(said);
});

test('a file that is there is not written over', async () => {
  await expect(exported('first.zip')).rejects.toThrow('is there already');
});

/** NIST's models as another implementation has them. */
const READS = `
import json, sys
from trestle.oscal.component import Model as Component
from trestle.oscal.ssp import Model as Plan
from trestle.oscal.assessment_results import Model as Results
for model, file in ((Component, 'component-definition'), (Plan, 'system-security-plan'), (Results, 'assessment-results')):
    with open(sys.argv[1] + '/' + file + '.json') as text:
        model.model_validate(json.load(text))
print('read')
`;

test('OSCAL is read by another implementation of its models', async () => {
  const found = await pythonWith('compliance-trestle', '5.2.0');
  if ('missing' in found) return console.log(`${found.missing}: OSCAL is not read by others.`);
  const { writeFile } = await import('node:fs/promises');
  for (const [name, text] of files)
    if (name.startsWith('oscal/')) await writeFile(path.join(folder, path.basename(name)), text);
  const { stdout } = await promisify(execFile)(found.python, ['-c', READS, folder]);
  expect(stdout.trim()).toBe('read');
}, 240_000);
