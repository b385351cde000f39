/** The documents say what is so: files, links, settings, fields and commands that they name are there, and the other way round. */
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { environmentSchema } from '../../src/config/environment-schema.ts';
import { fileSchema } from '../../src/config/file-schema.ts';
import { readConfig } from '../../src/config/index.ts';
import { type UsageRecord, usageRecord } from '../../src/link/words.ts';
import { FIELDS } from '../../src/log/fields.ts';
import { ROOT, runCommand } from '../support/instance.ts';
import { firstColumn, PAGES, page } from './pages.ts';

const work = mkdtempSync(path.join(os.tmpdir(), 'kept-docs-'));
afterAll(() => rmSync(work, { recursive: true, force: true }));

/** Tests' own variables, which no configuration knows. */
const TEST_VARIABLES = new Set(['KEPT_TEST_ALL']);
/** A key of the examples, in a client's hands. */
const CLIENT_VARIABLES = new Set(['KEPT_KEY']);

describe('what a page names is there', () => {
  test.each(PAGES.map((one) => [one.path, one] as const))('files of %s', (_name, { text }) => {
    const named = [...text.matchAll(/`((?:src|test|bench|docs|deploy)\/[\w./-]*\w\/?)(?::\d+)?`/g)];
    const missing = named.map(([, file = '']) => file).filter((file) => !existsSync(path.join(ROOT, file)));
    expect(missing).toEqual([]);
  });

  test.each(PAGES.map((one) => [one.path, one] as const))('links of %s', (name, { prose }) => {
    const broken = [...prose.matchAll(/\]\(([^)\s]+)\)/g)]
      .map(([, target = '']) => target)
      .filter((target) => !/^https?:/.test(target) && !resolves(name, target));
    expect(broken).toEqual([]);
  });

  test.each(PAGES.map((one) => [one.path, one] as const))('variables of %s', (_name, { text }) => {
    const known = new Set([...Object.keys(environmentSchema.shape), ...TEST_VARIABLES, ...CLIENT_VARIABLES]);
    const named = [...text.matchAll(/\b(KEPT_[A-Z_]*[A-Z]|DATABASE_URL)\b/g)].map(
      ([, variable = '']) => variable,
    );
    expect([...new Set(named)].filter((variable) => !known.has(variable))).toEqual([]);
  });

  test.each(PAGES.map((one) => [one.path, one] as const))('npm scripts of %s', (_name, { text }) => {
    const { scripts } = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8')) as {
      scripts: Record<string, string>;
    };
    const named = [...text.matchAll(/npm run ([\w:-]+)/g)].map(([, script = '']) => script);
    expect(named.filter((script) => scripts[script] === undefined)).toEqual([]);
  });

  test('no page names a path of somebody’s machine', () => {
    const named = PAGES.filter(({ text }) => /(?:^|[\s`("])\/(?:work|home|Users)\//.test(text));
    expect(named.map((one) => one.path)).toEqual([]);
  });
});

describe('what there is, is in the pages', () => {
  test('every variable in README and docs/configuration.md', () => {
    const variables = Object.keys(environmentSchema.shape);
    const readme = firstColumn(page('README.md'), 'Configuration').flatMap((cell) => cell.split(', '));
    expect(readme.toSorted()).toEqual(variables.toSorted());
    expect(firstColumn(page('docs/configuration.md'), 'Environment').toSorted()).toEqual(
      variables.toSorted(),
    );
  });

  test('every key of kept.config.json in docs/configuration.md', () => {
    const described = firstColumn(page('docs/configuration.md'), 'The file');
    const leaves = described.filter((key) => !described.some((other) => other.startsWith(`${key}[]`)));
    expect(leaves.toSorted()).toEqual(keysOf(fileSchema).toSorted());
  });

  test('every field of a usage record in docs/privacy-of-inference.md', () => {
    const id = '0'.repeat(32);
    const sample: UsageRecord = {
      id,
      account: id,
      key: id,
      model: 1,
      engine: 0,
      endpoint: 'chat',
      startedAt: 1,
      durationMs: 1,
      firstByteMs: 1,
      promptTokens: 1,
      cachedTokens: 0,
      completionTokens: 1,
      reasoningTokens: 0,
      images: 0,
      audioSeconds: 0,
      price: 1,
      ending: 'complete',
      estimated: false,
      stream: false,
    };
    expect(usageRecord.check(sample)).toBe(true);
    const described = firstColumn(page('docs/privacy-of-inference.md'), 'What a usage record holds');
    expect(described).toEqual(Object.keys(sample));
  });

  test('every field of a log line in docs/privacy-of-inference.md', () => {
    const described = firstColumn(page('docs/privacy-of-inference.md'), 'What a log line can hold');
    expect(described.toSorted()).toEqual(Object.keys(FIELDS).toSorted());
  });

  test('every page is linked from README or from a page that is', () => {
    const linked = new Set(['README.md']);
    for (const from of linked) {
      for (const [, target = ''] of page(from).prose.matchAll(
        /\]\(([^)\s#]+\.md|[^)\s#]+\/)(?:#[^)]*)?\)/g,
      )) {
        const to = path.join(path.dirname(from), target);
        linked.add(to.endsWith('/') ? `${to}README.md` : to);
      }
    }
    expect(PAGES.map((one) => one.path).filter((name) => !linked.has(name))).toEqual([]);
  });
});

describe('what a page shows works', () => {
  const examples = PAGES.flatMap((one) =>
    one.blocks
      .filter(({ kind }) => kind === 'json kept.config.json')
      .map(({ text }, at) => [`${one.path} (${at + 1})`, text] as const),
  );

  test.each(examples)('the configuration in %s', (_name, text) => {
    const file = path.join(work, 'kept.config.json');
    writeFileSync(file, text);
    const keys = [...text.matchAll(/"key_env": "(\w+)"/g)].map(([, variable = '']) => [variable, 'secret']);
    expect(readConfig({ KEPT_CONFIG: file, ...Object.fromEntries(keys) }, work)).toBeTruthy();
  });

  test('README and docs/configuration.md show a configuration', () => {
    const shown = examples.map(([name]) => name.split(' ')[0]);
    expect(shown).toContain('README.md');
    expect(shown).toContain('docs/configuration.md');
  });

  test('every command has the options that are shown with it', async () => {
    const wrong: string[] = [];
    const help = new Map<string, string>();
    for (const { command, options, where } of shownCommands()) {
      if (!help.has(command)) help.set(command, await helpOf(command));
      const text = help.get(command) ?? '';
      if (text === '') wrong.push(`${where}: there is no command ${command}`);
      wrong.push(...options.filter((one) => !text.includes(one)).map((one) => `${where}: ${command} ${one}`));
    }
    expect(help.size).toBeGreaterThan(5);
    expect(wrong).toEqual([]);
  });

  test('the command of docs/gpu.md takes out what leaves GPU builds out, and nothing else', () => {
    const [block] = page('docs/gpu.md').blocks.filter(({ text }) => text.includes('node -e'));
    const script = /node -e '([^']+)'/.exec(block?.text ?? '')?.[1] ?? '';
    const files = ['package.json', 'package-lock.json'] as const;
    for (const file of files) cpSync(path.join(ROOT, file), path.join(work, file));
    execFileSync(process.execPath, ['-e', script], { cwd: work });
    const [before, after] = [ROOT, work].map((folder) =>
      files.map((file) => JSON.parse(readFileSync(path.join(folder, file), 'utf8')) as Manifest),
    ) as [Manifest[], Manifest[]];
    const gpu = /@node-llama-cpp\/linux-x64-(?:cuda|cuda-ext|vulkan)$/;
    const without = (all: Record<string, unknown> = {}) =>
      Object.fromEntries(Object.entries(all).filter(([name]) => !gpu.test(name)));
    files.forEach((_, at) => {
      const { overrides, packages, ...rest } = before[at]!;
      const found = after[at]!;
      expect({ ...found, overrides: found.overrides ?? {}, packages: found.packages ?? {} }).toEqual({
        ...rest,
        overrides: without(overrides),
        packages: without(packages),
      });
    });
    expect(Object.keys(before[0]?.overrides ?? {}).some((name) => gpu.test(name))).toBe(true);
  });
});

interface Manifest {
  readonly overrides?: Record<string, unknown>;
  readonly packages?: Record<string, unknown>;
}

/** Whether `target`, as written on the page `from`, is a file, a folder or a heading. */
function resolves(from: string, target: string): boolean {
  const [file = '', anchor] = target.split('#');
  const to = file === '' ? from : path.join(path.dirname(from), file);
  if (!existsSync(path.join(ROOT, to))) return false;
  if (anchor === undefined) return true;
  const headings = [...readFileSync(path.join(ROOT, to), 'utf8').matchAll(/^#+ (.+)$/gm)];
  return headings.some(([, heading = '']) => slug(heading) === anchor);
}

/** A heading's anchor, as GitHub makes it. */
const slug = (heading: string): string =>
  heading
    .toLowerCase()
    .replace(/[^\w\s-]/g, '')
    .trim()
    .replace(/\s+/g, '-');

/** `a.b` for objects, `a[].b` for lists of objects. */
function keysOf(schema: z.ZodType, before = ''): string[] {
  if (schema instanceof z.ZodOptional) return keysOf(schema.unwrap() as z.ZodType, before);
  if (schema instanceof z.ZodObject) {
    const dot = before === '' ? '' : `${before}.`;
    return Object.entries(schema.shape).flatMap(([key, inner]) => keysOf(inner as z.ZodType, dot + key));
  }
  if (schema instanceof z.ZodArray && schema.element instanceof z.ZodObject)
    return keysOf(schema.element as z.ZodType, `${before}[]`);
  return [before];
}

interface Shown {
  readonly command: string;
  readonly options: readonly string[];
  readonly where: string;
}

/** Commands in code blocks (`npx --no kept …`) and in the table of docs/commands.md. */
function shownCommands(): Shown[] {
  const written = PAGES.flatMap((one) =>
    [...one.text.matchAll(/npx --no kept ([^\n`]+)/g)].map(([, line = '']) => ({ line, where: one.path })),
  );
  const listed = page('docs/commands.md')
    .text.split('\n')
    .filter((line) => line.startsWith('| `kept '))
    .map((line) => ({
      line: line.replaceAll(/[`|,]/g, ' ').replace(/^\s*kept /, ''),
      where: 'docs/commands.md',
    }));
  return [...written, ...listed].flatMap(({ line, where }) => {
    const words = line.trim().split(/\s+/);
    const end = words.findIndex((word) => !/^[a-z]+$/.test(word));
    const command = words
      .slice(0, end < 0 ? undefined : end)
      .slice(0, GROUPS.has(words[0] ?? '') ? 2 : 1)
      .join(' ');
    const options = words.filter((word) => /^--[a-z-]+$/.test(word));
    return command === '' ? [] : [{ command, options, where }];
  });
}
/** Commands that have commands of their own. */
const GROUPS = new Set([
  'evidence',
  'account',
  'billing',
  'consent',
  'key',
  'credit',
  'hold',
  'keys',
  'mail',
  'person',
  'receipt',
  'record',
]);

async function helpOf(command: string): Promise<string> {
  const main = path.join(ROOT, 'src/main.ts');
  const words = [...command.split(' '), '--help'];
  const { code, stdout } = await runCommand(main, words, { PATH: process.env.PATH ?? '' }, '');
  return code === 0 && stdout.startsWith(`Usage: kept ${command}`) ? stdout : '';
}
