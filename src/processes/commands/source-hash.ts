/** `kept source-hash`: which source this is; the record holds the same at each start with another. */
import type { Command } from 'commander';
import { releaseOf, shippedFiles } from '../release.ts';
import { ROOT } from '../root.ts';
import { action, print, withJson } from './print.ts';

export function register(program: Command): void {
  withJson(
    program.command('source-hash').description('one hash of the source that runs here, and of its lock file'),
  ).action(
    action(async ({ json }: { json?: boolean }) => {
      const release = releaseOf(await shippedFiles(ROOT));
      print(json, release, [
        `Source: ${release.source}  (${release.files} files)`,
        `Lock:   ${release.lock}`,
        'The same, in a clone:',
        '  find policy src vendor package.json package-lock.json -type f | LC_ALL=C sort | xargs sha256sum | sha256sum',
      ]);
    }),
  );
}
