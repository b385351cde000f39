/**
 * What makes `npm run test:all` resumable: each file of tests that passed whole is written down as it ends, with the hash of
 * everything that it was run on. The next run leaves it out as long as nothing has changed; `KEPT_TEST_ALL=earlier` leaves
 * out also what passed before a change, and says so.
 */
import { createHash } from 'node:crypto';
import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Reporter, TestModule, Vitest } from 'vitest/node';

const LIST = 'build/tests-passed.jsonl';
/** Installed, built, or left by a run. */
const NOT_OURS = /^(\.git|\.react-router|\.kept-.*|build|coverage|data|node_modules|.*\.log)$/;

interface Passed {
  readonly file: string;
  /** What it was run on. */
  readonly code: string;
  readonly seconds: number;
  readonly at: string;
}

/** Writes down what passes whole: no file of which tests were left out by a name, or all were skipped. */
export class PassedBefore implements Reporter {
  #isByName = false;
  readonly #code = codeHash();
  readonly #known: readonly Passed[] = existsSync(LIST)
    ? readFileSync(LIST, 'utf8').split('\n').filter(Boolean).map(parsed)
    : [];

  /** Those that need not be run again. */
  files({ earlier }: { readonly earlier: boolean }): readonly string[] {
    const counted = this.#known.filter(({ code }) => earlier || code === this.#code);
    return [...new Set(counted.map(({ file }) => file))].sort();
  }

  onInit({ config }: Vitest): void {
    this.#isByName = config.testNamePattern !== undefined;
  }

  onTestModuleEnd(module: TestModule): void {
    if (this.#isByName || module.state() !== 'passed') return;
    const seconds = Math.round(module.diagnostic().duration / 1_000);
    const at = new Date().toISOString();
    const passed: Passed = { file: module.relativeModuleId, code: this.#code, seconds, at };
    mkdirSync(dirname(LIST), { recursive: true });
    appendFileSync(LIST, `${JSON.stringify(passed)}\n`);
  }
}

const parsed = (line: string): Passed => JSON.parse(line) as Passed;

/** SHA-256 of all that is ours, in the order of its names. */
function codeHash(): string {
  const hash = createHash('sha256');
  const files = readdirSync('.')
    .filter((name) => !NOT_OURS.test(name))
    .flatMap((name) => (statSync(name).isFile() ? [name] : filesBelow(name)));
  for (const file of files.sort()) hash.update(`${file}\0`).update(readFileSync(file));
  return hash.digest('hex');
}

const filesBelow = (folder: string): readonly string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name));
