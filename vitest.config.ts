import os from 'node:os';
import path from 'node:path';
import { defineConfig } from 'vitest/config';

/** The model is fetched once for all tests and all later runs. */
const modelCache = process.env.KEPT_MODEL_CACHE || path.join(os.tmpdir(), 'kept-test-models');

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    env: { KEPT_MODEL_CACHE: modelCache },
    testTimeout: 60_000,
    hookTimeout: 180_000,
    // Real servers with real timing: files one after the other, each in a process of its own.
    fileParallelism: false,
    pool: 'forks',
  },
});
