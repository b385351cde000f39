/** `kept export`: everything that is held about a person, as a ZIP archive (docs/export.md). */
import { createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import type { Command } from 'commander';
import { accountPath, CommandError, openAdmin } from './admin-client.ts';
import { action, print, withAccount, withJson } from './print.ts';

export function register(program: Command): void {
  const command = program
    .command('export')
    .description('write everything that is held about a person, and the accounts that they own')
    .requiredOption('--output <file>', 'the ZIP archive to write; must not be there yet');
  withJson(withAccount(command)).action(
    action(async ({ account, output, json }: { account: string; output: string; json?: boolean }) => {
      const archive = await openAdmin(accountPath(account, '/export'));
      const file = createWriteStream(output, { flags: 'wx', mode: 0o600 });
      try {
        await pipeline(archive, file);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'EEXIST') {
          throw new CommandError(`${output} is there already: name another file.`);
        }
        await rm(output, { force: true });
        throw new CommandError(`The export broke off; ${output} was not written. Try again.`);
      }
      print(json, { file: output, bytes: file.bytesWritten }, [
        `Written: ${output} (${file.bytesWritten} bytes)`,
      ]);
    }),
  );
}
