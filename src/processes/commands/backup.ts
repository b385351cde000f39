/** `kept backup`: two files, the data and the keys, while the instance runs. */
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { callAdmin } from './admin-client.ts';
import { action, print, withJson } from './print.ts';

/** A big database takes its time; Ctrl-C ends it, and nothing is left of it. */
const BACKUP_MS_MAX = 24 * 3_600_000;

export function register(program: Command): void {
  withJson(
    program
      .command('backup')
      .description('write a backup: FILE, and FILE.keys without which it opens nothing')
      .argument('<file>'),
  ).action(
    action(async (file: string, { json }: { json?: boolean }) => {
      const answer = await callAdmin<{ file: string; keys: string }>(
        'POST',
        '/backup',
        { file: resolve(file) },
        BACKUP_MS_MAX,
      );
      print(json, answer, [
        `Written and verified: ${answer.file}`,
        `Its keys: ${answer.keys}. Keep them apart from it, and delete them within 29 days.`,
      ]);
    }),
  );
}
