/** What commands print: one JSON document for programs, aligned lines for people. */
import type { Command } from 'commander';
import { CommandError } from './admin-client.ts';

/** An action whose failures end the command with one sentence and exit code 1. */
export function action<A extends unknown[]>(
  work: (...given: A) => Promise<void>,
): (...given: A) => Promise<void> {
  return async (...given) => {
    try {
      await work(...given);
    } catch (error) {
      if (!(error instanceof CommandError)) throw error;
      process.stderr.write(`${error.message}\n`);
      process.exitCode = 1;
    }
  };
}

/** Prints `answer` as JSON when asked to, else `lines`. */
export function print(asJson: boolean | undefined, answer: unknown, lines: readonly string[]): void {
  process.stdout.write(asJson ? `${JSON.stringify(answer)}\n` : `${lines.join('\n')}\n`);
}

/** Rows in columns as wide as their widest entry. */
export function table(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((entry, column) => entry.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}

export const withAccount = (command: Command): Command =>
  command.requiredOption('--account <account>', 'e-mail address or id of the account');

export const withJson = (command: Command): Command =>
  command.option('--json', 'print one JSON document and nothing else');
