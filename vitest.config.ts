import os from 'node:os';
import path from 'node:path';
import { defineConfig } from 'vitest/config';

/** The model is fetched once for all tests and all later runs. */
const modelCache = process.env.KEPT_MODEL_CACHE || path.join(os.tmpdir(), 'kept-test-models');

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    env: { KEPT_MODEL_CACHE: modelCache },
    testTimeout: 120_000,
    hookTimeout: 180_000,
    // Each file has instances, folders and ports of its own; two at a time keep two cores busy and ten minutes far.
    maxWorkers: 2,
    pool: 'forks',
    // Real processes on whatever machine CI has: one more try there, which the output names.
    retry: process.env.CI ? 1 : 0,
  },
});
