/** The published texts: every clause of the register stands in the policy, once, and nothing else does. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { blocksOf, UnknownMarkup } from '../../src/control/policy/blocks.ts';
import { readClauses } from '../../src/control/policy/clauses.ts';
import { type Block, readDocuments, type Statement } from '../../src/control/policy/index.ts';
import { BILLING_MODES } from '../../src/link/words.ts';
import { COMPANY as OPERATOR } from '../support/company.ts';

const COMPANY = { ...OPERATOR, dpo: 'Dana Protector, dpo@example.org' };
const folders: string[] = [];
afterAll(async () => {
  for (const folder of folders) await rm(folder, { recursive: true, force: true });
});

const statements = (blocks: readonly Block[]): readonly Statement[] =>
  blocks.flatMap((block) =>
    block.kind === 'paragraph' ? [block] : block.kind === 'list' ? block.items : [],
  );

test.each(BILLING_MODES)(
  'under %s the policy says every clause of the register once, and no other',
  async (billing) => {
    const [policy] = (await readDocuments(COMPANY, billing))['privacy-policy'];
    const said = statements(policy.blocks).flatMap(({ clauses }) => clauses);
    const clauses = readClauses(billing);
    expect(said.toSorted()).toEqual(clauses.map(({ id }) => id).toSorted());
    expect(JSON.stringify([policy, clauses])).not.toContain('[[');
  },
);

test('anchors are unique in each document, and no value is left unfilled', async () => {
  const documents = await readDocuments(COMPANY, 'prepaid');
  for (const versions of Object.values(documents)) {
    for (const { blocks } of versions) {
      const anchors = [
        ...blocks.flatMap((block) => (block.kind === 'heading' ? [block.anchor] : [])),
        ...statements(blocks).flatMap(({ clauses }) => clauses),
      ];
      expect(new Set(anchors).size).toBe(anchors.length);
      expect(JSON.stringify(blocks)).not.toContain('{{');
      expect(JSON.stringify(blocks)).toContain('Example Inference Ltd');
    }
  }
});

test('what a policy does not need is refused: HTML, pictures, tables, unknown values', () => {
  for (const text of [
    '<script>alert(1)</script>',
    'Before <b>bold</b> after',
    '![a picture](x.png)',
    '| a | b |\n|---|---|\n| c | d |',
    'Written by {{nobody}} today',
    '- one\n\n  two',
  ]) {
    expect(() => blocksOf(text, {}), text).toThrow(UnknownMarkup);
  }
});

test('the newest version is what holds; a version without its head is refused', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'kept-policy-'));
  folders.push(folder);
  const head = (version: number) =>
    `---\nversion: ${version}\ntitle: A policy\nupdated: 2026-01-0${version}\nsignificant: false\nsummary: It changed.\n---\n`;
  for (const name of ['privacy-policy', 'terms', 'dpa']) {
    await mkdir(join(folder, name));
    for (const version of [1, 2])
      await writeFile(join(folder, name, `${version}.md`), `${head(version)}\nText.\n`);
  }
  const read = await readDocuments(COMPANY, 'prepaid', folder);
  expect(read.terms.map(({ version }) => version)).toEqual([2, 1]);
  await writeFile(join(folder, 'terms', '3.md'), 'Text without a head.');
  await expect(readDocuments(COMPANY, 'prepaid', folder)).rejects.toThrow('begins with ---');
});
