/** Every sentence is bound: what is wrong is said in a sentence, and docs/bindings.md shows what is right. */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readConfig } from '../../src/config/index.ts';
import { bindingsOf, readBindings, readClauses } from '../../src/control/policy/index.ts';
import { bindingFaults } from '../../src/processes/policy-check/bindings.ts';
import { isCriterion } from '../../src/processes/policy-check/criteria.ts';
import { bindingsPage, policyFaults } from '../../src/processes/policy-check/index.ts';
import { statementFaults } from '../../src/processes/policy-check/statements.ts';
import { ROOT } from '../support/instance.ts';

const IDS = readClauses('prepaid').map(({ id }) => id);
const bound = {
  controls: ['src/control/policy/clauses.ts#readClauses'],
  tests: ['test/verify/bindings.test.ts'],
};
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'kept-policy-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('nothing is wrong as it is committed', async () => {
  expect(policyFaults(ROOT)).toEqual([]);
  await expect(bindingsPage()).toMatchFileSnapshot('../../docs/bindings.md');
});

test.each([
  [{ ...bound, criteria: ['SOC2 CC6.1'] }, null],
  [
    { ...bound, controls: ['src/control/gone.ts#readClauses'], criteria: ['SOC2 CC6.1'] },
    /There is no src\/control\/gone\.ts/,
  ],
  [
    { ...bound, controls: ['src/control/policy/clauses.ts#gone'], criteria: ['SOC2 CC6.1'] },
    /exports no gone/,
  ],
  [
    { ...bound, tests: ['test/gone.test.ts'], criteria: ['SOC2 CC6.1'] },
    /test\/gone\.test\.ts, which is not there/,
  ],
  [{ ...bound, criteria: ['SOC2 CC6.9'] }, /no list of criteria has/],
])('a binding to nothing is told: %j', (binding, said) => {
  const faults = bindingFaults(ROOT, { 'SCOPE-1': binding });
  if (said === null) expect(faults).toEqual([]);
  else expect(faults).toEqual([expect.stringMatching(said)]);
});

test('criteria are those of their lists', () => {
  for (const each of [
    'SOC2 CC9.2',
    'SOC2 P6.7',
    'SOC2 A1.2',
    'ISO27001 8.34',
    'GDPR 5(1)(c)',
    'HIPAA 164.312(a)(2)(iv)',
    'ASVS V17',
  ])
    expect(isCriterion(each), each).toBe(true);
  for (const each of [
    'SOC2 CC1.0',
    'SOC2 X1.1',
    'ISO27001 6.9',
    'ISO27001 4.1',
    'GDPR 100',
    'GDPR 0',
    'HIPAA 164.200',
    'ASVS V18',
    'ASVS',
    'NIST AC-1',
  ])
    expect(isCriterion(each), each).toBe(false);
  expect(
    Object.values(readBindings())
      .flatMap(({ criteria }) => criteria)
      .every(isCriterion),
  ).toBe(true);
});

const withPolicy = (change: (text: string) => string): string => {
  cpSync(path.join(ROOT, 'policy/privacy-policy'), path.join(folder, 'policy/privacy-policy'), {
    recursive: true,
  });
  const file = path.join(folder, 'policy/privacy-policy/1.md');
  writeFileSync(file, change(readFileSync(path.join(ROOT, 'policy/privacy-policy/1.md'), 'utf8')));
  return folder;
};

test('a sentence without a clause, a clause without a sentence, and an unknown one are told', () => {
  expect(
    statementFaults(
      withPolicy((text) => text),
      IDS,
    ),
  ).toEqual([]);
  expect(
    statementFaults(
      withPolicy((text) => text.replace('{INFER-2} ', '')),
      IDS,
    ),
  ).toEqual([
    expect.stringMatching(/“We do not sell them.*has no clause/),
    expect.stringMatching(/^INFER-2 stands in no sentence/),
  ]);
  expect(
    statementFaults(
      withPolicy((text) => text.replace('{INFER-2} ', '{INFER-2, INFER-9} ')),
      IDS,
    ),
  ).toEqual([expect.stringMatching(/names INFER-9/)]);
});

test('where the operator says where the source is, each control leads to its line; else it is named', () => {
  const control = bound.controls[0] as string;
  const [file = '', name = ''] = control.split('#');
  const lines = readFileSync(path.join(ROOT, file), 'utf8').split('\n');
  const line = 1 + lines.findIndex((each) => each.startsWith(`export function ${name}`));
  const bindings = { 'SCOPE-1': { ...bound, criteria: ['SOC2 CC6.1'] } };
  const linked = bindingsOf(bindings, [], 'https://git.example/v1/{file}#L{line}')('SCOPE-1');
  expect(linked?.controls).toEqual([{ file, name, href: `https://git.example/v1/${file}#L${line}` }]);
  expect(bindingsOf(bindings, [])('SCOPE-1')?.controls).toEqual([{ file, name, href: null }]);
  expect(line).toBeGreaterThan(1);
});

test('an address of the source without a place for the file is refused', () => {
  const file = path.join(folder, 'config.json');
  const read = (url: string) => {
    writeFileSync(file, JSON.stringify({ source_url: url }));
    return readConfig({ KEPT_CONFIG: file }, folder).sourceUrl;
  };
  expect(read('https://git.example/v1/{file}#L{line}')).toBe('https://git.example/v1/{file}#L{line}');
  expect(() => read('https://git.example/')).toThrow(
    /"source_url" is wrong: must be an address of a page with {file} in it/,
  );
});
