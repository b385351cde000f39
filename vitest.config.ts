import os from 'node:os';
import path from 'node:path';
import { configDefaults, defineConfig } from 'vitest/config';
import { leftOut } from './test/long-files.ts';
import { PassedBefore } from './test/passed-before.ts';

/** The model is fetched once for all tests and all later runs. */
const modelCache = process.env.KEPT_MODEL_CACHE || path.join(os.tmpdir(), 'kept-test-models');

/** Whoever names files gets them. */
const isWhole = process.argv.slice(2).every((word) => word === 'run' || word.startsWith('-'));
const seed = Number(process.env.KEPT_TEST_SEED ?? Date.now() % 2 ** 31);
const all = process.env.KEPT_TEST_ALL;
const before = all ? new PassedBefore() : null;
const skipped = isWhole ? (before?.files({ earlier: all === 'earlier' }) ?? leftOut(seed)) : [];
if (skipped.length > 0 && process.argv.includes('run')) {
  const why =
    before === null
      ? `KEPT_TEST_SEED=${seed} (npm run test:all runs them all)`
      : `they passed on ${all === 'earlier' ? 'this code or an earlier one' : 'this very code'} (build/tests-passed.jsonl)`;
  console.log(`Left out of this run, ${why}:`);
  console.log(skipped.map((file) => `  ${file}`).join('\n'));
}

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: [...configDefaults.exclude, ...skipped],
    reporters: before === null ? ['default'] : ['default', before],
    setupFiles: ['test/support/stripe-wire-setup.ts'],
    globalSetup: ['test/support/unpack-browser.ts'],
    env: { KEPT_MODEL_CACHE: modelCache },
    testTimeout: 120_000,
    // A busy machine is slow, and no finding.
    expect: { poll: { timeout: 15_000 } },
    hookTimeout: 180_000,
    // Each file has instances, folders and ports of its own; two at a time keep two cores busy and ten minutes far.
    maxWorkers: 2,
    pool: 'forks',
    // Nothing is mocked and no file leaves anything behind, so modules are loaded once for each of the two processes.
    isolate: false,
    // Real processes on whatever machine CI has: one more try there, which the output names.
    retry: process.env.CI ? 1 : 0,
  },
});
