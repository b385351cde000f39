/** A kill rests on its check and on all that the check looks with: change one of these files, and the matrix is too old for it. */
import { appendFileSync, cpSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { policyFaults } from '../../src/processes/policy-check/index.ts';
import { checkFiles, filesOf, hashOfChecks } from '../../src/processes/policy-check/matrix.ts';
import { ROOT } from '../support/instance.ts';

let copy: string;
beforeEach(() => {
  copy = mkdtempSync(path.join(os.tmpdir(), 'kept-matrix-'));
  for (const part of ['src/verify', 'policy'])
    cpSync(path.join(ROOT, part), path.join(copy, part), { recursive: true });
});
afterEach(() => rmSync(copy, { recursive: true, force: true }));

const IDS = [...checkFiles(ROOT).keys()];
const staleAfter = (file: string): string[] => {
  appendFileSync(path.join(copy, file), '\n');
  return IDS.filter((id) => hashOfChecks(copy, [id]) !== hashOfChecks(ROOT, [id])).sort();
};
const inFiles = (...files: string[]): string[] =>
  IDS.filter((id) => files.includes(path.basename(checkFiles(ROOT).get(id) ?? ''))).sort();

/** Checks come and go: those that look with it are named, and of the others some that do not. */
test.each([
  ['src/verify/checks/law.ts', ['law.ts'], ['site.ts', 'walk.ts']],
  ['src/verify/walk.ts', ['walk.ts'], ['gateway.ts', 'law.ts', 'site.ts', 'storage.ts']],
  ['src/verify/search/members.ts', ['walk.ts', 'gateway.ts'], ['law.ts', 'site.ts', 'storage.ts']],
  ['src/verify/sockets.ts', ['others.ts', 'machine.ts'], ['law.ts', 'walk.ts', 'gateway.ts']],
  ['src/verify/listeners.ts', ['machine.ts'], ['others.ts', 'law.ts']],
  ['src/verify/visitor.ts', ['walk.ts', 'messages.ts', 'recommendations.ts'], ['law.ts', 'storage.ts']],
])('a change of %s makes what looks with it too old, and not what does without', (file, those, not) => {
  const stale = staleAfter(file);
  expect(stale).toEqual(expect.arrayContaining(inFiles(...those)));
  expect(stale.filter((id) => inFiles(...not).includes(id))).toEqual([]);
});

test('what all look with makes all too old, and what only runs them none', () => {
  expect(staleAfter('src/verify/looks.ts')).toEqual([]);
  expect(staleAfter('src/verify/eyes.ts')).toEqual([...IDS].sort());
});

test('a helper that was changed is told by the check of the policy', () => {
  appendFileSync(path.join(copy, 'src/verify/reach.ts'), '\n');
  const old = policyFaults(copy).filter((fault) => fault.includes('is older than'));
  expect(old).toContainEqual(expect.stringMatching(/older than the check of INFER-1 /));
  expect(old).not.toContainEqual(expect.stringMatching(/older than the check of EU-1 /));
});

test('files are found through others, each once, and none outside', () => {
  const files = filesOf(ROOT, 'src/verify/checks/gateway.ts');
  expect(files).toEqual([...new Set(files)].sort());
  expect(files).toEqual(expect.arrayContaining(['src/verify/search/members.ts', 'src/verify/check.ts']));
  expect(files.every((file) => file.startsWith('src/verify/'))).toBe(true);
});
