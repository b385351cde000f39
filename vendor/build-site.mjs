/**
 * Builds the site at the end of `npm install`. The first `npx kept …` in a clone runs what npm runs after an install, too:
 * then the site is there, may be serving, and stays as it is.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

const isThere = existsSync('build/site/server') && existsSync('build/site/client');
if (process.env.npm_command !== 'exec' || !isThere) {
  const { status } = spawnSync('react-router', ['build'], { stdio: 'inherit' });
  process.exitCode = status ?? 1;
}
